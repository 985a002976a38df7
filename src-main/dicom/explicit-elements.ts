import type { Element } from 'dicom-parser'
import dicomParser from 'dicom-parser'

type ByteStream = InstanceType<typeof dicomParser.ByteStream>

/** VRs with a length of four bytes behind two reserved ones (PS3.5 7.1.2); dicom-parser does not know OV, SV and UV, added in 2018. */
const WIDE_VRS: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const UNDEFINED_LENGTH = 0xffffffff
const ITEM_DELIMITATION = 'xfffee00d'
const SEQUENCE_DELIMITATION = 'xfffee0dd'
/** far deeper than any object of the standard; what goes on would exhaust the stack */
const MAX_DEPTH = 200

export interface ExplicitOptions {
  /** the value of this element is left unread */
  readonly untilTag?: string
  /** VR of an element by its tag, for sequences within UN, which are implicit (PS3.5 6.2.2) */
  readonly implicitVr: (tag: string) => string | undefined
}

/**
 * One element in explicit VR with all that is nested in it. A UN whose value is a whole sequence is read as one, whatever its length says.
 * Throws texts in dicom-parser's words, and warns as it does of an end that came too early.
 */
export function readExplicitElement(stream: ByteStream, options: ExplicitOptions, depth = 0): Element {
  const tag = dicomParser.readTag(stream)
  const vr = stream.readFixedString(2)
  if (WIDE_VRS.has(vr)) stream.seek(2)
  const length = WIDE_VRS.has(vr) ? stream.readUint32() : stream.readUint16()
  const element: Element = { tag, vr, length, dataOffset: stream.position }
  if (length === UNDEFINED_LENGTH) element.hadUndefinedLength = true
  if (tag === options.untilTag) return element
  if (vr === 'SQ') readItems(stream, element, options, depth)
  else if (vr === 'UN') readUnknown(stream, element, options)
  else if (length === UNDEFINED_LENGTH) throw new Error('an element of undefined length is no sequence')
  else stream.seek(length)
  return element
}

function readItems(stream: ByteStream, element: Element, options: ExplicitOptions, depth: number): void {
  if (depth > MAX_DEPTH) throw new Error('sequences are nested beyond all reason')
  const isOpen = element.length === UNDEFINED_LENGTH
  const end = isOpen ? stream.byteArray.length : element.dataOffset + element.length
  element.items = []
  while (stream.position + (isOpen ? 4 : 1) <= end) {
    if (isOpen && nextTag(stream) === SEQUENCE_DELIMITATION) {
      element.length = stream.position - element.dataOffset
      stream.seek(8)
      return
    }
    element.items.push(readItem(stream, options, depth))
  }
  if (isOpen) stream.warnings.push('eof encountered before finding sequence delimitation tag')
}

function readItem(stream: ByteStream, options: ExplicitOptions, depth: number): Element {
  const item: Element = { ...dicomParser.readSequenceItem(stream) }
  const isOpen = item.length === UNDEFINED_LENGTH
  const end = isOpen ? stream.byteArray.length : stream.position + item.length
  if (end > stream.byteArray.length) throw new Error('an item reaches past the end')
  const elements: Record<string, Element> = {}
  // What DataSetView takes of dicom-parser's class.
  item.dataSet = { byteArray: stream.byteArray, byteArrayParser: stream.byteArrayParser, elements } as unknown as Element['dataSet']
  while (stream.position < end) {
    const element = readExplicitElement(stream, { ...options, untilTag: undefined }, depth + 1)
    elements[element.tag] = element
    if (isOpen && element.tag === ITEM_DELIMITATION) {
      item.hadUndefinedLength = true
      item.length = stream.position - item.dataOffset
      return item
    }
  }
  if (isOpen) stream.warnings.push('eof encountered before finding item delimitation tag')
  else if (stream.position > end) throw new Error('buffer overrun')
  return item
}

/** Unknown VR: a sequence in implicit VR little endian where its length is open, and where the value is one from its first byte to its last. */
function readUnknown(stream: ByteStream, element: Element, { implicitVr }: ExplicitOptions): void {
  const asCallback = implicitVr as (tag: string) => string
  if (element.length === UNDEFINED_LENGTH) {
    dicomParser.readSequenceItemsImplicit(stream, element, asCallback)
    return
  }
  const end = element.dataOffset + element.length
  if (element.length >= 8 && end <= stream.byteArray.length && nextTag(stream) === 'xfffee000') {
    const inner = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, stream.byteArray.subarray(0, end), element.dataOffset)
    try {
      dicomParser.readSequenceItemsImplicit(inner, element, asCallback)
    } catch {
      element.items = undefined
    }
    if (inner.position !== end || inner.warnings.length > 0) element.items = undefined
  }
  if (element.items === undefined) delete element.items
  stream.seek(element.length)
}

function nextTag(stream: ByteStream): string {
  const tag = dicomParser.readTag(stream)
  stream.seek(-4)
  return tag
}
