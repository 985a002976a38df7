import { resize } from '../tensor/resize.ts'

/** What an image is like by itself, as it is displayed: 0 black, 1 white. */
export interface ImageStatistics {
  readonly mean: number
  /** standard deviation */
  readonly contrast: number
  /** 1 less the mean of a band of a twentieth of each side along the border */
  readonly borderDarkness: number
  /** standard deviation of Laplace's operator over that of the image (after Pech-Pacheco et al. 2000), on at most 512 pixels a side */
  readonly sharpness: number
  /** width over height */
  readonly aspect: number
}

const LONG_SIDE = 512
const BORDER = 0.05

/** luminance: [rows, columns], row-major. Throws `shape-mismatch` where it has another size. */
export function imageStatistics(luminance: Float32Array, rows: number, columns: number): ImageStatistics {
  const shrink = Math.min(1, LONG_SIDE / Math.max(rows, columns))
  const [height, width] = [Math.max(1, Math.round(rows * shrink)), Math.max(1, Math.round(columns * shrink))]
  const { data } = shrink < 1 ? resize({ data: luminance, width: columns, height: rows }, width, height, 'bilinear', true) : { data: luminance }
  const band = Math.max(1, Math.round(BORDER * Math.min(height, width)))
  let [sum, squares, border, borderCount, edges, edgeSquares, edgeCount] = [0, 0, 0, 0, 0, 0, 0]
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const value = data[at]
      sum += value
      squares += value * value
      if (row < band || column < band || row >= height - band || column >= width - band) {
        border += value
        borderCount++
      }
      if (row === 0 || column === 0 || row === height - 1 || column === width - 1) continue
      const edge = data[at - 1] + data[at + 1] + data[at - width] + data[at + width] - 4 * value
      edges += edge
      edgeSquares += edge * edge
      edgeCount++
    }
  }
  const count = height * width
  const mean = sum / count
  const contrast = Math.sqrt(Math.max(0, squares / count - mean * mean))
  const roughness = edgeCount > 0 ? Math.sqrt(Math.max(0, edgeSquares / edgeCount - (edges / edgeCount) ** 2)) : 0
  return { mean, contrast, borderDarkness: 1 - border / borderCount, sharpness: contrast > 1e-6 ? roughness / contrast : 0, aspect: columns / rows }
}
