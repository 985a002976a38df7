import type { ImageRecord, Region } from '../../../src-main/contract/records.ts'
import type { Point } from '../../render/matrix.ts'

/** Two corners, in any order, as a rectangle within the image; null where nothing is left of it (under a pixel). */
export function regionBetween([x1, y1]: Point, [x2, y2]: Point, image: { readonly columns: number; readonly rows: number }): Region | null {
  const within = (value: number, end: number) => Math.min(end, Math.max(0, value))
  const left = within(Math.min(x1, x2), image.columns)
  const top = within(Math.min(y1, y2), image.rows)
  const width = within(Math.max(x1, x2), image.columns) - left
  const height = within(Math.max(y1, y2), image.rows) - top
  return width >= 1 && height >= 1 ? { kind: 'rectangle', x: left, y: top, width, height } : null
}

/** '84.2 mm', '84.2 mm at the detector' (imager spacing is not the patient's), or '312 px' where nothing calibrates it. */
export function lengthText([x1, y1]: Point, [x2, y2]: Point, { spacing, pixelAspect }: Pick<ImageRecord, 'spacing' | 'pixelAspect'>): string {
  if (spacing.source === 'none') return `${Math.hypot(x2 - x1, (y2 - y1) * pixelAspect).toFixed(0)} px`
  const mm = Math.hypot((x2 - x1) * spacing.columnMm, (y2 - y1) * spacing.rowMm)
  return `${mm.toFixed(1)} mm${spacing.source === 'imager' ? ' at the detector' : ''}`
}
