import type { Grey } from '../image/raster.ts'

/** Inclusive on all sides. */
export interface Field { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number }

/** The edge is looked for in the outer part of each side. */
const REACH = 0.3
/** so much of the edge's length has a step of the same sign, and its median height over the image's range */
const COHERENT = 0.7
const STEP = 0.06
/** an edge this near to the border is the border's own */
const MARGIN = 0.004

/**
 * The field that the collimator left open: on each side the outermost straight edge across most of the image, beyond which it is nearly even.
 */
export function collimatedField(smooth: Grey): { readonly field: Field; readonly isFound: boolean } {
  const { rows, columns } = smooth
  const left = edgeFrom(smooth, (line, along) => along * columns + line, columns, rows)
  const right = edgeFrom(smooth, (line, along) => along * columns + columns - 1 - line, columns, rows)
  const top = edgeFrom(smooth, (line, along) => line * columns + along, rows, columns)
  const bottom = edgeFrom(smooth, (line, along) => (rows - 1 - line) * columns + along, rows, columns)
  const field = { top, left, bottom: rows - 1 - bottom, right: columns - 1 - right }
  return { field, isFound: top + left + bottom + right > 0 }
}

/** How many lines from the side lie beyond the edge; 0: none. */
function edgeFrom({ data }: Grey, at: (line: number, along: number) => number, lines: number, length: number): number {
  const first = Math.max(2, Math.round(MARGIN * lines))
  const last = Math.round(REACH * lines)
  let [best, place] = [0, 0]
  // the outermost edge counts, at the steepest of its lines
  const gap = Math.max(1, Math.round(lines / 200))
  for (let line = first; line < last; line++) {
    const steps = Float32Array.from({ length }, (_, along) => data[at(line + gap, along)] - data[at(line - gap, along)]).sort()
    const middle = steps[length >> 1]
    const coherent = steps.reduce((count, step) => count + Number(Math.sign(step) === Math.sign(middle) && Math.abs(step) > STEP / 2), 0) / length
    if (place > 0 && line > place + 4 * gap) break
    if (Math.abs(middle) < STEP || coherent < COHERENT || !isEven(data, at, line - gap, length) || Math.abs(middle) <= best) continue
    ;[best, place] = [Math.abs(middle), line]
  }
  return place
}

/** Whether there is nothing but scatter beyond a line: along the edge it may change slowly, across it hardly at all. */
function isEven(data: Float32Array, at: (line: number, along: number) => number, before: number, length: number): boolean {
  let [square, count] = [0, 0]
  const middle = before >> 1
  for (let line = 0; line < before; line++)
    for (let along = 0; along < length; along++) {
      square += (data[at(line, along)] - data[at(middle, along)]) ** 2
      count++
    }
  return count > 0 && Math.sqrt(square / count) < EVEN
}
/** root mean square over the image's range */
const EVEN = 0.05
