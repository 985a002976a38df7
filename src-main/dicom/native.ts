import { ReviewError } from '../contract/errors.ts'
import { damagedStream } from './codestream.ts'
import type { ImagePixel } from './image-pixel.ts'
import type { ParsedDicom } from './parse.ts'
import type { SettledValues } from './settle.ts'
import { interleave, settle } from './settle.ts'
import { rangeOf } from './stored-range.ts'

/**
 * One frame of uncompressed pixel data (PS3.5 8.1, A.1–A.3). Where it makes up most of the file and lies in it as it is, the values are a
 * view of the file's bytes, else a copy.
 * Throws `dicom-truncated` where the file ends within it, `pixel-data-damaged` where the element is shorter than the image.
 */
export function readNativeFrame(parsed: ParsedDicom, image: ImagePixel, frameIndex: number): SettledValues {
  const bitsPerFrame = frameBits(image)
  const element = parsed.dataSet.element('7fe00010')!
  const value = parsed.dataSet.valueBytes('7fe00010') ?? new Uint8Array(0)
  const needed = Math.ceil(((frameIndex + 1) * bitsPerFrame) / 8)
  if (element.length === 0) throw new ReviewError('no-pixels', 'The pixel data of the file is empty. Fetch the image again from where it came from.')
  if (value.length < needed) {
    if (element.length >= needed) throw new ReviewError('dicom-truncated', 'The file ends within the pixel data. Copy it again from where it came from.')
    throw new ReviewError('pixel-data-damaged', `The pixel data has ${element.length} bytes where the header needs ${needed}. Fetch the image again from where it came from.`)
  }
  if (image.bitsAllocated === 1) return settleBits(value, frameIndex * bitsPerFrame, image)
  const frame = value.subarray((frameIndex * bitsPerFrame) / 8, needed)
  return settleNative(toLittleEndian(frame, parsed, image.bitsAllocated), image)
}

/** A frame in a piece of its own, little endian, not compressed (any more). Throws `pixel-data-damaged` where it is shorter than the image. */
export function readLooseFrame(bytes: Uint8Array, image: ImagePixel): SettledValues {
  const needed = Math.ceil(frameBits(image) / 8)
  if (bytes.length < needed) throw damagedStream(`it has ${bytes.length} bytes where the header needs ${needed}`)
  return image.bitsAllocated === 1 ? settleBits(bytes, 0, image) : settleNative(new Uint8Array(bytes.subarray(0, needed)), image)
}

/** Of one frame without padding; YBR_FULL_422 keeps two samples a pixel. */
export function frameBits({ rows, columns, samples, bitsAllocated, photometric }: ImagePixel): number {
  return rows * columns * (isHalved(photometric) ? 2 : samples) * bitsAllocated
}

function isHalved(photometric: string): boolean {
  return photometric.endsWith('_422')
}

function settleNative(ordered: Uint8Array, image: ImagePixel): SettledValues {
  const pixels = image.rows * image.columns
  const whole = isHalved(image.photometric) ? spreadChroma(ordered, pixels) : ordered
  const byPixel = image.planar && !isHalved(image.photometric) ? interleave(whole, pixels, image.samples, image.bitsAllocated / 8) : whole
  return settle(byPixel, image, { bits: image.bitsStored, highBit: image.highBit, inexact: false, signExtended: false })
}

function settleBits(value: Uint8Array, firstBit: number, image: ImagePixel): SettledValues {
  const values = unpackBits(value, firstBit, image.rows * image.columns * image.samples)
  return { values, range: rangeOf(values) }
}

/** A share of the file's memory that is worth keeping the rest of it for; smaller frames may lie in memory that Node shares among buffers. */
const MOST = 0.75
const SHARED_BYTES = 2 ** 17

function isWorthKeeping(frame: Uint8Array): boolean {
  return frame.length > SHARED_BYTES && frame.length >= MOST * frame.buffer.byteLength
}

/** Single bits, the least significant first, frames joined without padding (PS3.5 8.1.1). */
export function unpackBits(value: Uint8Array, firstBit: number, count: number): Uint8Array {
  const output = new Uint8Array(count)
  for (let index = 0, bit = firstBit; index < count; index++, bit++) output[index] = (value[bit >> 3] >> (bit & 7)) & 1
  return output
}

/** Big endian swaps the bytes of a sample, and of a word where 8-bit samples are stored as OW (PS3.5 A.3). */
function toLittleEndian(frame: Uint8Array, parsed: ParsedDicom, bitsAllocated: number): Uint8Array {
  if (!parsed.syntax.bigEndian) return isWorthKeeping(frame) ? frame : new Uint8Array(frame)
  const element = parsed.dataSet.element('7fe00010')!
  const copy = Buffer.from(new Uint8Array(frame).buffer)
  if (bitsAllocated === 32) return copy.swap32()
  if (bitsAllocated === 16) return copy.swap16()
  return element.vr === 'OW' && copy.length % 2 === 0 ? copy.swap16() : copy
}

/** YBR_FULL_422 as Y1 Y2 Cb Cr for two pixels → Y Cb Cr for each (PS3.3 C.7.6.3.1.2). */
function spreadChroma(frame: Uint8Array, pixels: number): Uint8Array {
  const output = new Uint8Array(pixels * 3)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const pair = (pixel >> 1) * 4
    output[3 * pixel] = frame[pair + (pixel & 1)]
    output[3 * pixel + 1] = frame[pair + 2]
    output[3 * pixel + 2] = frame[pair + 3]
  }
  return output
}
