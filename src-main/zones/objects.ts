import { componentsOf, keepComponents, withoutHoles } from '../image/components.ts'
import { grow } from '../image/grow.ts'
import { closed, opened } from '../image/morphology.ts'
import { areaOf, maskWhere, type Mask } from '../image/raster.ts'
import { percentiles } from '../tensor/percentiles.ts'
import type { Found } from './anatomy.ts'
import { objectsAlone } from './partners.ts'
import type { Scan } from './scan.ts'

/** greatest side of a small object over the image's, and its height above its surroundings over the image's range */
const LARGEST = 0.1
const CONTRAST = 0.25
/** least area over the image's: a single bright pixel is noise */
const LEAST_AREA = 4e-5

/** Small and much brighter than what lies around, and on one side alone: lead markers, electrodes, pieces of metal. Where ribs cross there are such places on both sides. */
export function markersOf({ smooth, body, doubledAxis }: Scan): Found | null {
  const side = Math.max(smooth.rows, smooth.columns)
  const radius = Math.max(2, Math.round(0.36 * LARGEST * side))
  const base = opened(smooth, radius)
  const [low, high] = percentiles(smooth.data, [1, 99.5])
  const height = smooth.data.map((value, i) => value - base.data[i])
  const bright = maskWhere({ ...smooth, data: height }, (value) => value > CONTRAST * (high - low))
  const area = smooth.data.length
  const kept = keepComponents(bright, ({ area: own, top, left, bottom, right }) =>
    own >= LEAST_AREA * area && Math.max(bottom - top, right - left) + 1 <= LARGEST * side && own >= 0.08 * (bottom - top + 1) * (right - left + 1))
  const alone = objectsAlone(kept, body, doubledAxis)
  if (areaOf(alone) === 0) return null
  // letters and their frame are one plate
  const whole = withoutHoles(closed(alone, Math.max(1, Math.round(side / 100))))
  return { mask: grown(whole), confidence: componentsOf(whole).components.length <= 8 ? 0.7 : 0.4 }
}

/** A pixel or two more on every side: the object's blurred edge belongs to it. */
function grown(mask: Mask): Mask {
  return grow(mask, Math.max(1, Math.round(Math.max(mask.rows, mask.columns) / 200)))
}
