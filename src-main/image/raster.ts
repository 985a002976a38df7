/** Values of one image, row-major: the pixel at (row, column) is data[row × columns + column]. */
export interface Raster<Values extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
  readonly data: Values
  readonly rows: number
  readonly columns: number
}

/** Grey values of any range. */
export type Grey = Raster<Float32Array>
/** 1 where something is, else 0. */
export type Mask = Raster<Uint8Array>

/** Where a condition on the grey value holds. */
export function maskWhere(image: Raster, holds: (value: number) => boolean): Mask {
  const data = new Uint8Array(image.data.length)
  for (let at = 0; at < data.length; at++) if (holds(image.data[at])) data[at] = 1
  return { data, rows: image.rows, columns: image.columns }
}

export function inverted(mask: Mask): Mask {
  return maskWhere(mask, (value) => value === 0)
}

export function areaOf(mask: Mask): number {
  let area = 0
  // by index: iterating a typed array costs several times as much
  for (let at = 0; at < mask.data.length; at++) if (mask.data[at] !== 0) area++
  return area
}
