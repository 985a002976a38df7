import { ReviewError } from '../contract/errors.ts'
import type { DataSetView } from './data-set.ts'
import type { Packing } from './transfer-syntaxes.ts'

interface Fragment {
  /** of its item tag, from the first item behind the Basic Offset Table */
  readonly offset: number
  readonly bytes: Uint8Array
}

const ITEM = 0xe000fffe
const SEQUENCE_DELIMITATION = 0xe0ddfffe

/**
 * The compressed bytes of one frame (PS3.5 A.4). Which fragments belong to it is told, in this order, by: one fragment a
 * frame, the Extended Offset Table, the Basic Offset Table, the codestreams' own first bytes.
 * Throws `dicom-truncated`, `pixel-data-damaged`, `no-such-frame`.
 */
export function encapsulatedFrame(dataSet: DataSetView, packing: Packing, frameIndex: number, frames: number): Uint8Array {
  const { fragments, basicOffsets } = readFragments(dataSet)
  if (fragments.length === 0) throw new ReviewError('no-pixels', 'The pixel data of the file is empty. Fetch the image again from where it came from.')
  if (frames === 1) return concatenate(fragments)
  if (fragments.length === frames) return fragments[frameIndex].bytes
  const starts = frameStarts(fragments, [extendedOffsets(dataSet), basicOffsets], packing, frames)
  return concatenate(fragments.slice(starts[frameIndex], starts[frameIndex + 1] ?? fragments.length))
}

/** Where the fragments end: the position of the sequence delimitation item, or of the end of the file where it is missing. */
export function encapsulatedEnd(dataSet: DataSetView): number {
  return readFragments(dataSet).end
}

function readFragments(dataSet: DataSetView): { fragments: Fragment[]; basicOffsets: number[]; end: number } {
  const { bytes } = dataSet
  const element = dataSet.element('7fe00010')!
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const items: Fragment[] = []
  let at = element.dataOffset
  let firstOffset = at
  while (at + 8 <= bytes.length) {
    const tag = view.getUint32(at, true)
    const length = view.getUint32(at + 4, true)
    if (tag === SEQUENCE_DELIMITATION) break
    if (tag !== ITEM) throw new ReviewError('pixel-data-damaged', 'The compressed pixel data is not a sequence of items. Fetch the image again from where it came from.')
    if (at + 8 + length > bytes.length) throw new ReviewError('dicom-truncated', 'The file ends within the pixel data. Copy it again from where it came from.')
    items.push({ offset: at - firstOffset, bytes: bytes.subarray(at + 8, at + 8 + length) })
    at += 8 + length
    if (items.length === 1) firstOffset = at
  }
  const [table, ...fragments] = items
  return { fragments, basicOffsets: table ? wholeNumbers(table.bytes, 4) : [], end: at }
}

function frameStarts(fragments: readonly Fragment[], tables: readonly number[][], packing: Packing, frames: number): number[] {
  const indexOf = new Map(fragments.map((fragment, index) => [fragment.offset, index]))
  for (const offsets of tables) {
    const starts = offsets.flatMap((offset) => indexOf.get(offset) ?? [])
    const ascends = starts.every((start, index) => index === 0 ? start === 0 : start > starts[index - 1])
    if (starts.length === frames && ascends) return starts
  }
  const starts = fragments.flatMap(({ bytes }, index) => (beginsCodestream(bytes, packing) ? [index] : []))
  if (starts.length === frames && starts[0] === 0) return starts
  throw new ReviewError('pixel-data-damaged',
    `The header gives ${frames} frames, but the pixel data has ${fragments.length} pieces that cannot be told apart. Fetch the image again from where it came from.`)
}

const SOI = 0xd8
const SOC = 0x4f
/** The second byte of a codestream, behind FF; what is not there cannot be told from its first bytes. */
const STARTS: Readonly<Partial<Record<Packing, number>>> = { 'jpeg': SOI, 'jpeg-ls': SOI, 'jpeg2000': SOC, 'htj2k': SOC }

function beginsCodestream(bytes: Uint8Array, packing: Packing): boolean {
  if (STARTS[packing] === SOC && bytes[0] === 0 && bytes[4] === 0x6a && bytes[5] === 0x50) return true
  const second = STARTS[packing]
  return second !== undefined && bytes[0] === 0xff && bytes[1] === second && bytes[2] === 0xff
}

/** Extended Offset Table (7FE0,0001), 64-bit offsets (PS3.3 C.7.6.3.1.8). */
function extendedOffsets(dataSet: DataSetView): number[] {
  const value = dataSet.valueBytes('7fe00001')
  return value ? wholeNumbers(value, 8) : []
}

function wholeNumbers(bytes: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) =>
    size === 4 ? view.getUint32(4 * index, true) : Number(view.getBigUint64(8 * index, true)))
}

function concatenate(fragments: readonly Fragment[]): Uint8Array {
  if (fragments.length === 1) return fragments[0].bytes
  return Buffer.concat(fragments.map(({ bytes }) => bytes))
}
