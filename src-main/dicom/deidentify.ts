import { createHmac } from 'node:crypto'

import type { DeidentificationOption } from '../contract/records.ts'
import type { DataSetView } from './data-set.ts'
import type { Action } from './deidentify-rules.ts'
import { actionFor, DEIDENTIFICATION_CODES } from './deidentify-rules.ts'
import { lookUpTag } from './dictionary.ts'
import { encapsulatedEnd } from './encapsulated.ts'
import { parseDicom } from './parse.ts'
import { TRANSFER_SYNTAXES } from './transfer-syntaxes.ts'
import type { Encoding } from './write-elements.ts'
import { elementHead, UNDEFINED_LENGTH, writeElement, writeSequence, writeText } from './write-elements.ts'

export interface DeidentificationRequest {
  /** stands for the patient's name and id; the same patient's has to be the same, and must not be derived without a key */
  readonly pseudonym: string
  /** secret of the project: UIDs are replaced by a keyed hash, so that references between files still fit */
  readonly key: Uint8Array
  readonly options?: readonly DeidentificationOption[]
}

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
/** (FFFE,E0DD) with length 0, little endian as all encapsulated pixel data is (PS3.5 A.4) */
const SEQUENCE_DELIMITATION = Buffer.from('feffdde000000000', 'hex')
const META: Encoding = { implicitVr: false, bigEndian: false }

/**
 * A copy of a DICOM image without what identifies a person, by the Basic Application Level Confidentiality Profile
 * (PS3.15 annex E) with the options that are asked for. The pixels stay as they are, compression included: text that is burned into them
 * is not found here. Deflated files become plain ones. Throws what `parseDicom` throws.
 */
export function deidentify(bytes: Uint8Array, request: DeidentificationRequest): Uint8Array {
  const { dataSet, syntax } = parseDicom(bytes)
  const options = new Set(request.options)
  const uid = syntax.deflated ? EXPLICIT_LITTLE_ENDIAN : syntax.uid
  const encoding: Encoding = TRANSFER_SYNTAXES.get(uid)!
  const written = new Map<string, Buffer>()
  for (const [tag, value] of treatAll(dataSet, encoding, request, options)) written.set(tag, value)
  for (const [tag, value] of declarations(encoding, options)) written.set(tag, value)
  const body = [...written].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
  const sopClass = dataSet.string('00080016', 'UI')
  const instance = replaceUid(dataSet.string('00080018', 'UI'), request.key)
  return new Uint8Array(Buffer.concat([fileHead(sopClass, instance, uid), ...body, pixelData(dataSet, encoding)]))
}

/** HMAC of a UID as a UID under 2.25, the root for UUIDs (PS3.5 B.2): the same that the project's pseudonyms have in tables. */
export function replaceUid(uid: string, key: Uint8Array): string {
  const digest = createHmac('sha256', key).update(`uid\0${uid.replaceAll('\0', '')}`).digest('hex')
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`)}`
}

function treatAll(dataSet: DataSetView, encoding: Encoding, request: DeidentificationRequest, options: ReadonlySet<DeidentificationOption>): [string, Buffer][] {
  return Object.keys(dataSet.elements).flatMap((key): [string, Buffer][] => {
    const tag = key.slice(1)
    const element = dataSet.element(tag)!
    const vr = (element.vr ?? lookUpTag(tag)?.vr ?? 'UN').split('|')[0]
    if (tag.startsWith('7fe0')) return []
    const written = TREATMENTS[actionFor(tag, vr, options)]({ tag, vr, dataSet, encoding, request, options })
    return written ? [[tag, written]] : []
  })
}

interface Treated {
  readonly tag: string
  readonly vr: string
  readonly dataSet: DataSetView
  readonly encoding: Encoding
  readonly request: DeidentificationRequest
  readonly options: ReadonlySet<DeidentificationOption>
}

const TREATMENTS: Readonly<Record<Action, (treated: Treated) => Buffer | null>> = {
  keep: ({ tag, vr, dataSet, encoding }) => dataSet.element(tag)!.items ? null : writeElement(tag, vr, dataSet.valueBytes(tag) ?? new Uint8Array(0), encoding),
  remove: () => null,
  empty: ({ tag, vr, encoding }) => writeElement(tag, vr, new Uint8Array(0), encoding),
  uid: ({ tag, vr, dataSet, encoding, request }) => writeText(tag, vr, dataSet.strings(tag, 'UI').map((uid) => replaceUid(uid, request.key)).join('\\'), encoding),
  pseudonym: ({ tag, vr, encoding, request }) => writeText(tag, vr, request.pseudonym, encoding),
  items: ({ tag, dataSet, encoding, request, options }) => writeSequence(tag,
    dataSet.items(tag).map((item) => Buffer.concat(treatAll(item, encoding, request, options).map(([, value]) => value))), encoding),
}

/** What a de-identified file says of itself (PS3.15 E.1.1, PS3.3 C.7.1.1, C.12.1). */
function declarations(encoding: Encoding, options: ReadonlySet<DeidentificationOption>): [string, Buffer][] {
  const profile = { code: '113100', meaning: 'Basic Application Confidentiality Profile' }
  const codes = [profile, ...[...options].map((option) => DEIDENTIFICATION_CODES[option])]
  const item = ({ code, meaning }: { code: string; meaning: string }): Buffer => Buffer.concat([
    writeText('00080100', 'SH', code, encoding),
    writeText('00080102', 'SH', 'DCM', encoding),
    writeText('00080104', 'LO', meaning, encoding),
  ])
  return [
    ['00120062', writeText('00120062', 'CS', 'YES', encoding)],
    ['00120063', writeText('00120063', 'LO', codes.map(({ meaning }) => meaning).join('\\'), encoding)],
    ['00120064', writeSequence('00120064', codes.map(item), encoding)],
    ['00280303', writeText('00280303', 'CS', 'REMOVED', encoding)],
  ]
}

/** Preamble and File Meta Information (PS3.10 7.1). */
function fileHead(sopClass: string, instance: string, transferSyntax: string): Buffer {
  const elements = Buffer.concat([
    writeElement('00020001', 'OB', Uint8Array.of(0, 1), META),
    writeText('00020002', 'UI', sopClass, META),
    writeText('00020003', 'UI', instance, META),
    writeText('00020010', 'UI', transferSyntax, META),
    writeText('00020012', 'UI', '2.25.203417526881245962190344170412583310573', META),
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(elements.length)
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), writeElement('00020000', 'UL', length, META), elements])
}

/** The pixel data and its offset tables as they are; what comes behind (padding, signatures) is left out. */
function pixelData(dataSet: DataSetView, encoding: Encoding): Buffer {
  return Buffer.concat(['7fe00001', '7fe00002', '7fe00010'].flatMap((tag) => {
    const element = dataSet.element(tag)
    if (!element) return []
    if (!element.hadUndefinedLength) return [writeElement(tag, element.vr?.split('|').at(-1) ?? 'OW', dataSet.valueBytes(tag) ?? new Uint8Array(0), encoding)]
    const fragments = dataSet.bytes.subarray(element.dataOffset, encapsulatedEnd(dataSet))
    return [elementHead(tag, 'OB', UNDEFINED_LENGTH, encoding), fragments, SEQUENCE_DELIMITATION]
  }))
}
