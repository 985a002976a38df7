import type { ByteArrayParser, Element } from 'dicom-parser'

import { ReviewError } from '../contract/errors.ts'
import { decodeText } from './text.ts'

/** Far deeper than any object of the standard: what goes on is made to exhaust a reader. */
const MAX_DEPTH = 64

/** Elements by tag of eight hexadecimal digits in lower case. */
export type Elements = Readonly<Record<string, Element>>

/**
 * One data set (the file's own, or an item of a sequence) with typed access. Absent, empty and unreadable values are
 * `undefined` or an empty list: a header with one bad value still opens.
 */
export class DataSetView {
  readonly elements: Elements
  readonly bytes: Uint8Array
  readonly parser: ByteArrayParser
  private readonly inheritedCharacterSet: string
  private readonly depth: number

  constructor(elements: Elements, bytes: Uint8Array, parser: ByteArrayParser, inheritedCharacterSet = '', depth = 0) {
    this.elements = elements
    this.bytes = bytes
    this.parser = parser
    this.inheritedCharacterSet = inheritedCharacterSet
    this.depth = depth
  }

  element(tag: string): Element | undefined {
    return this.elements[`x${tag}`]
  }

  /** The value field, cut at the end of the file. */
  valueBytes(tag: string): Uint8Array | undefined {
    const element = this.element(tag)
    if (!element || element.items || element.dataOffset >= this.bytes.length) return undefined
    return this.bytes.subarray(element.dataOffset, Math.min(element.dataOffset + element.length, this.bytes.length))
  }

  /** Specific Character Set (0008,0005) of this data set, or of the one around it (PS3.5 6.1.2.3). */
  get characterSet(): string {
    const own = this.valueBytes('00080005')
    return own ? decodeText(own, '', 'CS').trim() : this.inheritedCharacterSet
  }

  /** The whole value as text, padding removed, several values still joined by backslashes. */
  text(tag: string, vr = 'LO'): string {
    const value = this.valueBytes(tag)
    return value ? decodeText(value, this.characterSet, vr).replace(/[\0 ]+$/, '') : ''
  }

  strings(tag: string, vr = 'LO'): string[] {
    const text = this.text(tag, vr)
    return text === '' ? [] : text.split('\\').map((value) => value.trim())
  }

  string(tag: string, vr = 'LO'): string {
    return this.strings(tag, vr)[0] ?? ''
  }

  /** Values of DS or IS; what is no number is NaN, so that positions keep their meaning. */
  decimals(tag: string): number[] {
    return this.strings(tag, 'DS').map((value) => (value === '' ? NaN : Number(value)))
  }

  decimal(tag: string): number | undefined {
    const value = this.decimals(tag)[0]
    return value !== undefined && Number.isFinite(value) ? value : undefined
  }

  /** Binary numbers of 16 bits; `signed` where the VR is 'US or SS' and the pixels are signed. */
  words(tag: string, signed = false): number[] {
    const value = this.valueBytes(tag)
    if (!value) return []
    const read = signed ? this.parser.readInt16 : this.parser.readUint16
    return Array.from({ length: value.length >> 1 }, (_, index) => read(value, 2 * index))
  }

  word(tag: string): number | undefined {
    return this.words(tag)[0]
  }

  /** The items of a sequence, or an empty list. Throws `dicom-damaged` where sequences are nested beyond all reason. */
  items(tag: string): DataSetView[] {
    if (this.depth >= MAX_DEPTH && this.element(tag)?.items) {
      throw new ReviewError('dicom-damaged', `The header has sequences nested more than ${MAX_DEPTH} deep. Ask the sender for an intact file.`)
    }
    const inherited = this.characterSet
    return (this.element(tag)?.items ?? []).flatMap(({ dataSet }) =>
      dataSet ? [new DataSetView(dataSet.elements, dataSet.byteArray, dataSet.byteArrayParser, inherited, this.depth + 1)] : [])
  }
}
