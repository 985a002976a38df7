import type { Planes } from './types.ts'

const MOST_ITERATIONS = 1000
const TOLERANCE = 1e-9

/**
 * Projection of every cell's channels on their first principal direction (no mean subtracted), by power iteration: the u·σ of the
 * cells × channels matrix's singular value decomposition. A singular vector has no sign of its own: it is turned so that
 * the projections' sum has the sign of the matrix's sum.
 */
export function firstPrincipal({ data, channels, rows, columns }: Planes): Float64Array {
  const cells = rows * columns
  const project = (direction: Float64Array): Float64Array => {
    const cellValues = new Float64Array(cells)
    for (let channel = 0; channel < channels; channel++)
      for (let cell = 0, at = channel * cells; cell < cells; cell++) cellValues[cell] += data[at + cell] * direction[channel]
    return cellValues
  }
  const back = (cellValues: Float64Array): Float64Array => {
    const direction = new Float64Array(channels)
    for (let channel = 0; channel < channels; channel++)
      for (let cell = 0, at = channel * cells; cell < cells; cell++) direction[channel] += data[at + cell] * cellValues[cell]
    return direction
  }
  let direction = normalised(Float64Array.from({ length: channels }, (_, channel) => 1 + channel / channels))
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const next = normalised(back(project(direction)))
    const change = next.reduce((sum, value, i) => sum + Math.abs(value - direction[i]), 0)
    direction = next
    if (change < TOLERANCE) break
  }
  const projections = project(direction)
  const sum = (values: ArrayLike<number>): number => Float64Array.from(values).reduce((total, value) => total + value, 0)
  return sum(projections) * sum(data) < 0 ? projections.map((value) => -value) : projections
}

function normalised(values: Float64Array): Float64Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return length === 0 ? values : values.map((value) => value / length)
}
