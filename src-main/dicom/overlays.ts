import type { DataSetView } from './data-set.ts'
import type { Frame } from './frame.ts'
import type { ImagePixel } from './image-pixel.ts'
import { MAX_OVERLAY_PIXELS } from './limits.ts'
import { unpackBits } from './native.ts'

type Overlay = Frame['overlays'][number]

/**
 * The overlay planes 60xx of a frame (PS3.3 C.9.2): data of their own, or a bit of the native pixel data (retired).
 * `rawWord` reads the pixel as it lies in the file, high bits included; null where a codec came between.
 * A plane that does not fit its own description is left out: it is an annotation, not the image.
 */
export function readOverlays(dataSet: DataSetView, image: ImagePixel, frameIndex: number, rawWord: ((pixel: number) => number) | null): Overlay[] {
  const overlays: Overlay[] = []
  let pixels = 0
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const at = (element: string): string => group.toString(16) + element
    const rows = dataSet.word(at('0010'))
    const columns = dataSet.word(at('0011'))
    if (!rows || !columns || rows * columns > 4 * image.rows * image.columns || pixels + rows * columns > MAX_OVERLAY_PIXELS) continue
    const [originRow = 1, originColumn = 1] = dataSet.words(at('0050'), true)
    const bits = dataSet.valueBytes(at('3000'))
      ? separatePlane(dataSet, at, rows * columns, frameIndex)
      : embeddedPlane(dataSet, at, rows, columns, image, rawWord)
    if (!bits) continue
    pixels += rows * columns
    const label = dataSet.string(at('1500')) || dataSet.string(at('0022')) || `Overlay ${(group - 0x6000) / 2 + 1}`
    overlays.push({ label, rows, columns, bits, originRow: originRow - 1, originColumn: originColumn - 1 })
  }
  return overlays
}

function separatePlane(dataSet: DataSetView, at: (element: string) => string, pixels: number, frameIndex: number): Uint8Array | null {
  const frames = dataSet.decimal(at('0015')) ?? 1
  const first = (dataSet.word(at('0051')) ?? 1) - 1
  const plane = frames > 1 ? frameIndex - first : 0
  const value = dataSet.valueBytes(at('3000'))!
  const start = plane * pixels
  if (plane < 0 || plane >= frames || value.length * 8 < start + pixels) return null
  return unpackBits(value, start, pixels)
}

function embeddedPlane(dataSet: DataSetView, at: (element: string) => string, rows: number, columns: number, image: ImagePixel, rawWord: ((pixel: number) => number) | null): Uint8Array | null {
  const position = dataSet.word(at('0102'))
  if (!rawWord || !position || position < image.bitsStored || position >= image.bitsAllocated) return null
  if (rows !== image.rows || columns !== image.columns) return null
  const bits = new Uint8Array(rows * columns)
  for (let pixel = 0; pixel < bits.length; pixel++) bits[pixel] = (rawWord(pixel) >> position) & 1
  return bits
}
