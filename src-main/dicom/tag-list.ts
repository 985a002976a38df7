import type { Element } from 'dicom-parser'
import dicomParser from 'dicom-parser'

import type { DataSetView } from './data-set.ts'
import { formatTag, isPrivateTag, lookUpTag } from './dictionary.ts'

/** One line of the header browser. */
export interface TagRow {
  /** '(0028,0010)' */
  readonly tag: string
  readonly name: string
  readonly vr: string
  /** the value as text; binary values as their length, sequences as the number of their items */
  readonly value: string
  /** 0 at the top level, 1 within an item of a sequence, … */
  readonly depth: number
}

const MAX_VALUE_CHARACTERS = 1024
const MAX_ROWS = 20_000
const TEXT_VRS: ReadonlySet<string> = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'LO', 'LT', 'PN', 'SH', 'ST', 'TM', 'UC', 'UI', 'UR', 'UT'])

type ReadNumber = (view: DataSetView, value: Uint8Array, at: number) => number | bigint
/** VR → bytes of a value and its reading (PS3.5 6.2). */
const NUMBER_VRS: Readonly<Record<string, readonly [bytes: number, read: ReadNumber]>> = {
  US: [2, (view, value, at) => view.parser.readUint16(value, at)],
  SS: [2, (view, value, at) => view.parser.readInt16(value, at)],
  UL: [4, (view, value, at) => view.parser.readUint32(value, at)],
  SL: [4, (view, value, at) => view.parser.readInt32(value, at)],
  FL: [4, (view, value, at) => view.parser.readFloat(value, at)],
  UV: [8, (view, value, at) => wide(value, at).getBigUint64(0, isLittle(view))],
  SV: [8, (view, value, at) => wide(value, at).getBigInt64(0, isLittle(view))],
  FD: [8, (view, value, at) => view.parser.readDouble(value, at)],
}

const wide = (value: Uint8Array, at: number): DataView => new DataView(value.buffer, value.byteOffset + at, 8)
const isLittle = (view: DataSetView): boolean => view.parser === dicomParser.littleEndianByteArrayParser

/** All elements, meta header first, items of sequences indented behind their sequence. */
export function listTags(meta: DataSetView, dataSet: DataSetView): TagRow[] {
  const rows: TagRow[] = []
  append(rows, meta, 0)
  append(rows, dataSet, 0)
  return rows
}

function append(rows: TagRow[], view: DataSetView, depth: number): void {
  for (const element of Object.values(view.elements)) {
    if (rows.length >= MAX_ROWS) return
    const tag = element.tag.slice(1)
    const entry = lookUpTag(tag)
    const vr = element.items ? 'SQ' : (element.vr ?? entry?.vr ?? 'UN').split('|')[0]
    const name = entry?.name ?? (isPrivateTag(tag) ? 'Private' : 'Unknown')
    rows.push({ tag: formatTag(tag), name, vr, value: describeValue(view, element, tag, vr), depth })
    for (const item of view.items(tag)) append(rows, item, depth + 1)
  }
}

function describeValue(view: DataSetView, element: Element, tag: string, vr: string): string {
  if (element.items) return `${element.items.length} item${element.items.length === 1 ? '' : 's'}`
  if (element.length === 0) return ''
  if (element.length === 0xffffffff) return 'encapsulated'
  const numeric = NUMBER_VRS[vr]
  if (numeric && element.length <= 8 * MAX_VALUE_CHARACTERS) return numbers(view, tag, ...numeric)
  if (vr === 'AT') return numbers(view, tag, 2, NUMBER_VRS.US[1])
  if (TEXT_VRS.has(vr)) return clip(view.text(tag, vr))
  const value = view.valueBytes(tag)
  return vr === 'UN' && value && value.length <= 256 && value.every(isPrintable) ? clip(view.text(tag, 'LO')) : `${element.length} bytes`
}

function numbers(view: DataSetView, tag: string, size: number, read: ReadNumber): string {
  const value = view.valueBytes(tag)
  if (!value) return ''
  const count = Math.floor(value.length / size)
  return clip(Array.from({ length: count }, (_, index) => String(read(view, value, index * size))).join('\\'))
}

function isPrintable(byte: number): boolean {
  return byte === 0 || (byte >= 0x20 && byte < 0x7f)
}

function clip(text: string): string {
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text
}
