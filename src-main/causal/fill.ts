import { grow } from '../image/grow.ts'
import { ABSENT, fillAlongLines, KNOWN, OPEN } from '../image/line-fill.ts'
import type { Mask } from '../image/raster.ts'
import { median } from '../statistics/median.ts'
import { boxOf, type Box } from './mask.ts'
import { mapPlanes, type Picture } from './picture.ts'

/** Pixels around the hole whose grain the fill gets. */
const BAND = 3
const MAD_TO_SD = 1.4826

/** What is cut out around the hole: the hole is OPEN, and what is no picture (padding) ABSENT. */
interface Part { readonly box: Box; readonly rows: number; readonly columns: number; readonly states: Uint8Array; readonly band: Uint8Array }

/**
 * A region taken out of a picture: edges and shades around it go on across it along straight lines, with noise of the surroundings' strength on top, so that the patch is
 * not conspicuous by its smoothness. Nothing flows in from beyond `frame`. Where the mask leaves nothing around, 0.
 */
export function filled(picture: Picture, mask: Mask, frame: Mask, normal: () => number): Picture {
  const part = partAround(mask, frame)
  if (part === null) return picture
  const { box, rows, columns, states } = part
  const open: number[] = []
  for (let i = 0; i < states.length; i++) if (states[i] === OPEN) open.push(i)
  const noise = open.map(normal)
  return mapPlanes(picture, (plane) => {
    const values = cropped(plane, mask.columns, box)
    const grain = grainOf(values, part)
    fillAlongLines(values, states, rows, columns)
    const result = plane.slice()
    open.forEach((i, k) => {
      result[(box.top + Math.floor(i / columns)) * mask.columns + box.left + (i % columns)] = Math.min(1, Math.max(0, values[i] + grain * noise[k]))
    })
    return result
  })
}

function partAround(mask: Mask, frame: Mask): Part | null {
  const hole = boxOf(mask)
  if (hole === null) return null
  const box = widened(hole, mask, BAND + 1)
  const [rows, columns] = [box.bottom - box.top + 1, box.right - box.left + 1]
  const data = cropped(mask.data, mask.columns, box)
  const inFrame = cropped(frame.data, mask.columns, box)
  return { box, rows, columns, states: data.map((value, i) => value !== 0 ? OPEN : inFrame[i] !== 0 ? KNOWN : ABSENT), band: grow({ data, rows, columns }, BAND).data }
}

/**
 * Standard deviation of the noise around the hole: of the difference of two Laplacians, which edges and shades leave near 0 (Immerkær 1996), by the median of its absolute
 * values. 0 where there is no known neighbourhood of 3 × 3 pixels.
 */
function grainOf(values: Float32Array, { rows, columns, states, band }: Part): number {
  const found: number[] = []
  for (let row = 1; row < rows - 1; row++)
    for (let column = 1; column < columns - 1; column++) {
      const i = row * columns + column
      if (band[i] === 0 || !isKnownAround(states, columns, i)) continue
      const [above, below] = [i - columns, i + columns]
      const sides = values[above] + values[below] + values[i - 1] + values[i + 1]
      const corners = values[above - 1] + values[above + 1] + values[below - 1] + values[below + 1]
      // the kernel's squares add up to 36
      found.push(Math.abs(4 * values[i] - 2 * sides + corners) / 6)
    }
  return found.length === 0 ? 0 : MAD_TO_SD * median(found)
}

function isKnownAround(states: Uint8Array, columns: number, at: number): boolean {
  for (const row of [at - columns, at, at + columns]) for (let i = row - 1; i <= row + 1; i++) if (states[i] !== KNOWN) return false
  return true
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
