import { areaOf, type Mask, type Raster } from '../image/raster.ts'
import type { TextLine } from '../image/text-lines.ts'
import type { Found } from './anatomy.ts'

/** the ground that a line is printed on reaches so far beyond its letters, in their height */
const GROUND = 0.4

/** Lines of text with the ground that they are printed on. `scale`: the image's pixels over those of what is looked at, along x and y. */
export function textOf(lines: readonly TextLine[], { rows, columns }: Pick<Raster, 'rows' | 'columns'>, [scaleX, scaleY]: readonly [number, number]): Found | null {
  const mask: Mask = { data: new Uint8Array(rows * columns), rows, columns }
  for (const { top, left, bottom, right } of lines) {
    const margin = GROUND * Math.min(bottom - top + 1, right - left + 1)
    const [first, last] = [Math.max(0, Math.floor((left - margin) / scaleX)), Math.min(columns, Math.ceil((right + 1 + margin) / scaleX))]
    const end = Math.min(rows, Math.ceil((bottom + 1 + margin) / scaleY))
    for (let row = Math.max(0, Math.floor((top - margin) / scaleY)); row < end; row++) mask.data.fill(1, row * columns + first, row * columns + last)
  }
  return areaOf(mask) === 0 ? null : { mask, confidence: 0.8 }
}
