import { componentsOf, keepComponents, withoutHoles, type Component } from '../image/components.ts'
import { grow } from '../image/grow.ts'
import { closed, opened } from '../image/morphology.ts'
import { areaOf, maskWhere, type Grey, type Mask } from '../image/raster.ts'
import { percentiles } from '../tensor/percentiles.ts'
import type { Found } from './anatomy.ts'
import type { Field } from './collimation.ts'
import { objectsAlone } from './partners.ts'
import { fieldMask, type Scan } from './scan.ts'

/** of a small object, over the image's longer side: its greatest side, and half of what it may be thick */
const LARGEST = 0.15
const HALF_THICK = 0.036
/** a blade's edge is blurred so far into the field, over that side */
const BLADE_RIM = 0.005
/** its height above its surroundings, over the image's range */
const CONTRAST = 0.25
/** an object with its fainter parts, over those that are bright enough by themselves */
const MOST_FAINT = 3
/** least area over the image's: a single bright pixel is noise */
const LEAST_AREA = 4e-5

/** Small and much brighter than what lies around, and on one side alone: lead markers, electrodes, pieces of metal. Where ribs cross there are such places on both sides. */
export function markersOf({ smooth, field, body, doubledAxis }: Scan): Found | null {
  const side = Math.max(smooth.rows, smooth.columns)
  const radius = Math.max(2, Math.round(HALF_THICK * side))
  const base = opened(smooth, radius)
  const [low, high] = percentiles(smooth.data, [1, 99.5])
  // a collimator's blade that is narrow itself would join what touches it
  const within = fieldMask(smooth, withoutRim(smooth, field, Math.max(1, Math.round(BLADE_RIM * side)))).data
  const height: Grey = { ...smooth, data: smooth.data.map((value, i) => within[i] === 0 ? 0 : value - base.data[i]) }
  const above = (contrast: number): Mask => maskWhere(height, (value) => value > contrast * (high - low))
  const isSmall = ({ area, top, left, bottom, right }: Component): boolean =>
    area >= LEAST_AREA * smooth.data.length && Math.max(bottom - top, right - left) + 1 <= LARGEST * side && area >= 0.08 * (bottom - top + 1) * (right - left + 1)
  const alone = objectsAlone(keepComponents(above(CONTRAST), isSmall), body, doubledAxis)
  if (areaOf(alone) === 0) return null
  // letters and their frame are one plate
  const whole = withoutHoles(closed(withFaintParts(alone, keepComponents(above(CONTRAST / 2), isSmall)), Math.max(1, Math.round(side / 100))))
  return { mask: grown(whole), confidence: componentsOf(whole).components.length <= 8 ? 0.7 : 0.4 }
}

/** Thin strokes of an object are fainter than its thick ones: what joins it is of it, unless it is several times as large, as a bone is that a bright spot lies on. */
function withFaintParts(objects: Mask, faint: Mask): Mask {
  const { labels, components } = componentsOf(faint)
  const own = new Uint32Array(components.length + 1)
  objects.data.forEach((value, i) => { own[labels[i]] += value })
  const isJoined = Uint8Array.from([0, ...components.map(({ label, area }) => Number(area <= MOST_FAINT * own[label]))])
  return { ...objects, data: objects.data.map((value, i) => value | isJoined[labels[i]]) }
}

/** A field without the blurred rim of its blades; where it ends with the image there is none. */
function withoutRim({ rows, columns }: Grey, { top, left, bottom, right }: Field, rim: number): Field {
  return { top: top > 0 ? top + rim : 0, left: left > 0 ? left + rim : 0, bottom: bottom < rows - 1 ? bottom - rim : bottom, right: right < columns - 1 ? right - rim : right }
}

/** A pixel or two more on every side: the object's blurred edge belongs to it. */
function grown(mask: Mask): Mask {
  return grow(mask, Math.max(1, Math.round(Math.max(mask.rows, mask.columns) / 200)))
}
