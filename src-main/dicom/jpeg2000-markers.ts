import type { Codestream } from './codestream.ts'
import { damagedStream } from './codestream.ts'

/**
 * JPEG 2000 and HTJ2K (ITU-T T.800 annex A, T.814): the SIZ segment, then tile-parts whose lengths lead to the end marker.
 * A stream whose tile-parts do not all fit is refused, since the decoder would fill what is missing with grey.
 */

const MAX_TILES = 65_535
const EOC = 0xffd9
const SOT = 0xff90

export function inspectJpeg2000(wrapped: Uint8Array): Codestream {
  const start = findCodestream(wrapped)
  const bytes = wrapped.subarray(start)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 44) throw damagedStream('its header is cut off')
  const components = view.getUint16(40)
  const sizeLength = view.getUint16(4)
  if (sizeLength !== 38 + 3 * components || bytes.length < 4 + sizeLength) throw damagedStream('its size segment is wrong')
  const [right, bottom, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from({ length: 8 }, (_, index) => view.getUint32(8 + 4 * index))
  if (left >= right || top >= bottom || tileWidth === 0 || tileHeight === 0) throw damagedStream('its size segment is wrong')
  const tiles = Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight)
  if (!(tiles >= 1 && tiles <= MAX_TILES)) throw damagedStream('it has an impossible number of tiles')
  for (let index = 0; index < components; index++) {
    const differs = bytes[42 + 3 * index] !== bytes[42]
    const subsampled = bytes[43 + 3 * index] !== 1 || bytes[44 + 3 * index] !== 1
    if (differs || subsampled) throw damagedStream('its components differ in depth or size')
  }
  return {
    rows: bottom - top,
    columns: right - left,
    components,
    bits: (bytes[42] & 0x7f) + 1,
    signed: (bytes[42] & 0x80) !== 0,
    planar: false,
    inexact: true,
    colour: null,
    isProcess14: false,
    bytes: bytes.subarray(0, endOfTileParts(bytes, view, 4 + sizeLength, tiles)),
  }
}

/** DICOM wants the bare codestream; some writers keep the boxes of the JP2 file around it. SOC is followed by SIZ. */
function findCodestream(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0xff); at >= 0 && at + 4 <= bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51) return at
  }
  throw damagedStream('it does not begin as JPEG 2000 does')
}

/** The end of the stream behind EOC. Every tile must have begun, and no tile-part may reach beyond the data. */
function endOfTileParts(bytes: Uint8Array, view: DataView, start: number, tiles: number): number {
  const begun = new Set<number>()
  let at = start
  while (at + 2 <= bytes.length && view.getUint16(at) !== SOT) {
    if (bytes[at] !== 0xff || at + 4 > bytes.length) throw damagedStream('its main header is wrong')
    at += 2 + view.getUint16(at + 2)
  }
  while (at + 2 <= bytes.length && view.getUint16(at) === SOT) {
    if (at + 12 > bytes.length) throw damagedStream('a tile is cut off')
    begun.add(view.getUint16(at + 4))
    const length = view.getUint32(at + 6)
    if (length === 0) {
      at = lastEndMarker(bytes)
      break
    }
    if (length < 14 || at + length > bytes.length) throw damagedStream('a tile is cut off')
    at += length
  }
  if (begun.size < tiles) throw damagedStream(`${tiles - begun.size} of ${tiles} tiles are missing`)
  if (at + 2 > bytes.length || view.getUint16(at) !== EOC) throw damagedStream('it ends before its end marker')
  return at + 2
}

/** The last tile-part may leave its length open (Psot = 0): it then reaches to the end marker, padding aside. */
function lastEndMarker(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return end - 2
}
