/** Approximate Gaussian blur: three box blurs (Kovesi 2010), edges continued. Returns a new array, row-major like the input. */
export function gaussianBlur(values: Float32Array, columns: number, rows: number, sigmaPixels: number): Float32Array {
  const radius = Math.max(1, Math.round(Math.sqrt(4 * sigmaPixels * sigmaPixels + 1) / 2 - 0.5))
  const blurred = Float32Array.from(values)
  const between = new Float32Array(values.length)
  for (let pass = 0; pass < 3; pass++) {
    boxBlur(blurred, between, rows, columns, columns, 1, radius)
    boxBlur(between, blurred, columns, rows, 1, columns, radius)
  }
  return blurred
}

/** One running mean along `length` samples `step` apart, on each of `lines` lines `lineStep` apart. */
function boxBlur(from: Float32Array, to: Float32Array, lines: number, length: number, lineStep: number, step: number, radius: number): void {
  const width = 2 * radius + 1
  for (let line = 0; line < lines; line++) {
    const base = line * lineStep
    const first = from[base]
    const last = from[base + (length - 1) * step]
    let sum = first * radius
    for (let k = 0; k < radius; k++) sum += from[base + Math.min(k, length - 1) * step]
    for (let k = 0; k < length; k++) {
      sum += k + radius < length ? from[base + (k + radius) * step] : last
      to[base + k * step] = sum / width
      sum -= k - radius >= 0 ? from[base + (k - radius) * step] : first
    }
  }
}

/** The detector's own blur: the separable kernel [side, 1 − 2·side, side]. */
export function detectorBlur(values: Float32Array, columns: number, rows: number, side: number): Float32Array {
  const middle = 1 - 2 * side
  const across = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      across[i] = middle * values[i] + side * (values[column > 0 ? i - 1 : i] + values[column + 1 < columns ? i + 1 : i])
    }
  }
  const both = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    both[i] = middle * across[i] + side * (across[i >= columns ? i - columns : i] + across[i + columns < values.length ? i + columns : i])
  }
  return both
}
