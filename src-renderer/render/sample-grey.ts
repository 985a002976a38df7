import type { GreyTable } from './grey-table.ts'
import type { Matrix } from './matrix.ts'
import { levelFor, type Pyramid } from './pyramid.ts'
import type { Size } from './view.ts'

/** Bilinear weights have 7 bits, so that 16-bit values stay within 32-bit integers. */
const ONE_BITS = 7
const ONE = 1 << ONE_BITS

/** Along one screen axis: offsets in the level's data of the two pixels beside each screen pixel's centre. `near` −1: outside the image. */
interface Axis { readonly near: Int32Array; readonly far: Int32Array; readonly weight: Int32Array }

interface AxisPlan {
  /** screen pixels */
  readonly length: number
  /** screen pixel = scale × image pixel + offset */
  readonly scale: number
  readonly offset: number
  /** image pixels; pixels of the level; how many of the first make one of the second; from one to the next in its data */
  readonly pixels: number
  readonly size: number
  readonly perPixel: number
  readonly stride: number
}

function planAxis({ length, scale, offset, pixels, size, perPixel, stride }: AxisPlan, smooth: boolean): Axis {
  const near = new Int32Array(length).fill(-1)
  const far = new Int32Array(length)
  const weight = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    const image = (i + 0.5 - offset) / scale
    if (!(image >= 0 && image < pixels)) continue
    const place = smooth ? Math.min(size - 1, Math.max(0, image / perPixel - 0.5)) : Math.min(size - 1, Math.floor(image / perPixel))
    const first = Math.floor(place)
    near[i] = first * stride
    far[i] = Math.min(size - 1, first + 1) * stride
    weight[i] = Math.round((place - first) * ONE)
  }
  return { near, far, weight }
}

/**
 * Draws an image into 32-bit RGBA pixels of the screen (0: transparent, outside the image): stored values are interpolated
 * on the pyramid's level that fits the zoom, then looked up. The oracle for every other renderer.
 * `toScreen`: image pixels → screen pixels; quarter turns, mirrorings, scale and shift only.
 */
export function sampleGrey(target: Uint32Array, { width, height }: Size, pyramid: Pyramid, table: GreyTable, toScreen: Matrix, smooth: boolean): void {
  const upright = toScreen.b === 0
  const number = levelFor(pyramid, 1 / Math.max(Math.abs(toScreen.a), Math.abs(toScreen.b)))
  const level = pyramid.levels[number]
  const perPixel = 2 ** number
  const { columns: pixels, rows } = pyramid.levels[0]
  const alongColumns = { pixels, size: level.columns, perPixel, stride: 1 }
  const alongRows = { pixels: rows, size: level.rows, perPixel, stride: level.columns }
  const across = planAxis(upright
    ? { length: width, scale: toScreen.a, offset: toScreen.e, ...alongColumns }
    : { length: width, scale: toScreen.c, offset: toScreen.e, ...alongRows }, smooth)
  const down = planAxis(upright
    ? { length: height, scale: toScreen.d, offset: toScreen.f, ...alongRows }
    : { length: height, scale: toScreen.b, offset: toScreen.f, ...alongColumns }, smooth)

  const { low, step, greys } = table
  const colours = new Uint32Array(greys.length)
  for (let i = 0; i < greys.length; i++) colours[i] = 0xff000000 | (greys[i] * 0x010101)
  const { data } = level
  const wide = step !== 1 || data.BYTES_PER_ELEMENT === 4
  const { near: nearAcross, far: farAcross, weight: weightAcross } = across
  target.fill(0)
  for (let row = 0; row < height; row++) {
    const near = down.near[row]
    if (near < 0) continue
    const far = down.far[row]
    const weight = down.weight[row]
    const rest = ONE - weight
    const to = row * width
    for (let column = 0; column < width; column++) {
      const left = nearAcross[column]
      if (left < 0) continue
      const right = farAcross[column]
      const part = weightAcross[column]
      const upper = data[near + left] * (ONE - part) + data[near + right] * part
      const lower = data[far + left] * (ONE - part) + data[far + right] * part
      const sum = upper * rest + lower * weight
      target[to + column] = colours[wide
        ? Math.floor((Math.round(sum / (ONE * ONE)) - low) / step)
        : ((sum + ONE * ONE / 2) >> (2 * ONE_BITS)) - low]
    }
  }
}
