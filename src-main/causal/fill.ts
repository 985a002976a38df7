import { grow } from '../image/grow.ts'
import { ABSENT, fillAlongLines, KNOWN, OPEN } from '../image/line-fill.ts'
import type { Mask } from '../image/raster.ts'
import { MAD_TO_SD, median } from '../statistics/median.ts'
import { boxOf, type Box } from './mask.ts'
import type { Surroundings } from './operations/types.ts'
import { mapPlanes, type Picture } from './picture.ts'

/** Pixels around the hole whose grain the fill gets. */
const BAND = 3

/** What is cut out around the hole: the places that are filled, and those that tell the grain. Each side has the states of its own pixels; what is not of it is ABSENT. */
interface Part { readonly box: Box; readonly rows: number; readonly columns: number; readonly places: readonly number[]; readonly grainy: readonly number[]; readonly sides: readonly Uint8Array[] }

/**
 * A region taken out of a picture: edges and shades around it go on across it along straight lines, with noise of the surroundings' strength on top, so that the patch is
 * not conspicuous by its smoothness. Nothing flows in from padding, or across the collimation edge. Where there is nothing around, 0.
 */
export function filled(picture: Picture, mask: Mask, surroundings: Surroundings, normal: () => number): Picture {
  const part = partAround(mask, surroundings)
  if (part === null) return picture
  const { box, rows, columns, places, grainy, sides } = part
  const noise = places.map(normal)
  return mapPlanes(picture, (plane) => {
    const values = cropped(plane, mask.columns, box)
    const grain = grainOf(values, columns, grainy)
    for (const states of sides) fillAlongLines(values, states, rows, columns)
    const result = plane.slice()
    places.forEach((i, k) => {
      result[(box.top + Math.floor(i / columns)) * mask.columns + box.left + (i % columns)] = Math.min(1, Math.max(0, values[i] + grain * noise[k]))
    })
    return result
  })
}

function partAround(mask: Mask, { frame, beyond }: Surroundings): Part | null {
  const inner = boxOf(mask)
  if (inner === null) return null
  const box = widened(inner, mask, BAND + 1)
  const [rows, columns] = [box.bottom - box.top + 1, box.right - box.left + 1]
  const [hole, inFrame] = [mask, frame].map(({ data }) => cropped(data, mask.columns, box))
  const isBeyond = beyond && cropped(beyond.data, mask.columns, box)
  const states = hole.map((value, i) => inFrame[i] === 0 ? ABSENT : value !== 0 ? OPEN : KNOWN)
  const sides = isBeyond ? sidesOf(states, isBeyond) : [states]
  const places: number[] = []
  for (let i = 0; i < hole.length; i++) if (hole[i] !== 0) places.push(i)
  return { box, rows, columns, places, grainy: knownAround({ data: hole, rows, columns }, sides), sides }
}

/** Both sides of an edge, each by itself; the two as one where one of them has nothing left that it could be filled from. */
function sidesOf(states: Uint8Array, isBeyond: Uint8Array): readonly Uint8Array[] {
  const sides = [0, 1].map((side) => states.map((state, i) => isBeyond[i] === side ? state : ABSENT)).filter((side) => side.includes(OPEN))
  return sides.every((side) => side.includes(KNOWN)) ? sides : [states]
}

/** Pixels of the band around a hole whose own 3 × 3 pixels are all known. */
function knownAround(hole: Mask, sides: readonly Uint8Array[]): number[] {
  const { rows, columns } = hole
  const band = grow(hole, BAND).data
  const isKnown = hole.data.map((value, i) => Number(value === 0 && sides.some((states) => states[i] === KNOWN)))
  const isAmongKnown = (at: number): boolean => {
    for (const row of [at - columns, at, at + columns]) for (let i = row - 1; i <= row + 1; i++) if (isKnown[i] === 0) return false
    return true
  }
  const found: number[] = []
  for (let row = 1; row < rows - 1; row++)
    for (let column = 1; column < columns - 1; column++) {
      const i = row * columns + column
      if (band[i] !== 0 && isAmongKnown(i)) found.push(i)
    }
  return found
}

/**
 * Standard deviation of the noise at some places: of the difference of two Laplacians, which edges and shades leave near 0 (Immerkær 1996), by the median of its absolute
 * values. 0 where there are none.
 */
function grainOf(values: Float32Array, columns: number, places: readonly number[]): number {
  if (places.length === 0) return 0
  return MAD_TO_SD * median(places.map((i) => {
    const [above, below] = [i - columns, i + columns]
    const beside = values[above] + values[below] + values[i - 1] + values[i + 1]
    const corners = values[above - 1] + values[above + 1] + values[below - 1] + values[below + 1]
    // the kernel's squares add up to 36
    return Math.abs(4 * values[i] - 2 * beside + corners) / 6
  }))
}

function widened({ top, left, bottom, right }: Box, { rows, columns }: Mask, by: number): Box {
  return { top: Math.max(0, top - by), left: Math.max(0, left - by), bottom: Math.min(rows - 1, bottom + by), right: Math.min(columns - 1, right + by) }
}

function cropped<T extends Float32Array | Uint8Array>(data: T, columns: number, { top, left, bottom, right }: Box): T {
  const width = right - left + 1
  const part = new (data.constructor as new (length: number) => T)(width * (bottom - top + 1))
  for (let row = top; row <= bottom; row++) part.set(data.subarray(row * columns + left, row * columns + right + 1), (row - top) * width)
  return part
}
