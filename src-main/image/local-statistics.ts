import type { Grey } from './raster.ts'

export interface LocalStatistics {
  readonly mean: Grey
  readonly deviation: Grey
}

/** Mean and standard deviation over the square of 2 × radius + 1 pixels around each pixel, cut off at the border; by running sums, so that it costs the same whatever the radius. */
export function localStatistics(image: Grey, radius: number): LocalStatistics {
  const { rows, columns } = image
  const mean = new Float32Array(rows * columns)
  const deviation = new Float32Array(rows * columns)
  const sums = new Float64Array(columns)
  const squares = new Float64Array(columns)
  const sumsBefore = new Float64Array(columns + 1)
  const squaresBefore = new Float64Array(columns + 1)
  for (let row = 0; row < Math.min(radius, rows); row++) addRow(image, row, 1, sums, squares)
  for (let row = 0; row < rows; row++) {
    if (row + radius < rows) addRow(image, row + radius, 1, sums, squares)
    if (row - radius > 0) addRow(image, row - radius - 1, -1, sums, squares)
    for (let column = 0; column < columns; column++) {
      sumsBefore[column + 1] = sumsBefore[column] + sums[column]
      squaresBefore[column + 1] = squaresBefore[column] + squares[column]
    }
    const high = Math.min(rows, row + radius + 1) - Math.max(0, row - radius)
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      const first = column > radius ? column - radius : 0
      const end = column + radius < columns ? column + radius + 1 : columns
      const count = high * (end - first)
      const average = (sumsBefore[end] - sumsBefore[first]) / count
      const variance = (squaresBefore[end] - squaresBefore[first]) / count - average * average
      mean[at] = average
      deviation[at] = variance > 0 ? Math.sqrt(variance) : 0
    }
  }
  return { mean: { data: mean, rows, columns }, deviation: { data: deviation, rows, columns } }
}

/** Takes a row into the sums of each column, or out of them. */
function addRow({ data, columns }: Grey, row: number, sign: number, sums: Float64Array, squares: Float64Array): void {
  for (let column = 0, at = row * columns; column < columns; column++, at++) {
    const value = data[at]
    sums[column] += sign * value
    squares[column] += sign * value * value
  }
}
