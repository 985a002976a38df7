import { grow } from '../image/grow.ts'
import { areaOf, type Mask } from '../image/raster.ts'
import { resize } from '../tensor/resize.ts'
import { boxOf } from './mask.ts'
import { distanceBetween, mapPlanes, type Picture } from './picture.ts'
import { warped } from './warp.ts'

/** patches keep so far from what is checked, in pixels */
const GAP = 2
const TRIES_A_PATCH = 60
/** a patch cut up has pieces of about this many a side */
const PIECES = 4
const SMALLEST_PIECE = 2

interface Points { readonly rows: Int32Array; readonly columns: Int32Array; readonly height: number; readonly width: number }

/**
 * Masks of the same shape and area elsewhere: moved, mirrored and turned copies of the mask that lie within `frame` and touch neither the mask nor `avoid`. Where there is
 * no room for its shape, the same area in square pieces; where there is not even room for those, none.
 */
export function patches(mask: Mask, frame: Mask, avoid: Mask | null, count: number, uniform: () => number): Mask[] {
  const taken = grow(mask, GAP).data
  const free = frame.data.map((value, i) => value & Number(taken[i] === 0 && (avoid === null || avoid.data[i] === 0)))
  const whole = copies(mask, free, count, uniform)
  if (whole.length === count) return whole
  const loose = pieces(mask, free, count - whole.length, uniform)
  return [...whole, ...loose]
}

function copies(mask: Mask, free: Uint8Array, count: number, uniform: () => number): Mask[] {
  const shapes = orientations(mask)
  const found: Mask[] = []
  for (let tries = 0; tries < count * TRIES_A_PATCH && found.length < count; tries++) {
    const shape = shapes[Math.floor(uniform() * shapes.length)]
    const [down, across] = [mask.rows - shape.height + 1, mask.columns - shape.width + 1]
    const [top, left] = [Math.floor(uniform() * down), Math.floor(uniform() * across)]
    if (down < 1 || across < 1 || !fits(shape, top, left, free, mask.columns)) continue
    const data = new Uint8Array(free.length)
    for (let k = 0; k < shape.rows.length; k++) data[(top + shape.rows[k]) * mask.columns + left + shape.columns[k]] = 1
    found.push({ ...mask, data })
  }
  return found
}

function fits({ rows, columns: across }: Points, top: number, left: number, free: Uint8Array, columns: number): boolean {
  for (let k = 0; k < rows.length; k++) if (free[(top + rows[k]) * columns + left + across[k]] === 0) return false
  return true
}

/** The mask's pixels from its box's corner, in the eight orientations of a square. */
function orientations(mask: Mask): Points[] {
  const box = boxOf(mask)
  if (box === null) return []
  const area = areaOf(mask)
  const [rows, columns] = [new Int32Array(area), new Int32Array(area)]
  for (let i = 0, k = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue
    rows[k] = Math.floor(i / mask.columns) - box.top
    columns[k++] = (i % mask.columns) - box.left
  }
  const [height, width] = [box.bottom - box.top + 1, box.right - box.left + 1]
  return [0, 1, 2, 3, 4, 5, 6, 7].map((turn) => {
    const isTransposed = (turn & 4) !== 0
    const [h, w] = isTransposed ? [width, height] : [height, width]
    const [down, across] = isTransposed ? [columns, rows] : [rows, columns]
    return { rows: turn & 1 ? down.map((row) => h - 1 - row) : down, columns: turn & 2 ? across.map((column) => w - 1 - column) : across, height: h, width: w }
  })
}

/** The same area in square pieces at random places. */
function pieces(mask: Mask, free: Uint8Array, count: number, uniform: () => number): Mask[] {
  const wanted = areaOf(mask)
  if (wanted === 0 || free.reduce((sum, value) => sum + value, 0) < wanted) return []
  const side = Math.max(SMALLEST_PIECE, Math.round(Math.sqrt(wanted) / PIECES))
  return Array.from({ length: count }, () => {
    const data = new Uint8Array(free.length)
    let left = wanted
    const order = Float64Array.from({ length: Math.ceil(mask.rows / side) * Math.ceil(mask.columns / side) }, uniform)
    const cells = Array.from(order.keys()).sort((a, b) => order[a] - order[b])
    const across = Math.ceil(mask.columns / side)
    for (const cell of cells) {
      const [top, start] = [Math.floor(cell / across) * side, (cell % across) * side]
      for (let row = top; row < Math.min(mask.rows, top + side) && left > 0; row++)
        for (let column = start; column < Math.min(mask.columns, start + side) && left > 0; column++) {
          const i = row * mask.columns + column
          if (free[i] === 0) continue
          data[i] = 1
          left--
        }
      if (left === 0) break
    }
    return { ...mask, data }
  })
}

/** widths of the random fields, shares of the image's longer side */
const FIELD_WIDTHS = [0.5, 0.25, 0.12]

/** A smooth random field of zero mean and unit root mean square within the frame. */
function field(frame: Mask, width: number, normal: () => number): Float32Array {
  const { rows, columns } = frame
  const [height, across] = [Math.max(2, Math.round((2 * rows) / (width * Math.max(rows, columns)))), Math.max(2, Math.round((2 * columns) / (width * Math.max(rows, columns))))]
  const coarse = Float32Array.from({ length: height * across }, normal)
  const smooth = resize({ data: coarse, width: across, height }, columns, rows, 'bicubic', false).data
  let [sum, count] = [0, 0]
  for (let i = 0; i < smooth.length; i++) if (frame.data[i] !== 0) { sum += smooth[i]; count++ }
  let square = 0
  for (let i = 0; i < smooth.length; i++) {
    smooth[i] = frame.data[i] === 0 ? 0 : smooth[i] - sum / count
    square += smooth[i] ** 2
  }
  const scale = square > 0 ? Math.sqrt(count / square) : 0
  return smooth.map((value) => value * scale)
}

/** Pictures as far from `picture` as `changed` is, by smooth random changes of brightness. */
export function* tones(picture: Picture, changed: Picture, frame: Mask, count: number, normal: () => number): Generator<Picture> {
  const distance = distanceBetween(picture, changed)
  for (let k = 0; k < count; k++) {
    const by = field(frame, FIELD_WIDTHS[k % FIELD_WIDTHS.length], normal)
    const at = (strength: number): Picture => mapPlanes(picture, (plane) => plane.map((value, i) => frame.data[i] === 0 ? value : Math.min(1, Math.max(0, value + strength * by[i]))))
    // clipping takes some of it away: once more by what is missing
    const first = distanceBetween(picture, at(distance))
    yield at(first > 0 ? distance * Math.min(3, distance / first) : distance)
  }
}

/** Pictures whose pixels are displaced as far as `lengthPixels` (root mean square), in directions that vary smoothly. */
export function* warps(picture: Picture, lengthPixels: number, frame: Mask, count: number, normal: () => number): Generator<Picture> {
  for (let k = 0; k < count; k++) {
    const width = FIELD_WIDTHS[k % FIELD_WIDTHS.length]
    const [down, right] = [field(frame, width, normal), field(frame, width, normal)]
    const scale = lengthPixels / Math.SQRT2
    yield warped(picture, frame, (row, column) => {
      const i = row * picture.columns + column
      return [row + scale * down[i], column + scale * right[i]]
    })
  }
}
