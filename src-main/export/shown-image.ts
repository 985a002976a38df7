import { displayedLuminance } from '../display/grayscale.ts'
import type { ExportPicture } from './types.ts'

/**
 * The image as a viewer shows it first (the file's own window), RGBA, [rows, columns]. A grayscale image has equal channels.
 */
export function shownImage({ rows, columns, samples, bitsStored, stored, grayscale }: ExportPicture): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(rows * columns * 4)
  if (samples === 3) {
    const white = 2 ** bitsStored - 1
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      for (let c = 0; c < 3; c++) pixels[pixel * 4 + c] = stored[pixel * 3 + c] / white * 255
      pixels[pixel * 4 + 3] = 255
    }
    return pixels
  }
  const luminance = displayedLuminance(stored, grayscale!)
  for (let pixel = 0; pixel < rows * columns; pixel++) {
    pixels.fill(luminance[pixel] * 255, pixel * 4, pixel * 4 + 3)
    pixels[pixel * 4 + 3] = 255
  }
  return pixels
}
