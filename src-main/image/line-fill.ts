/** lines through each pixel, evenly spread over half a turn */
const LINES = 8
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

/** A plane with a rim of ABSENT pixels, so that no step leaves it. Its open pixels, each with its place along an axis: in the order of rows, and in the order of columns. */
interface Field { readonly values: Float32Array; readonly states: Uint8Array; readonly rows: number; readonly columns: number; readonly byRow: Places; readonly byColumn: Places }
interface Places { readonly pixels: Int32Array; readonly along: Int32Array }

/**
 * Fills the open pixels of a plane from what is known around them, in place, so that edges and shades which reach the hole go on across it (multi-directional interpolation, Kwok
 * and Sun 1993). Each of 8 lines through a pixel is interpolated between its two ends; it weighs the more the more alike the ends are and the nearer they lie. Where a
 * line has one end, as beside the image's border, that end's value counts a little. What no line reaches becomes the mean of what is known; 0 where nothing is.
 *
 * values, states: [rows, columns]. A line takes one step a pixel, however wide the hole is.
 */
export function fillAlongLines(values: Float32Array, states: Uint8Array, rows: number, columns: number): void {
  const field = fieldOf(values, states, rows, columns)
  const { pixels } = field.byRow
  const [sums, weights] = [new Float64Array(pixels.length), new Float64Array(pixels.length)]
  const [back, ahead] = [1, 2].map((): Ends => ({ values: new Float32Array(field.values.length), distances: new Float32Array(field.values.length) }))
  for (const line of DIRECTIONS) {
    follow(field, line, -1, back)
    follow(field, line, 1, ahead)
    for (let k = 0; k < pixels.length; k++) {
      const i = pixels[k]
      const [before, after] = [back.distances[i], ahead.distances[i]]
      if (before === 0 && after === 0) continue
      const length = before + after
      if (before > 0 && after > 0) {
        const [one, other] = [back.values[i], ahead.values[i]]
        const weight = 1 / (1 + ((one - other) / ALIKE) ** 2) / length
        sums[k] += (weight * (one * after + other * before)) / length
        weights[k] += weight
      } else {
        const weight = ONE_END / (2 * length)
        sums[k] += weight * (before > 0 ? back.values[i] : ahead.values[i])
        weights[k] += weight
      }
    }
  }
  const rest = meanKnown(values, states)
  for (let i = 0, k = 0; i < states.length; i++) if (states[i] === OPEN) {
    values[i] = weights[k] > 0 ? sums[k] / weights[k] : rest
    k++
  }
}

/** Goes from pixel to pixel, each of which takes over what its neighbour on the line came to. */
function follow({ values, states, rows, columns, byRow, byColumn }: Field, { isSteep, slope, step }: Line, side: -1 | 1, ends: Ends): void {
  const across = (at: number): number => Math.floor(at * slope + 0.5)
  const steps = Int32Array.from({ length: isSteep ? rows : columns }, (_, at) => {
    const shift = across(at + side) - across(at)
    return isSteep ? side * columns + shift : shift * columns + side
  })
  const { pixels, along } = isSteep ? byRow : byColumn
  const [first, end] = side < 0 ? [0, pixels.length] : [pixels.length - 1, -1]
  for (let k = first; k !== end; k -= side) {
    const i = pixels[k]
    const next = i + steps[along[k]]
    if (states[next] === KNOWN) {
      ends.values[i] = values[next]
      ends.distances[i] = step
    } else if (states[next] === OPEN && ends.distances[next] > 0) {
      ends.values[i] = ends.values[next]
      ends.distances[i] = ends.distances[next] + step
    } else ends.distances[i] = 0
  }
}

function fieldOf(values: Float32Array, states: Uint8Array, height: number, width: number): Field {
  const [rows, columns] = [height + 2, width + 2]
  const field = { values: new Float32Array(rows * columns), states: new Uint8Array(rows * columns).fill(ABSENT), rows, columns }
  for (let row = 0; row < height; row++) {
    field.values.set(values.subarray(row * width, (row + 1) * width), (row + 1) * columns + 1)
    field.states.set(states.subarray(row * width, (row + 1) * width), (row + 1) * columns + 1)
  }
  const places = (outer: number, inner: number, at: (one: number, other: number) => number): Places => {
    const [pixels, along]: [number[], number[]] = [[], []]
    for (let one = 0; one < outer; one++)
      for (let other = 0; other < inner; other++) if (field.states[at(one, other)] === OPEN) {
        pixels.push(at(one, other))
        along.push(one)
      }
    return { pixels: Int32Array.from(pixels), along: Int32Array.from(along) }
  }
  return { ...field, byRow: places(rows, columns, (row, column) => row * columns + column), byColumn: places(columns, rows, (column, row) => row * columns + column) }
}

function meanKnown(values: Float32Array, states: Uint8Array): number {
  let [sum, count] = [0, 0]
  for (let i = 0; i < values.length; i++) if (states[i] === KNOWN) {
    sum += values[i]
    count++
  }
  return count === 0 ? 0 : sum / count
}
