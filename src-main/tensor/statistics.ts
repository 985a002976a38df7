/** Least and greatest value and the mean; of an empty array: 0, 0, 0. */
export function extent(values: ArrayLike<number>): { min: number; max: number; mean: number } {
  if (values.length === 0) return { min: 0, max: 0, mean: 0 }
  let min = Infinity
  let max = -Infinity
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value < min) min = value
    if (value > max) max = value
    sum += value
  }
  return { min, max, mean: sum / values.length }
}

/** False if any value is NaN or infinite: both times zero are NaN, which stays in the sum. */
export function allFinite(values: Float32Array): boolean {
  // Four sums, so that no addition waits for the one before it: every run's activations and gradients pass here.
  let [a, b, c, d] = [0, 0, 0, 0]
  const whole = values.length - (values.length % 4)
  for (let i = 0; i < whole; i += 4) {
    a += values[i] * 0
    b += values[i + 1] * 0
    c += values[i + 2] * 0
    d += values[i + 3] * 0
  }
  for (let i = whole; i < values.length; i++) a += values[i] * 0
  return a + b + c + d === 0
}

/** Pearson's correlation; NaN where one of the two is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const meanA = extent(a).mean
  const meanB = extent(b).mean
  let ab = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    const da = a[i] - meanA
    const db = b[i] - meanB
    ab += da * db
    aa += da * da
    bb += db * db
  }
  return ab / Math.sqrt(aa * bb)
}

/** Greatest difference over the greatest magnitude of `expected`; Infinity where lengths differ or a value is not finite. */
export function maxRelativeError(actual: Float32Array, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length || !allFinite(actual)) return Infinity
  let difference = 0
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]))
    scale = Math.max(scale, Math.abs(expected[i]))
  }
  return difference === 0 ? 0 : difference / scale
}
