/** lines through each pixel, evenly spread over half a turn */
const LINES = 16
/** A line whose two ends differ by so much weighs half of one whose ends are alike; in grey values 0 … 1. */
const ALIKE = 0.03
/** weight of a line with one known end, beside one with two that are alike */
const ONE_END = 0.1

/** What a pixel is to a fill: KNOWN is where lines end, OPEN is filled, ABSENT (padding, say) is where they end without a value. */
export const KNOWN = 0
export const OPEN = 1
export const ABSENT = 2

/** A digital line's way: `along` its longer axis by one pixel, and `across` by the slope, rounded. */
interface Line { readonly isSteep: boolean; readonly slope: number; readonly step: number }

const DIRECTIONS: readonly Line[] = Array.from({ length: LINES }, (_, k) => {
  const [sin, cos] = [Math.sin((Math.PI * k) / LINES), Math.cos((Math.PI * k) / LINES)]
  const isSteep = sin > Math.abs(cos)
  const slope = isSteep ? cos / sin : sin / cos
  return { isSteep, slope, step: Math.hypot(1, slope) }
})

/** For every open pixel the known one that a line comes to on one side, and its distance in pixels; 0: it comes to none. */
interface Ends { readonly values: Float32Array; readonly distances: Float32Array }

/**
 * Fills the open pixels of a plane from what is known around them, in place, so that edges and shades which reach the hole go on across it (multi-directional interpolation, Kwok
 * and Sun 1993). Each of 16 lines through a pixel is interpolated between its two ends; it weighs the more the more alike the ends are and the nearer they lie. Where a
 * line has one end, as beside the image's border, that end's value counts a little. What no line reaches becomes the mean of what is known; 0 where nothing is.
 *
 * values, states: [rows, columns]. Takes time in proportion to the open pixels, however wide the hole is.
 */
export function fillAlongLines(values: Float32Array, states: Uint8Array, rows: number, columns: number): void {
  const byRow = placesByRow(states)
  const byColumn = placesByColumn(states, rows, columns)
  const [sums, weights] = [new Float64Array(values.length), new Float64Array(values.length)]
  const [back, ahead] = [1, 2].map((): Ends => ({ values: new Float32Array(values.length), distances: new Float32Array(values.length) }))
  for (const line of DIRECTIONS) {
    const inOrder = line.isSteep ? byRow : byColumn
    follow(values, states, rows, columns, line, -1, inOrder, back)
    follow(values, states, rows, columns, line, 1, inOrder.slice().reverse(), ahead)
    for (const i of byRow) {
      const [before, after] = [back.distances[i], ahead.distances[i]]
      if (before === 0 && after === 0) continue
      const [one, other] = [before > 0 ? back.values[i] : ahead.values[i], after > 0 ? ahead.values[i] : back.values[i]]
      const isWhole = before > 0 && after > 0
      const length = isWhole ? before + after : 2 * (before + after)
      const weight = (isWhole ? 1 / (1 + ((one - other) / ALIKE) ** 2) : ONE_END) / length
      sums[i] += weight * (isWhole ? (one * after + other * before) / length : one)
      weights[i] += weight
    }
  }
  const rest = meanKnown(values, states)
  for (const i of byRow) values[i] = weights[i] > 0 ? sums[i] / weights[i] : rest
}

/** Goes from pixel to pixel, each of which takes over what its neighbour on the line came to: `order` has a line's neighbour before the pixel itself. */
function follow(values: Float32Array, states: Uint8Array, rows: number, columns: number, { isSteep, slope, step }: Line, side: -1 | 1, order: Int32Array, ends: Ends): void {
  const across = (at: number): number => Math.floor(at * slope + 0.5)
  const shifts = Int32Array.from({ length: isSteep ? rows : columns }, (_, at) => across(at + side) - across(at))
  for (const i of order) {
    const [row, column] = [Math.floor(i / columns), i % columns]
    const nextRow = isSteep ? row + side : row + shifts[column]
    const nextColumn = isSteep ? column + shifts[row] : column + side
    const next = nextRow * columns + nextColumn
    const isAbsent = nextRow < 0 || nextRow >= rows || nextColumn < 0 || nextColumn >= columns || states[next] === ABSENT
    const isKnown = !isAbsent && states[next] === KNOWN
    const reached = isAbsent ? 0 : isKnown ? step : ends.distances[next] === 0 ? 0 : ends.distances[next] + step
    ends.distances[i] = reached
    ends.values[i] = isKnown ? values[next] : reached > 0 ? ends.values[next] : 0
  }
}

function placesByRow(states: Uint8Array): Int32Array {
  const places: number[] = []
  for (let i = 0; i < states.length; i++) if (states[i] === OPEN) places.push(i)
  return Int32Array.from(places)
}

function placesByColumn(states: Uint8Array, rows: number, columns: number): Int32Array {
  const places: number[] = []
  for (let column = 0; column < columns; column++) for (let row = 0; row < rows; row++) if (states[row * columns + column] === OPEN) places.push(row * columns + column)
  return Int32Array.from(places)
}

function meanKnown(values: Float32Array, states: Uint8Array): number {
  let [sum, count] = [0, 0]
  for (let i = 0; i < values.length; i++) if (states[i] === KNOWN) {
    sum += values[i]
    count++
  }
  return count === 0 ? 0 : sum / count
}
