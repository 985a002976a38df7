/** Writes data sets in Explicit VR Little Endian (PS3.5 chapter 7). Values are the caller's to keep within their VR's rules. */

export type Value = string | number | readonly number[] | Uint8Array | null
/** [tag as 0xGGGGEEEE, VR, value]; several strings are one value with backslashes */
export type Element = readonly [tag: number, vr: VR, value: Value]
export type VR = 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'OB' | 'OW' | 'PN' | 'SH' | 'SS' | 'TM' | 'UI' | 'UL' | 'US'

const LONG_LENGTH = new Set<VR>(['OB', 'OW'])
const BINARY: Partial<Record<VR, (values: readonly number[]) => Uint8Array>> = {
  US: (values) => new Uint8Array(Uint16Array.from(values).buffer),
  SS: (values) => new Uint8Array(Int16Array.from(values).buffer),
  UL: (values) => new Uint8Array(Uint32Array.from(values).buffer),
}
const UNDEFINED_LENGTH = 0xffffffff

/** Elements in ascending order of their tags, whatever order they are given in. */
export function writeDataSet(elements: readonly Element[]): Buffer {
  const sorted = [...elements].sort((a, b) => a[0] - b[0])
  return Buffer.concat(sorted.map(writeElement))
}

function writeElement([tag, vr, value]: Element): Buffer {
  const content = contentOf(vr, value)
  return Buffer.concat([elementHeader(tag, vr, content.length), content])
}

/** Compressed pixel data of one frame (PS3.5 A.4): an empty offset table, then the codestream as one fragment. */
export function writeEncapsulated(tag: number, codestream: Uint8Array): Buffer {
  const padded = codestream.length % 2 ? Buffer.concat([codestream, Buffer.alloc(1)]) : codestream
  return Buffer.concat([elementHeader(tag, 'OB', UNDEFINED_LENGTH), itemHeader(0xfffee000, 0), itemHeader(0xfffee000, padded.length), padded, itemHeader(0xfffee0dd, 0)])
}

function elementHeader(tag: number, vr: VR, length: number): Buffer {
  const header = Buffer.alloc(LONG_LENGTH.has(vr) ? 12 : 8)
  header.writeUInt16LE(tag >>> 16, 0)
  header.writeUInt16LE(tag & 0xffff, 2)
  header.write(vr, 4, 'latin1')
  if (LONG_LENGTH.has(vr)) header.writeUInt32LE(length, 8)
  else header.writeUInt16LE(length, 6)
  return header
}

function itemHeader(tag: number, length: number): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt16LE(tag >>> 16, 0)
  header.writeUInt16LE(tag & 0xffff, 2)
  header.writeUInt32LE(length, 4)
  return header
}

/** Padded to an even length: UI and binary with a zero, text with a space (PS3.5 6.2). */
function contentOf(vr: VR, value: Value): Buffer {
  if (value === null) return Buffer.alloc(0)
  const bytes = value instanceof Uint8Array ? Buffer.from(value) : BINARY[vr] ? Buffer.from(BINARY[vr](typeof value === 'number' ? [value] : value as readonly number[])) : Buffer.from(textOf(value), 'latin1')
  if (bytes.length % 2 === 0) return bytes
  return Buffer.concat([bytes, Buffer.from([vr === 'UI' || vr === 'OB' ? 0 : 0x20])])
}

const textOf = (value: Exclude<Value, null | Uint8Array>): string => (Array.isArray(value) ? value.join('\\') : String(value))
