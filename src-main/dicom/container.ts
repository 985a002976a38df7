import { ReviewError } from '../contract/errors.ts'
import type { TransferSyntax } from './transfer-syntaxes.ts'
import { TRANSFER_SYNTAXES } from './transfer-syntaxes.ts'

const EXPLICIT_LITTLE = TRANSFER_SYNTAXES.get('1.2.840.10008.1.2.1')!
const EXPLICIT_BIG = TRANSFER_SYNTAXES.get('1.2.840.10008.1.2.2')!
const IMPLICIT_LITTLE = TRANSFER_SYNTAXES.get('1.2.840.10008.1.2')!

/**
 * Where the meta header begins, or null with the start of a bare data set. The preamble may be missing (PS3.10 7.1 demands
 * it, old archives leave it out). Throws `not-dicom`.
 */
export function findDataSet(bytes: Uint8Array): { metaStart: number | null; start: number } {
  for (const prefix of [128, 0]) {
    if (isPrefix(bytes, prefix)) return { metaStart: prefix + 4, start: prefix + 4 }
  }
  if (bytes[0] === 2 && bytes[1] === 0 && isVr(bytes, 4)) return { metaStart: 0, start: 0 }
  if (guessSyntax(bytes, 0)) return { metaStart: null, start: 0 }
  throw new ReviewError('not-dicom', bytes.length === 0 ? 'The file is empty.' : 'The file is not DICOM: it has no DICM prefix and does not begin with a DICOM element.')
}

/** The uncompressed syntax whose first element could stand at `start`; undefined where none could. */
export function guessSyntax(bytes: Uint8Array, start: number): TransferSyntax | undefined {
  return [EXPLICIT_LITTLE, EXPLICIT_BIG, IMPLICIT_LITTLE].find((syntax) => looksLike(syntax, bytes, start))
}

/** Whether the first element fits the syntax: group 8 or 10 hex (data sets are sorted), and a VR or a sane length behind the tag. */
export function looksLike(syntax: TransferSyntax, bytes: Uint8Array, start: number): boolean {
  if (start + 8 > bytes.length) return false
  const low = bytes[start + (syntax.bigEndian ? 1 : 0)]
  const high = bytes[start + (syntax.bigEndian ? 0 : 1)]
  if (high !== 0 || low === 0 || low > 0x40 || low % 2 !== 0) return false
  if (!syntax.implicitVr) return isVr(bytes, start + 4)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(start + 4, true)
  return !isVr(bytes, start + 4) && (length <= 0xffff || length === 0xffffffff)
}

function isPrefix(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d
}

function isVr(bytes: Uint8Array, at: number): boolean {
  const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a
  return isCapital(bytes[at]) && isCapital(bytes[at + 1])
}
