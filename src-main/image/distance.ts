import type { Grey, Mask } from './raster.ts'

/**
 * Euclidean distance of each pixel of the mask to the nearest pixel outside of it, in pixels; 0 outside (Felzenszwalb and Huttenlocher 2012: exact, in linear time).
 * The border counts as nothing: a mask without a pixel outside is infinitely far everywhere.
 */
export function distanceInside(mask: Mask): Grey {
  const { rows, columns } = mask
  const squares = Float64Array.from(mask.data, (value) => (value === 0 ? 0 : Infinity))
  const along = lowerEnvelope(Math.max(rows, columns))
  for (let column = 0; column < columns; column++) along(squares, column, columns, rows)
  for (let row = 0; row < rows; row++) along(squares, row * columns, 1, columns)
  return { data: Float32Array.from(squares, Math.sqrt), rows, columns }
}

/** min over q of (p − q)² + f(q) for each p of a line, in place. */
function lowerEnvelope(longest: number): (squares: Float64Array, start: number, step: number, count: number) => void {
  const heights = new Float64Array(longest)
  const vertices = new Int32Array(longest)
  const bounds = new Float64Array(longest + 1)
  return (squares, start, step, count) => {
    let last = -1
    for (let q = 0; q < count; q++) {
      heights[q] = squares[start + step * q]
      if (heights[q] === Infinity) continue
      let from = -Infinity
      while (last >= 0) {
        const v = vertices[last]
        from = (heights[q] + q * q - heights[v] - v * v) / (2 * (q - v))
        if (from > bounds[last]) break
        last--
        from = -Infinity
      }
      last++
      vertices[last] = q
      bounds[last] = from
    }
    if (last < 0) return
    for (let p = 0, parabola = 0; p < count; p++) {
      while (parabola < last && bounds[parabola + 1] < p) parabola++
      const v = vertices[parabola]
      squares[start + step * p] = (p - v) * (p - v) + heights[v]
    }
  }
}
