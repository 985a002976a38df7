import type { Grey } from './raster.ts'

export interface LocalStatistics {
  readonly mean: Grey
  readonly deviation: Grey
}

/** Mean and standard deviation over the square of 2 × radius + 1 pixels around each pixel, cut off at the border; by running sums, whatever the radius costs the same. */
export function localStatistics(image: Grey, radius: number): LocalStatistics {
  const { rows, columns } = image
  const mean = new Float32Array(rows * columns)
  const deviation = new Float32Array(rows * columns)
  const sums = new Float64Array(columns)
  const squares = new Float64Array(columns)
  const addRow = (row: number, sign: number): void => {
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      const value = image.data[at]
      sums[column] += sign * value
      squares[column] += sign * value * value
    }
  }
  for (let row = 0; row < Math.min(radius, rows); row++) addRow(row, 1)
  for (let row = 0; row < rows; row++) {
    if (row + radius < rows) addRow(row + radius, 1)
    if (row - radius > 0) addRow(row - radius - 1, -1)
    const high = Math.min(rows, row + radius + 1) - Math.max(0, row - radius)
    let sum = 0
    let square = 0
    for (let column = 0; column < Math.min(radius, columns); column++) {
      sum += sums[column]
      square += squares[column]
    }
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      if (column + radius < columns) {
        sum += sums[column + radius]
        square += squares[column + radius]
      }
      if (column - radius > 0) {
        sum -= sums[column - radius - 1]
        square -= squares[column - radius - 1]
      }
      const count = high * (Math.min(columns, column + radius + 1) - Math.max(0, column - radius))
      mean[at] = sum / count
      deviation[at] = Math.sqrt(Math.max(0, square / count - mean[at] * mean[at]))
    }
  }
  return { mean: { data: mean, rows, columns }, deviation: { data: deviation, rows, columns } }
}
