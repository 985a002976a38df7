import { fillHarmonic } from '../image/harmonic.ts'
import { grow } from '../image/grow.ts'
import type { Mask } from '../image/raster.ts'
import { median } from '../statistics/median.ts'
import { percentiles } from '../tensor/percentiles.ts'
import { boxOf, type Box } from './mask.ts'
import { mapPlanes, type Picture } from './picture.ts'

/** Pixels around the hole whose local median is what the fill grows from: a halo or a neighbour's stroke does not leak in. */
const BAND = 3
/** side of the median's window, to either side */
const WINDOW = 2
const MAD_TO_SD = 1.4826

/**
 * A region taken out of a picture: the local median of what lies around it, grown smoothly into the hole (harmonic), with noise of the surroundings' strength on top, so
 * that the patch is not conspicuous by its smoothness. Where the mask leaves nothing around, 0.
 */
export function filled(picture: Picture, mask: Mask, normal: () => number): Picture {
  const box = boxOf(mask)
  if (box === null) return picture
  const wide = widened(box, mask, 2 * BAND + WINDOW)
  const hole = cropped(mask.data, mask.columns, wide) as Uint8Array
  const [rows, columns] = [wide.bottom - wide.top + 1, wide.right - wide.left + 1]
  const near = grow({ data: hole, rows, columns }, BAND).data
  const open: number[] = []
  for (let i = 0; i < hole.length; i++) if (hole[i] !== 0) open.push(i)
  const noise = open.map(normal)
  return mapPlanes(picture, (plane) => {
    const part = cropped(plane, mask.columns, wide) as Float32Array
    const calm = part.slice()
    const [rest, band]: [number[], number[]] = [[], []]
    for (let i = 0; i < part.length; i++) {
      if (hole[i] !== 0 || near[i] === 0) continue
      calm[i] = localMedian(part, hole, rows, columns, i)
      rest.push(Math.abs(part[i] - calm[i]))
      band.push(i)
    }
    withinFences(calm, band)
    fillHarmonic(calm, hole, rows, columns)
    const grain = rest.length === 0 ? 0 : MAD_TO_SD * median(rest)
    const result = plane.slice()
    open.forEach((i, k) => {
      result[(wide.top + Math.floor(i / columns)) * mask.columns + wide.left + (i % columns)] = Math.min(1, Math.max(0, calm[i] + grain * noise[k]))
    })
    return result
  })
}

/**
 * What lies far off from the rest of the band (Tukey 1977: beyond the quartiles by one and a half of their distance) is taken to that limit: a collimator's blade that
 * touches a marker in the dark would else flow in, and leave another bright spot in its place.
 */
function withinFences(values: Float32Array, band: readonly number[]): void {
  const [low, high] = percentiles(band.map((i) => values[i]), [25, 75])
  const reach = 1.5 * (high - low)
  for (const i of band) values[i] = Math.min(high + reach, Math.max(low - reach, values[i]))
}

function widened({ top, left, bottom, right }: Box, { rows, columns }: Mask, by: number): Box {
  return { top: Math.max(0, top - by), left: Math.max(0, left - by), bottom: Math.min(rows - 1, bottom + by), right: Math.min(columns - 1, right + by) }
}

function cropped(data: Float32Array | Uint8Array, columns: number, { top, left, bottom, right }: Box): Float32Array | Uint8Array {
  const width = right - left + 1
  const part = data instanceof Float32Array ? new Float32Array(width * (bottom - top + 1)) : new Uint8Array(width * (bottom - top + 1))
  for (let row = top; row <= bottom; row++) part.set(data.subarray(row * columns + left, row * columns + right + 1), (row - top) * width)
  return part
}

const sorted = new Float64Array((2 * WINDOW + 1) ** 2)

function localMedian(part: Float32Array, hole: Uint8Array, rows: number, columns: number, at: number): number {
  const [row, column] = [Math.floor(at / columns), at % columns]
  let count = 0
  for (let y = Math.max(0, row - WINDOW); y <= Math.min(rows - 1, row + WINDOW); y++)
    for (let x = Math.max(0, column - WINDOW); x <= Math.min(columns - 1, column + WINDOW); x++) {
      if (hole[y * columns + x] !== 0) continue
      // sorted as they come: there are at most 25
      const value = part[y * columns + x]
      let place = count++
      for (; place > 0 && sorted[place - 1] > value; place--) sorted[place] = sorted[place - 1]
      sorted[place] = value
    }
  return count % 2 === 1 ? sorted[count >> 1] : (sorted[(count >> 1) - 1] + sorted[count >> 1]) / 2
}
