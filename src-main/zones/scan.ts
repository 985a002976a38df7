import { gaussianBlur } from '../image/blur.ts'
import { grow } from '../image/grow.ts'
import { otsuThreshold } from '../image/otsu.ts'
import { keepComponents, largestComponent, withoutHoles } from '../image/components.ts'
import { areaOf, inverted, maskWhere, type Grey, type Mask } from '../image/raster.ts'
import { percentiles } from '../tensor/percentiles.ts'
import { collimatedField, type Field } from './collimation.ts'
import { doubledAxisOf } from './symmetry.ts'

/** One image as the detectors see it: displayed luminance 0 … 1 at no more than 512 pixels a side, with what several of them need. */
export interface Scan {
  readonly grey: Grey
  /** noise taken off */
  readonly smooth: Grey
  /** what the collimator left open; the whole image where no edge is seen */
  readonly field: Field
  readonly isCollimated: boolean
  /** the body within the field */
  readonly body: Mask
  readonly hasBody: boolean
  /** twice the column about which the field is most like its mirror image */
  readonly doubledAxis: number
}

/** share of the range, above its darkest, under which an open beam lies */
const OPEN_BEAM = 0.1

export function scanOf(grey: Grey): Scan {
  const smooth = gaussianBlur(grey, Math.max(grey.rows, grey.columns) / 400)
  const { field, isFound } = collimatedField(smooth)
  const inField = fieldMask(grey, field)
  const { body, isFound: hasBody } = bodyOf(smooth, inField, field)
  return { grey, smooth, field, isCollimated: isFound, body, hasBody, doubledAxis: doubledAxisOf(smooth, field) }
}

export function fieldMask({ rows, columns }: { readonly rows: number; readonly columns: number }, { top, left, bottom, right }: Field): Mask {
  const data = new Uint8Array(rows * columns)
  for (let row = top; row <= bottom; row++) data.fill(1, row * columns + left, row * columns + right + 1)
  return { data, rows, columns }
}

/** What is not the open beam: dark and joined to the field's border. */
function bodyOf(smooth: Grey, inField: Mask, field: Field): { body: Mask; isFound: boolean } {
  const inside = smooth.data.filter((_, i) => inField.data[i] !== 0)
  const [low, high] = percentiles(inside, [0.5, 99])
  const otsu = otsuThreshold(inside)
  const limit = Math.min(low + OPEN_BEAM * (high - low), otsu)
  const dark = maskWhere(smooth, (value) => value <= limit)
  const inDark: Mask = { ...dark, data: dark.data.map((value, i) => value & inField.data[i]) }
  const open = keepComponents(inDark, ({ top, left, bottom, right }) => left <= field.left + 1 || right >= field.right - 1 || top <= field.top + 1 || bottom >= field.bottom - 1)
  const rest: Mask = { ...inField, data: inField.data.map((value, i) => value & Number(open.data[i] === 0)) }
  const body = withoutHoles(largestComponent(rest, 4))
  return { body: { ...body, data: body.data.map((value, i) => value & inField.data[i]) }, isFound: areaOf(inverted(grow(body, 2))) > 0.005 * body.data.length }
}
