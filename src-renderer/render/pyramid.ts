export type StoredArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
type ArrayOf = { new (buffer: ArrayBuffer): StoredArray; new (length: number): StoredArray }

const ARRAYS: Readonly<Record<string, ArrayOf>> = {
  uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array,
}

/** Bytes of an ImageRecord as its values; no copy. Little endian, as every machine is that runs a browser. */
export function storedArray(type: string, bytes: ArrayBuffer): StoredArray {
  return new ARRAYS[type](bytes)
}

export interface Level { readonly columns: number; readonly rows: number; readonly data: StoredArray }
/** The stored values at full size and at halves of it: pixel i of level k covers 2^k image pixels from i·2^k. */
export interface Pyramid { readonly levels: readonly Level[]; readonly bytes: number }

const SMALLEST = 256

/**
 * Means of 2×2 stored values, down to about 256 pixels. At an odd border the last row or column stands for itself.
 * Windowing a mean instead of averaging windowed pixels is exact for a linear window and not visible otherwise.
 */
export function buildPyramid(columns: number, rows: number, data: StoredArray): Pyramid {
  const levels: Level[] = [{ columns, rows, data }]
  let bytes = data.byteLength
  while (Math.max(levels.at(-1)!.columns, levels.at(-1)!.rows) > SMALLEST) {
    const next = halved(levels.at(-1)!)
    bytes += next.data.byteLength
    levels.push(next)
  }
  return { levels, bytes }
}

function halved({ columns, rows, data }: Level): Level {
  const width = Math.ceil(columns / 2)
  const height = Math.ceil(rows / 2)
  const result = new (data.constructor as ArrayOf)(width * height)
  const wide = data.BYTES_PER_ELEMENT === 4
  const pairs = columns >> 1
  for (let row = 0; row < height; row++) {
    const top = 2 * row * columns
    const bottom = Math.min(2 * row + 1, rows - 1) * columns
    const to = row * width
    if (wide) {
      for (let i = 0; i < pairs; i++) result[to + i] = Math.round((data[top + 2 * i] + data[top + 2 * i + 1] + data[bottom + 2 * i] + data[bottom + 2 * i + 1]) / 4)
    } else {
      for (let i = 0, at = top, below = bottom; i < pairs; i++, at += 2, below += 2) result[to + i] = (data[at] + data[at + 1] + data[below] + data[below + 1] + 2) >> 2
    }
    if (columns & 1) result[to + pairs] = Math.round((data[top + columns - 1] + data[bottom + columns - 1]) / 2)
  }
  return { columns: width, rows: height, data: result }
}

/** The level whose pixels are between half a screen pixel and one, or the full image when it is enlarged. */
export function levelFor(pyramid: Pyramid, imagePixelsPerScreenPixel: number): number {
  return Math.min(pyramid.levels.length - 1, Math.max(0, Math.floor(Math.log2(imagePixelsPerScreenPixel))))
}
