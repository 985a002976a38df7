import type { ByteArrayParser, Element } from 'dicom-parser'
import dicomParser from 'dicom-parser'

import { ReviewError } from '../contract/errors.ts'
import { findDataSet, guessSyntax, looksLike } from './container.ts'
import { DataSetView } from './data-set.ts'
import { isPrivateTag, lookUpTag } from './dictionary.ts'
import { readExplicitElement } from './explicit-elements.ts'
import { inflateDataSet } from './inflate.ts'
import type { TransferSyntax } from './transfer-syntaxes.ts'
import { TRANSFER_SYNTAXES, transferSyntaxName } from './transfer-syntaxes.ts'

export interface ParseOptions {
  /** Stop at the pixel data; the bytes may then be only the start of a file. */
  readonly untilPixelData?: boolean
}

export interface ParsedDicom {
  readonly dataSet: DataSetView
  readonly meta: DataSetView
  readonly syntax: TransferSyntax
  /** false where the bytes ended before the pixel data (with `untilPixelData`) or within an element */
  readonly complete: boolean
  /** what was wrong with the file and mended, in the standard's words */
  readonly mended: readonly string[]
}

/** Elements whose value fields hold the image: reading a header stops at the first of them. */
const PIXEL_TAGS: ReadonlySet<string> = new Set(['x7fe00008', 'x7fe00009', 'x7fe00010'])

/**
 * Reads the elements of a DICOM file, with or without preamble and meta header. Encapsulated pixel data is only located:
 * its fragments are read by `encapsulatedFrame`.
 * Throws `not-dicom`, `dicom-truncated`, `dicom-damaged`, `unsupported-transfer-syntax`, `pixel-data-too-large` (inflated).
 */
export function parseDicom(source: Uint8Array, options: ParseOptions = {}): ParsedDicom {
  const mended: string[] = []
  const { metaStart, start: unknownStart } = findDataSet(source)
  if (metaStart === null) mended.push('no meta header')
  else if (metaStart !== 132) mended.push('no preamble')
  const meta = metaStart === null ? { elements: {}, end: unknownStart } : readMeta(source, metaStart)
  const metaView = new DataSetView(meta.elements, source, dicomParser.littleEndianByteArrayParser)
  const syntax = chooseSyntax(metaView.string('00020010', 'UI').replaceAll('\0', ''), source, meta.end, mended)

  const inflated = syntax.deflated ? inflateDataSet(source.subarray(meta.end), options.untilPixelData === true) : null
  const bytes = inflated ?? source
  const parser = syntax.bigEndian ? dicomParser.bigEndianByteArrayParser : dicomParser.littleEndianByteArrayParser
  const { elements, complete } = readElements(bytes, inflated ? 0 : meta.end, syntax, parser, options)
  return { dataSet: new DataSetView(elements, bytes, parser), meta: metaView, syntax, complete, mended }
}

/** The File Meta Information: explicit little endian, group 2 (PS3.10 7.1). Its group length is not trusted. */
function readMeta(bytes: Uint8Array, start: number): { elements: Record<string, Element>; end: number } {
  const elements: Record<string, Element> = {}
  if (start >= bytes.length) throw truncated('the file meta information')
  const stream = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, bytes, start)
  while (stream.position + 8 <= bytes.length && bytes[stream.position] === 2 && bytes[stream.position + 1] === 0) {
    const element = guarded(() => dicomParser.readDicomElementExplicit(stream, stream.warnings))
    if (stream.position > bytes.length) throw truncated('the file meta information')
    elements[element.tag] = element
  }
  return { elements, end: stream.position }
}

