import { correlation, extent } from '../tensor/statistics.ts'
import { isFlat } from './cells.ts'

/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b])
  const result = new Float64Array(values.length)
  for (let i = 0; i < order.length;) {
    let end = i
    while (end < order.length && values[order[end]] === values[order[i]]) end++
    for (let k = i; k < end; k++) result[order[k]] = (i + 1 + end) / 2
    i = end
  }
  return result
}

/** Spearman's rank correlation; two flat maps are alike (1), a flat one and another are not (0). */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (isFlat(a) || isFlat(b)) return isFlat(a) && isFlat(b) ? 1 : 0
  return correlation(ranks(a), ranks(b))
}

const SIGMA = 1.5
const RADIUS = 5
/** (0.01 · L)² and (0.03 · L)² for L = 1 */
const C1 = 1e-4
const C2 = 9e-4
const KERNEL = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)))

/**
 * Mean structural similarity of two absolute maps, each over its own maximum (Wang et al. 2004, eq. 13: Gaussian window of
 * 11×11, σ 1.5). At the border the window is what is left of it, so that maps of few cells can be compared too.
 */
export function ssim(a: ArrayLike<number>, b: ArrayLike<number>, [rows, columns]: readonly [number, number]): number {
  const [x, y] = [a, b].map(scaled)
  const mean = (values: Float64Array): Float64Array => windowed(values, rows, columns)
  const [mx, my] = [mean(x), mean(y)]
  const [xx, yy, xy] = [mean(x.map((v) => v * v)), mean(y.map((v) => v * v)), mean(x.map((v, i) => v * y[i]))]
  const local = mx.map((m, i) => {
    const [vx, vy, cov] = [xx[i] - m * m, yy[i] - my[i] * my[i], xy[i] - m * my[i]]
    return ((2 * m * my[i] + C1) * (2 * cov + C2)) / ((m * m + my[i] * my[i] + C1) * (vx + vy + C2))
  })
  return extent(local).mean
}

function scaled(values: ArrayLike<number>): Float64Array {
  const sizes = Float64Array.from(values, Math.abs)
  const { max } = extent(sizes)
  return max > 0 ? sizes.map((size) => size / max) : sizes
}

function windowed(values: Float64Array, rows: number, columns: number): Float64Array {
  const along = (source: Float64Array, step: number, length: number, position: (i: number) => number): Float64Array => source.map((_, i) => {
    const at = position(i)
    let sum = 0
    let weight = 0
    for (let k = Math.max(-RADIUS, -at); k <= Math.min(RADIUS, length - 1 - at); k++) {
      sum += KERNEL[k + RADIUS] * source[i + k * step]
      weight += KERNEL[k + RADIUS]
    }
    return sum / weight
  })
  return along(along(values, 1, columns, (i) => i % columns), columns, rows, (i) => Math.floor(i / columns))
}
