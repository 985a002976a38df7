import type { Outline } from '../contract/causal.ts'
import type { InputAffine, Region } from '../contract/records.ts'
import type { Mask } from '../image/raster.ts'

interface Size { readonly rows: number; readonly columns: number }

/** samples of a pixel along each side: what covers a ninth of it counts */
const SAMPLES = 3

/** A rectangle as an outline. */
export function outlineOf({ x, y, width, height }: Region): Outline {
  return [[[x, y], [x + width, y], [x + width, y + height], [x, y + height]]]
}

/** The rectangle around an outline of at least one point, in its coordinates. */
export function boxAround(outline: Outline): Region {
  const points = outline.flat()
  const [left, top] = [0, 1].map((axis) => points.reduce((least, point) => Math.min(least, point[axis]), Infinity))
  const [right, bottom] = [0, 1].map((axis) => points.reduce((most, point) => Math.max(most, point[axis]), -Infinity))
  return { kind: 'rectangle', x: left, y: top, width: right - left, height: bottom - top }
}

/**
 * The pixels that an outline touches; inside is what lies in an odd number of its rings. `affine` takes the outline's coordinates to those of the raster.
 */
export function rasterise(outline: Outline, { rows, columns }: Size, { scaleX, scaleY, offsetX, offsetY }: InputAffine): Mask {
  const data = new Uint8Array(rows * columns)
  const rings = outline.map((ring) => ring.map(([x, y]): [number, number] => [scaleX * x + offsetX, scaleY * y + offsetY]))
  for (let line = 0; line < rows * SAMPLES; line++) {
    const y = (line + 0.5) / SAMPLES
    const crossings: number[] = []
    for (const ring of rings)
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [[x1, y1], [x2, y2]] = [ring[j], ring[i]]
        if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
      }
    crossings.sort((a, b) => a - b)
    const row = Math.floor(line / SAMPLES) * columns
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const first = Math.max(0, Math.ceil(crossings[k] * SAMPLES - 0.5))
      const last = Math.min(columns * SAMPLES - 1, Math.ceil(crossings[k + 1] * SAMPLES - 0.5) - 1)
      for (let sample = first; sample <= last; sample++) data[row + Math.floor(sample / SAMPLES)] = 1
    }
  }
  return { data, rows, columns }
}

/** Where the image lies in the model's input; the rest is padding, which no operation touches. */
export function frameMask(image: Size, input: Size, affine: InputAffine): Mask {
  return rasterise(outlineOf({ kind: 'rectangle', x: 0, y: 0, width: image.columns, height: image.rows }), input, affine)
}

export function both(one: Mask, other: Mask): Mask {
  return { ...one, data: one.data.map((value, i) => value & other.data[i]) }
}

export function either(one: Mask, other: Mask): Mask {
  return { ...one, data: one.data.map((value, i) => value | other.data[i]) }
}

export interface Box { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number }

/** Inclusive box around a mask; null where it is empty. */
export function boxOf({ data, columns }: Mask): Box | null {
  let [top, left, bottom, right] = [Infinity, Infinity, -1, -1]
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue
    const [row, column] = [Math.floor(i / columns), i % columns]
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
    left = Math.min(left, column)
    right = Math.max(right, column)
  }
  return bottom < 0 ? null : { top, left, bottom, right }
}
