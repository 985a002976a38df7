import { inflateSync } from 'node:zlib'
import { decode } from 'fast-png'

import { ReviewError } from '../contract/errors.ts'
import { refuseSize } from './raw-picture.ts'
import type { RawPicture } from './raw-picture.ts'

/** colour type → samples of a pixel in the stream (ISO/IEC 15948, table 11.1) */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
/** Adam7 adds filter bytes: eight passes at most, each a row shorter than the image */
const ROW_PASSES = 8

/**
 * The pixels of a PNG image: 1 to 8 bits as they are, 16 bits with all their values; a palette as its colours, transparency left out.
 * Throws `pixel-data-damaged`, `pixel-data-too-large`.
 */
export function decodePng(bytes: Uint8Array): RawPicture {
  refuseBombs(bytes)
  let image: ReturnType<typeof decode>
  try {
    image = decode(bytes, { checkCrc: true })
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message.slice(0, 200) : 'its chunks cannot be read', cause)
  }
  const { width: columns, height: rows, depth, channels, palette } = image
  const data = unpacked(image.data, { rows, columns, channels, depth })
  if (palette) return { rows, columns, bits: 8, samples: 3, values: Uint8Array.from({ length: rows * columns * 3 }, (_, at) => palette[data[Math.floor(at / 3)]!]?.[at % 3] ?? 0) }
  const samples = channels >= 3 ? 3 : 1
  if (samples === channels) return { rows, columns, bits: depth, samples, values: data }
  const values = new (depth === 16 ? Uint16Array : Uint8Array)(rows * columns * samples)
  for (let pixel = 0; pixel < rows * columns; pixel++) for (let sample = 0; sample < samples; sample++) values[pixel * samples + sample] = data[pixel * channels + sample]!
  return { rows, columns, bits: depth, samples, values }
}

/** Samples of less than a byte lie packed, each row from a byte of its own. */
function unpacked(data: Uint8Array | Uint8ClampedArray | Uint16Array, { rows, columns, channels, depth }: { rows: number; columns: number; channels: number; depth: number }): Uint8Array | Uint16Array {
  if (depth >= 8) return data instanceof Uint16Array ? data : new Uint8Array(data)
  const width = columns * channels
  const rowBytes = Math.ceil((width * depth) / 8)
  const values = new Uint8Array(rows * width)
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < width; at++) {
      const bit = at * depth
      values[row * width + at] = (data[row * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
    }
  }
  return values
}

/** The size in the header is held against the limit, and the compressed stream against that size, before the decoder gets it. */
function refuseBombs(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 33 || view.getUint32(12) !== 0x49484452) throw damaged('it has no header')
  const [columns, rows, depth, colourType] = [view.getUint32(16), view.getUint32(20), bytes[24]!, bytes[25]!]
  const channels = CHANNELS[colourType]
  if (channels === undefined || rows === 0 || columns === 0) throw damaged('its header is wrong')
  refuseSize(rows, columns)
  const parts: Uint8Array[] = []
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at)
    if (at + 12 + length > bytes.length) throw damaged('it ends before its data does')
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  const maxOutputLength = Math.ceil((columns * channels * depth) / 8 + 2) * rows + ROW_PASSES * (rows + columns)
  try {
    inflateSync(Buffer.concat(parts), { maxOutputLength })
  } catch (cause) {
    throw damaged('its pixels do not unpack to the size that its header gives', cause)
  }
}

function damaged(what: string, cause?: unknown): ReviewError {
  return new ReviewError('pixel-data-damaged', `The PNG image is damaged: ${what}. Fetch the image again from where it came from.`, { cause })
}
