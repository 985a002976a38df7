import type { DataSetView } from './data-set.ts'
import type { PixelSpacing } from './frame.ts'
import { frameItem, PIXEL_MEASURES } from './functional-groups.ts'

/** Slice-like modalities state Pixel Spacing in the patient; a projection's is calibrated where it differs from the detector's (PS3.3 10.7.1). */
export function readSpacing(dataSet: DataSetView, frameIndex: number): PixelSpacing {
  const spacing = pair(frameItem(dataSet, frameIndex, PIXEL_MEASURES, dataSet).decimals('00280030'))
  const imager = pair(dataSet.decimals('00181164')) ?? pair(dataSet.decimals('00182010'))
  if (spacing && imager && spacing[0] === imager[0] && spacing[1] === imager[1]) return named(imager, 'imager')
  if (spacing) return named(spacing, 'calibrated')
  return imager ? named(imager, 'imager') : { rowMm: 1, columnMm: 1, source: 'none' }
}

/** Height of a pixel over its width: from the spacing, else Pixel Aspect Ratio (0028,0034). */
export function readPixelAspect(dataSet: DataSetView, spacing: PixelSpacing): number {
  if (spacing.source !== 'none') return spacing.rowMm / spacing.columnMm
  const ratio = pair(dataSet.decimals('00280034'))
  return ratio ? ratio[0] / ratio[1] : 1
}

function pair([vertical, horizontal]: readonly number[]): [number, number] | null {
  return vertical > 0 && horizontal > 0 && Number.isFinite(vertical) && Number.isFinite(horizontal) ? [vertical, horizontal] : null
}

function named([rowMm, columnMm]: readonly [number, number], source: PixelSpacing['source']): PixelSpacing {
  return { rowMm, columnMm, source }
}
