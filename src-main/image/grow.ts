import type { Mask } from './raster.ts'

/** A mask and everything within `radius` pixels of it along both axes: dilation with a square, by running counts. */
export function grow({ data, rows, columns }: Mask, radius: number): Mask {
  if (radius <= 0) return { data: data.slice(), rows, columns }
  const across = new Uint8Array(data.length)
  for (let row = 0; row < rows; row++) spread(data, across, row * columns, 1, columns, radius)
  const result = new Uint8Array(data.length)
  for (let column = 0; column < columns; column++) spread(across, result, column, columns, rows, radius)
  return { data: result, rows, columns }
}

function spread(from: Uint8Array, to: Uint8Array, start: number, step: number, count: number, radius: number): void {
  let last = -Infinity
  for (let index = 0, at = start; index < count; index++, at += step) {
    if (from[at] !== 0) last = index
    if (index - last <= radius) to[at] = 1
  }
  last = Infinity
  for (let index = count - 1, at = start + (count - 1) * step; index >= 0; index--, at -= step) {
    if (from[at] !== 0) last = index
    if (last - index <= radius) to[at] = 1
  }
}
