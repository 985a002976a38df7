import type { StoredArray } from './frame.ts'
import type { ImagePixel } from './image-pixel.ts'
import type { StoredRange } from './stored-range.ts'
import { rangeOf } from './stored-range.ts'

/** Where the value sits in an unpacked sample. */
export interface SampleLayout {
  /** significant bits as unpacked: of the codestream, else BitsStored */
  readonly bits: number
  readonly highBit: number
  /** clamp into BitsStored (an inexact codec overshoots) instead of masking (overlays sit in the high bits) */
  readonly inexact: boolean
  /** the codec has spread the sign over the whole sample already (JPEG 2000 of signed components) */
  readonly signExtended: boolean
}

/** Stored values with the least and the greatest of them. */
export interface SettledValues {
  readonly values: StoredArray
  readonly range: StoredRange
}

const ARRAYS = {
  1: [Uint8Array, Int8Array],
  2: [Uint16Array, Int16Array],
  4: [Uint32Array, Int32Array],
} as const

/**
 * Unpacked little-endian samples → stored values: bits above BitsStored masked away or values clamped into its range,
 * signed values sign-extended (PS3.5 8.1.1, 8.2). The samples may be narrower than BitsAllocated. Where nothing is to be changed,
 * which one look over the values tells, the result is a view of the samples.
 */
export function settle(unpacked: Uint8Array, image: ImagePixel, layout: SampleLayout): SettledValues {
  const count = image.rows * image.columns * image.samples
  const size = (unpacked.length / count) as 1 | 2 | 4
  const asTheyAre = viewAs(unpacked, size, image.signed)
  const range = rangeOf(asTheyAre)
  if (isSettled(range, image, layout)) return { values: asTheyAre, range }
  const values = changed(unpacked, size, image, layout)
  return { values, range: rangeOf(values) }
}

function isSettled({ low, high }: StoredRange, { signed, bitsStored }: ImagePixel, layout: SampleLayout): boolean {
  if (layout.highBit >= bitsStored || (layout.signExtended && !signed)) return false
  const bits = Math.min(layout.bits, bitsStored)
  return signed ? low >= -(2 ** (bits - 1)) && high < 2 ** (bits - 1) : high < 2 ** bits
}

function changed(unpacked: Uint8Array, size: 1 | 2 | 4, image: ImagePixel, layout: SampleLayout): StoredArray {
  const count = unpacked.length / size
  const keepsSign = layout.inexact && layout.signExtended && image.signed
  const raw = viewAs(unpacked, size, keepsSign)
  const values = image.signed ? new ARRAYS[size][1](count) : new ARRAYS[size][0](count)
  const { bitsStored } = image
  if (layout.inexact) {
    const low = image.signed ? -(2 ** (bitsStored - 1)) : 0
    const high = image.signed ? 2 ** (bitsStored - 1) - 1 : 2 ** bitsStored - 1
    const shift = 32 - layout.bits
    for (let index = 0; index < count; index++) {
      const value = keepsSign ? raw[index] : image.signed ? (raw[index] << shift) >> shift : layout.signExtended ? (raw[index] << shift) >>> shift : raw[index]
      values[index] = value < low ? low : value > high ? high : value
    }
    return values
  }
  const down = Math.max(0, layout.highBit + 1 - bitsStored)
  const up = 32 - bitsStored - down
  if (image.signed) for (let index = 0; index < count; index++) values[index] = (raw[index] << up) >> (32 - bitsStored)
  else for (let index = 0; index < count; index++) values[index] = (raw[index] << up) >>> (32 - bitsStored)
  return values
}

function viewAs(bytes: Uint8Array, size: 1 | 2 | 4, signed: boolean): StoredArray {
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  return new ARRAYS[size][signed ? 1 : 0](aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / size)
}

/** Sample planes one after another → samples of a pixel side by side. */
export function interleave(planes: Uint8Array, pixels: number, samples: number, bytesPerSample: number): Uint8Array {
  const output = new Uint8Array(planes.length)
  for (let sample = 0; sample < samples; sample++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let byte = 0; byte < bytesPerSample; byte++) {
        output[(pixel * samples + sample) * bytesPerSample + byte] = planes[(sample * pixels + pixel) * bytesPerSample + byte]
      }
    }
  }
  return output
}
