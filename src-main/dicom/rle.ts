import { damagedStream } from './codestream.ts'

const HEADER_BYTES = 64

/**
 * RLE Lossless (PS3.5 annex G): one PackBits segment for each byte of each sample, the most significant byte first.
 * Returns interleaved little-endian samples. Throws `pixel-data-damaged` where a segment is short.
 */
export function decodeRle(bytes: Uint8Array, pixels: number, samples: number, bytesPerSample: number): Uint8Array {
  if (bytes.length < HEADER_BYTES) throw damagedStream('its RLE header is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const segments = view.getUint32(0, true)
  if (segments !== samples * bytesPerSample) throw damagedStream(`it has ${segments} RLE segments where ${samples * bytesPerSample} are needed`)
  const stride = samples * bytesPerSample
  const output = new Uint8Array(pixels * stride)
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true)
    const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : bytes.length
    if (start < HEADER_BYTES || end > bytes.length || start > end) throw damagedStream('its RLE offsets are wrong')
    const sample = Math.floor(segment / bytesPerSample)
    const byte = bytesPerSample - 1 - (segment % bytesPerSample)
    unpackSegment(bytes, start, end, output, sample * bytesPerSample + byte, stride, pixels)
  }
  return output
}

function unpackSegment(bytes: Uint8Array, start: number, end: number, output: Uint8Array, first: number, stride: number, pixels: number): void {
  const stop = first + pixels * stride
  let at = start
  let to = first
  while (to < stop) {
    const control = bytes[at++]
    if (at > end) throw damagedStream('an RLE segment is cut off')
    if (control < 128) {
      const count = control + 1
      if (at + count > end) throw damagedStream('an RLE segment is cut off')
      for (let index = 0; index < count && to < stop; index++, to += stride) output[to] = bytes[at + index]
      at += count
    } else if (control > 128) {
      if (at >= end) throw damagedStream('an RLE segment is cut off')
      const value = bytes[at++]
      for (let count = 257 - control; count > 0 && to < stop; count--, to += stride) output[to] = value
    }
  }
}
