import { imageToCell, sampleMap } from '../display/grid-registration.ts'
import { applyAffine } from '../tensor/affine.ts'
import type { ExportAttribution } from './types.ts'

export interface OnImage { readonly width: number; readonly height: number; readonly values: Uint8Array }

/**
 * A map laid onto its image as grey values, at most `side` pixels on the longer side: bilinear between cells, as the window shows it.
 * Unsigned: 0 is 0 and 255 the map's greatest value. Signed: 128 is 0 and 1 … 255 span −m … m, m the greatest absolute value. Where the model saw nothing: no evidence.
 */
export function mapOnImage(map: ExportAttribution, columns: number, rows: number, side: number): OnImage {
  const factor = Math.min(1, side / Math.max(columns, rows))
  const [width, height] = [Math.max(1, Math.round(columns * factor)), Math.max(1, Math.round(rows * factor))]
  const toCell = imageToCell(map)
  const most = map.signed ? Math.max(Math.abs(map.min), Math.abs(map.max)) : map.max
  const [zero, step] = map.signed ? [128, 127] : [0, 255]
  const values = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [cellX, cellY] = applyAffine(toCell, (x + 0.5) * columns / width, (y + 0.5) * rows / height)
      const value = sampleMap(map.values, map.grid, cellX, cellY, 'bilinear') ?? 0
      values[y * width + x] = most > 0 ? Math.round(zero + Math.max(-1, Math.min(1, value / most)) * step) : zero
    }
  }
  return { width, height, values }
}
