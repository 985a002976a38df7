import { componentsOf, keepComponents } from '../image/components.ts'
import { grow } from '../image/grow.ts'
import { closed, opened } from '../image/morphology.ts'
import { areaOf, maskWhere, type Mask } from '../image/raster.ts'
import { percentiles } from '../tensor/percentiles.ts'
import type { Found } from './anatomy.ts'
import type { Scan } from './scan.ts'

/** over the longer side: half of a stroke's greatest width, greatest and least height of a line of print, greatest gap between letters */
const STROKE = 0.008
const HEIGHT = { least: 0.012, most: 0.06 }
const GAP = 0.012
/** over the image's range, above what lies around a stroke */
const CONTRAST = 0.2
const LEAST_LETTERS = 4
/** width of a line over its height */
const LEAST_WIDTH = 3
/** letters' heights differ by no more than this from the line's */
const REGULAR = 0.5

/** Lines of at least four bright letters side by side, across or down the image. */
export function textOf({ grey }: Scan): Found | null {
  const side = Math.max(grey.rows, grey.columns)
  const base = opened(grey, Math.max(2, Math.round(STROKE * side)))
  const [low, high] = percentiles(grey.data, [1, 99.5])
  const ink = maskWhere({ ...grey, data: grey.data.map((value, i) => value - base.data[i]) }, (value) => value > CONTRAST * (high - low))
  const letters = keepComponents(ink, ({ top, left, bottom, right }) => Math.max(bottom - top, right - left) + 1 <= HEIGHT.most * side)
  const parts = componentsOf(letters).components
  const lines = keepComponents(closed(letters, Math.max(1, Math.round((GAP * side) / 2))), ({ top, left, bottom, right }) => {
    const [height, width] = [bottom - top + 1, right - left + 1]
    const [thick, long] = [Math.min(height, width), Math.max(height, width)]
    if (thick < HEIGHT.least * side || thick > HEIGHT.most * side || long < LEAST_WIDTH * thick) return false
    const inside = parts.filter((part) => part.top >= top && part.bottom <= bottom && part.left >= left && part.right <= right)
    const regular = inside.filter((part) => (width >= height ? part.bottom - part.top : part.right - part.left) + 1 >= REGULAR * thick)
    return regular.length >= LEAST_LETTERS
  })
  if (areaOf(lines) === 0) return null
  return { mask: boxes(lines, Math.max(2, Math.round(side / 150))), confidence: 0.6 }
}

/** A line with the ground that it is printed on. */
function boxes(lines: Mask, margin: number): Mask {
  const data = new Uint8Array(lines.data.length)
  for (const { top, left, bottom, right } of componentsOf(lines).components)
    for (let row = top; row <= bottom; row++) data.fill(1, row * lines.columns + left, row * lines.columns + right + 1)
  return grow({ ...lines, data }, margin)
}
