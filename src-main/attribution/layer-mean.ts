import { resize } from '../tensor/resize.ts'
import type { AttributionMap } from './types.ts'

/** Several layers as one text, in exports and in the window. */
export function layersText(layers: readonly string[]): string {
  return layers.join(' + ')
}

/**
 * The mean of one method's maps at several layers: each over its own greatest magnitude, enlarged bilinearly to the finest grid (as
 * pytorch-grad-cam averages target layers, but without moving the least value to zero: zero stays 'no evidence'). Values are therefore shares of 1
 * and no longer comparable between images. A map that is zero everywhere counts as zeros.
 */
export function meanOfLayers(maps: readonly AttributionMap[]): AttributionMap {
  const [first] = maps
  if (maps.length === 1) return first
  const { grid } = maps.reduce((finest, map) => map.values.length > finest.values.length ? map : finest)
  const [height, width] = grid
  const sum = new Float64Array(height * width)
  for (const { values, grid: [rows, columns] } of maps) {
    const greatest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    if (greatest === 0) continue
    const { data } = resize({ data: values, width: columns, height: rows }, width, height, 'bilinear', false)
    for (let i = 0; i < sum.length; i++) sum[i] += data[i] / greatest
  }
  return { grid, values: Float32Array.from(sum, (value) => value / maps.length), signed: first.signed, diagnostics: { layers: maps.length } }
}
