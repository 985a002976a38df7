import type { SourceImage } from '../../contract/interchange.ts'
import { cellToImage } from '../../display/grid-registration.ts'
import type { ExportAttribution } from '../types.ts'

export interface MapGeometry {
  /** distance between cell centres, down and across, in mm of the image's plane */
  readonly spacingMm: readonly [number, number]
  /** centre of the first cell, x, y, z in mm */
  readonly position: readonly [number, number, number]
  /** direction cosines of a row and of a column */
  readonly orientation: readonly [number, number, number, number, number, number]
  /** the patient's frame of reference; false: the plane of the image, its first pixel at the origin */
  readonly inPatient: boolean
}

type Vector = readonly [number, number, number]

/**
 * Where the cells of a map lie. In an image with a frame of reference (CT, MR) they lie in it, on the image's plane. A projection radiograph has none: its cells
 * are laid out in the detector's plane alone, rows along x and columns along y, which says nothing of the patient. null where the image has no pixel spacing.
 */
export function mapGeometry({ frameOfReferenceUid, position, orientation, spacing }: SourceImage, map: ExportAttribution): MapGeometry | null {
  if (spacing.source === 'none') return null
  const cells = cellToImage(map)
  const inPatient = frameOfReferenceUid !== '' && position.length === 3 && orientation.length === 6
  const [rx, ry, rz, cx, cy, cz] = (inPatient ? orientation : [1, 0, 0, 0, 1, 0]) as MapGeometry['orientation']
  const origin = (inPatient ? position : [0, 0, 0]) as Vector
  // the centre of the first cell in image pixels; the position is that of the centre of the first pixel, which lies at (0.5, 0.5)
  const across = (cells.scaleX / 2 + cells.offsetX - 0.5) * spacing.columnMm
  const down = (cells.scaleY / 2 + cells.offsetY - 0.5) * spacing.rowMm
  return {
    spacingMm: [cells.scaleY * spacing.rowMm, cells.scaleX * spacing.columnMm],
    position: [origin[0] + rx * across + cx * down, origin[1] + ry * across + cy * down, origin[2] + rz * across + cz * down],
    orientation: [rx, ry, rz, cx, cy, cz],
    inPatient,
  }
}
