import type { Codestream } from './codestream.ts'
import { damagedStream } from './codestream.ts'

/**
 * JPEG (ITU-T T.81 annex B) and JPEG-LS (T.87 annex C) share their markers: SOI, segments, entropy-coded scans, EOI.
 * The walk goes over every scan to the end marker, so that a truncated stream is found before the decoder
 * would hand back the part that it has.
 */

/** Start-of-frame markers: SOF0–SOF3, SOF5–SOF7, SOF9–SOF11, SOF13–SOF15 and JPEG-LS's SOF55. */
const FRAME_MARKERS: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xf7])
const LOSSLESS_MARKERS: ReadonlySet<number> = new Set([0xc3, 0xc7, 0xcb, 0xcf])
export const SOF_LOSSLESS = 0xc3
const SOF_JPEG_LS = 0xf7
const SOI = 0xd8
export const EOI = 0xd9
export const SOS = 0xda
const APP0 = 0xe0
const APP14 = 0xee

interface FrameHeader {
  readonly marker: number
  readonly bits: number
  readonly rows: number
  readonly columns: number
  readonly components: number
  readonly subsampled: boolean
}

export function inspectJpeg(bytes: Uint8Array): Codestream {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw damagedStream('it does not begin as JPEG does')
  let frame: FrameHeader | undefined
  let scanned = 0
  let planar = false
  let colour: Codestream['colour'] = null
  let near = 0
  let at = 2
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    const marker = bytes[at + 1]
    if (bytes[at] !== 0xff || marker === undefined || marker === 0) throw damagedStream('a marker is missing')
    if (marker === EOI) break
    // Markers without parameters (TEM, RST, SOI) have no place between segments; libjpeg can loop on them for ever.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= SOI)) throw damagedStream('a marker is out of place')
    const length = segmentLength(bytes, at + 2)
    if (FRAME_MARKERS.has(marker)) {
      if (frame) throw damagedStream('it has two frame headers')
      frame = readFrameHeader(bytes, at, length)
    }
    colour ??= declaredColour(bytes, at, length)
    if (marker === SOS) {
      if (!frame) throw damagedStream('a scan comes before the frame header')
      const inScan = bytes[at + 4]
      if (inScan < 1 || inScan > 4 || length !== 6 + 2 * inScan) throw damagedStream('a scan header is wrong')
      scanned += inScan
      if (frame.marker === SOF_JPEG_LS) {
        near = Math.max(near, bytes[at + 5 + 2 * inScan])
        planar = inScan < frame.components
      }
      at = endOfScan(bytes, at + 2 + length, frame.marker === SOF_JPEG_LS)
    } else {
      at += 2 + length
    }
  }
  if (!frame) throw damagedStream('it has no frame header')
  if (scanned < frame.components) throw damagedStream('a component has no scan')
  return {
    rows: frame.rows,
    columns: frame.columns,
    components: frame.components,
    bits: frame.bits,
    signed: false,
    planar,
    inexact: !LOSSLESS_MARKERS.has(frame.marker) && !(frame.marker === SOF_JPEG_LS && near === 0),
    colour,
    isProcess14: frame.marker === SOF_LOSSLESS && !frame.subsampled,
    bytes: bytes.subarray(0, at + 2),
  }
}

/** Adobe's APP14 says which transform was used (0: none, 1: YCbCr); JFIF is always YCbCr. */
function declaredColour(bytes: Uint8Array, at: number, length: number): Codestream['colour'] {
  const begins = (text: string): boolean => [...text].every((letter, index) => bytes[at + 4 + index] === letter.charCodeAt(0))
  if (bytes[at + 1] === APP14 && length >= 14 && begins('Adobe')) return bytes[at + 15] === 0 ? 'rgb' : 'ycc'
  return bytes[at + 1] === APP0 && length >= 16 && begins('JFIF') ? 'ycc' : null
}

function segmentLength(bytes: Uint8Array, at: number): number {
  const length = (bytes[at] << 8) | bytes[at + 1]
  if (!(length >= 2) || at + length > bytes.length) throw damagedStream('a segment is cut off')
  return length
}

function readFrameHeader(bytes: Uint8Array, at: number, length: number): FrameHeader {
  const components = bytes[at + 9]
  if (length !== 8 + 3 * components) throw damagedStream('the frame header is wrong')
  return {
    marker: bytes[at + 1],
    bits: bytes[at + 4],
    rows: (bytes[at + 5] << 8) | bytes[at + 6],
    columns: (bytes[at + 7] << 8) | bytes[at + 8],
    components,
    // Of one component the factors mean nothing (T.81 A.2.2).
    subsampled: components > 1 && Array.from({ length: components }, (_, index) => bytes[at + 11 + 3 * index]).some((factors) => factors !== 0x11),
  }
}

/** The position of the marker that ends entropy-coded data. JPEG stuffs a zero byte behind FF, JPEG-LS a zero bit. Throws `pixel-data-damaged` where there is none. */
export function endOfScan(bytes: Uint8Array, start: number, isJpegLs: boolean): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]
    if (next === undefined) break
    const isStuffed = isJpegLs ? next < 0x80 : next === 0
    const isRestart = next >= 0xd0 && next <= 0xd7
    if (!isStuffed && !isRestart && next !== 0xff) return at
  }
  throw damagedStream('it ends before its end marker')
}
