import type { Grey } from './raster.ts'

/** The image by whole `factor` smaller: means of squares; what is left over at the right and at the bottom is dropped. */
export function shrunk(image: Grey, factor: number): Grey {
  if (factor === 1) return image
  const rows = Math.floor(image.rows / factor)
  const columns = Math.floor(image.columns / factor)
  const data = new Float32Array(rows * columns)
  const sums = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    sums.fill(0)
    for (let line = 0; line < factor; line++) {
      let at = (row * factor + line) * image.columns
      for (let column = 0; column < columns; column++) for (let step = 0; step < factor; step++) sums[column] += image.data[at++]
    }
    for (let column = 0; column < columns; column++) data[row * columns + column] = sums[column] / (factor * factor)
  }
  return { data, rows, columns }
}
