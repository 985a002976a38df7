/**
 * Writes elements in the encoding of the data set they came from: values are copied as they are, so only tags and lengths depend
 * on the byte order, and nothing is decoded on the way (PS3.5 7.1, 7.5).
 */
export interface Encoding {
  readonly implicitVr: boolean
  readonly bigEndian: boolean
}

export const UNDEFINED_LENGTH = 0xffffffff
/** VRs with a length of four bytes behind two reserved ones. */
const WIDE_VRS: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])

/** An element; a value of odd length is padded. */
export function writeElement(tag: string, vr: string, value: Uint8Array, encoding: Encoding): Buffer {
  const padding = value.length % 2 === 0 ? [] : [Uint8Array.of(vr === 'UI' || vr === 'OB' || vr === 'UN' ? 0 : 0x20)]
  return Buffer.concat([elementHead(tag, vr, value.length + padding.length, encoding), value, ...padding])
}

export function writeText(tag: string, vr: string, text: string, encoding: Encoding): Buffer {
  return writeElement(tag, vr, Buffer.from(text, 'utf8'), encoding)
}

/** A sequence whose items are data sets already written. */
export function writeSequence(tag: string, items: readonly Uint8Array[], encoding: Encoding): Buffer {
  const content = Buffer.concat(items.flatMap((item) => [itemHead(item.length, encoding), item]))
  return Buffer.concat([elementHead(tag, 'SQ', content.length, encoding), content])
}

export function elementHead(tag: string, vr: string, length: number, { implicitVr, bigEndian }: Encoding): Buffer {
  const isWide = !implicitVr && WIDE_VRS.has(vr)
  const head = Buffer.alloc(isWide ? 12 : 8)
  writeTag(head, tag, bigEndian)
  if (!implicitVr) head.write(vr, 4, 'latin1')
  if (implicitVr || isWide) writeUint32(head, length, isWide ? 8 : 4, bigEndian)
  else if (bigEndian) head.writeUInt16BE(length, 6)
  else head.writeUInt16LE(length, 6)
  return head
}

function itemHead(length: number, { bigEndian }: Encoding): Buffer {
  const head = Buffer.alloc(8)
  writeTag(head, 'fffee000', bigEndian)
  writeUint32(head, length, 4, bigEndian)
  return head
}

function writeTag(target: Buffer, tag: string, bigEndian: boolean): void {
  const [group, element] = [parseInt(tag.slice(0, 4), 16), parseInt(tag.slice(4), 16)]
  if (bigEndian) target.writeUInt16BE(element, target.writeUInt16BE(group, 0))
  else target.writeUInt16LE(element, target.writeUInt16LE(group, 0))
}

function writeUint32(target: Buffer, value: number, at: number, bigEndian: boolean): void {
  if (bigEndian) target.writeUInt32BE(value, at)
  else target.writeUInt32LE(value, at)
}
