import type { StoredArray } from './pyramid.ts'

/** RGB by pixel → RGBA. 16-bit samples are shown over the least power of two that holds them all. */
export function colourPixels(columns: number, rows: number, data: StoredArray): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(columns * rows * 4)
  const white = data.BYTES_PER_ELEMENT === 1 ? 255 : whiteOf(data)
  for (let from = 0, to = 0; to < pixels.length; from += 3, to += 4) {
    pixels[to] = data[from] * 255 / white
    pixels[to + 1] = data[from + 1] * 255 / white
    pixels[to + 2] = data[from + 2] * 255 / white
    pixels[to + 3] = 255
  }
  return pixels
}

function whiteOf(data: StoredArray): number {
  let greatest = 1
  for (let i = 0; i < data.length; i++) if (data[i] > greatest) greatest = data[i]
  return 2 ** Math.ceil(Math.log2(greatest + 1)) - 1
}