function chooseSyntax(declared: string, bytes: Uint8Array, start: number, mended: string[]): TransferSyntax {
  const known = TRANSFER_SYNTAXES.get(declared)
  if (declared !== '' && !known) {
    throw new ReviewError('unsupported-transfer-syntax',
      `The image is stored as '${transferSyntaxName(declared)}', which cannot be read here. Convert it, for instance with dcmtk's dcmconv or gdcmconv, and import it again.`,
      { details: { transferSyntax: declared } })
  }
  if (known && (known.deflated || looksLike(known, bytes, start))) return known
  const guess = guessSyntax(bytes, start)
  if (!guess) {
    if (start + 8 > bytes.length) throw truncated('the data set')
    if (known) return known
    throw new ReviewError('dicom-damaged', 'The file does not say how it is encoded (Transfer Syntax UID), and its data set cannot be recognised. Fetch it again from where it came from.')
  }
  mended.push(known ? `its elements are ${guess.name}, its transfer syntax says ${known.name}` : 'no transfer syntax')
  return known && known.packing !== 'native' ? { ...known, implicitVr: guess.implicitVr, bigEndian: guess.bigEndian } : guess
}

function readElements(
  bytes: Uint8Array,
  start: number,
  syntax: TransferSyntax,
  parser: ByteArrayParser,
  options: ParseOptions,
): { elements: Record<string, Element>; complete: boolean } {
  const elements: Record<string, Element> = {}
  if (start + 8 > bytes.length) return ended(elements, options, 'the data set')
  const stream = new dicomParser.ByteStream(parser, bytes, start)
  while (stream.position + 8 <= bytes.length) {
    if (isPaddingToTheEnd(bytes, stream.position)) return { elements, complete: true }
    let element: Element
    try {
      element = guarded(() => readElement(stream, syntax))
      // dicom-parser takes the end of the file for the end of a sequence that has not ended, with a warning.
      if (stream.warnings.some((warning) => warning.startsWith('eof'))) throw truncated(`element ${element.tag.slice(1)}`)
    } catch (error) {
      if (options.untilPixelData) return { elements, complete: false }
      throw error
    }
    const reachedPixels = PIXEL_TAGS.has(element.tag)
    if (reachedPixels) {
      elements[element.tag] = element
      if (options.untilPixelData || element.length === 0xffffffff) return { elements, complete: true }
      stream.seek(element.length)
    }
    if (stream.position > bytes.length) {
      if (!reachedPixels) return ended(elements, options, `element ${element.tag.slice(1)}`)
      return { elements, complete: false }
    }
    elements[element.tag] = element
  }
  return isPaddingToTheEnd(bytes, stream.position) ? { elements, complete: true } : ended(elements, options, 'an element')
}

function ended(elements: Record<string, Element>, options: ParseOptions, where: string): { elements: Record<string, Element>; complete: boolean } {
  if (options.untilPixelData) return { elements, complete: false }
  throw truncated(where)
}

function truncated(where: string, cause?: unknown): ReviewError {
  return new ReviewError('dicom-truncated', `The file ends within ${where}. Copy it again from where it came from.`, { cause })
}

/** One element of the top level; the value of pixel data is left unread. */
function readElement(stream: InstanceType<typeof dicomParser.ByteStream>, syntax: TransferSyntax): Element {
  const tag = dicomParser.readTag(stream)
  stream.seek(-4)
  const untilTag = PIXEL_TAGS.has(tag) ? tag : undefined
  if (syntax.implicitVr) {
    return dicomParser.readDicomElementImplicit(stream, untilTag, implicitVr as (tag: string) => string)
  }
  return readExplicitElement(stream, { untilTag, implicitVr })
}

/** Tells a sequence from a value that begins like one; undefined where only the bytes can tell. */
function implicitVr(tag: string): string | undefined {
  return isPrivateTag(tag.slice(1)) ? undefined : lookUpTag(tag.slice(1))?.vr
}

function isPaddingToTheEnd(bytes: Uint8Array, position: number): boolean {
  const first = bytes.subarray(position, position + 4)
  return first.every((byte) => byte === 0) && bytes.subarray(position).every((byte) => byte === 0)
}

/** dicom-parser throws strings and, for hostile nesting, RangeError; both become one of our codes. */
function guarded<T>(read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    if (PAST_END.test(reason)) throw truncated('an element', thrown)
    throw new ReviewError('dicom-damaged', 'The structure of the DICOM file is broken (elements do not follow one another). Copy it again from where it came from.', { cause: thrown })
  }
}

/** How dicom-parser says that it ran off the end of the bytes; 'maxPosition' is the end of a sequence item that lies beyond. */
const PAST_END = /past the end|past end|overread|cannot be greater|parameter 'maxP/
