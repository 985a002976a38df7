import type { MapInterpolation } from './grid-registration.ts'
import { formatValue, type ValueScale } from './scale.ts'

/** '7×7 cells' (rows × columns). */
export function gridText([height, width]: readonly [number, number]): string {
  return `${height}×${width} cells`
}

/**
 * The words that stand in every picture of a map: what it is, how coarse, and what it is not.
 * `about`: the record's caveat, 'Grad-CAM, 7×7 cells, interpolated; not a segmentation'; the picture's own interpolation replaces its word.
 */
export function caveatText(about: string, interpolation: MapInterpolation): string {
  return interpolation === 'cells' ? about.replace('cells, interpolated', 'cells, as computed') : about
}

/** '0 … 0.0131 (this image)'; what the colours span. */
export function scaleText(scale: ValueScale): string {
  return `${formatValue(scale.low)} … ${formatValue(scale.high)} (${scale.over})`
}

/** The stated result where a map has no value above zero; not a blank. */
export function noEvidenceText(className: string): string {
  return `No positive evidence for ‘${className}’: no value of this map is above zero.`
}
