import { damagedStream } from '../codestream.ts'
import { endOfScan, EOI, SOF_LOSSLESS, SOS } from '../jpeg-markers.ts'
import type { HuffmanTable } from './huffman.ts'
import { huffmanTable } from './huffman.ts'

/** A component of the frame, by its place in it (ITU-T T.81 B.2.2). */
export interface FrameComponent {
  readonly index: number
  readonly id: number
}

export interface JpegFrame {
  readonly bits: number
  readonly rows: number
  readonly columns: number
  readonly components: readonly FrameComponent[]
}

/** A scan (T.81 B.2.3) with the tables in force where it begins. */
export interface JpegScan {
  readonly frame: JpegFrame
  readonly components: readonly (FrameComponent & { readonly codes: HuffmanTable })[]
  /** Ss, which selects the predictor */
  readonly selection: number
  /** Al, the point transform */
  readonly shift: number
  /** in pixels; 0 for none */
  readonly restartInterval: number
  /** entropy-coded, from the header's end to the marker behind it, restart markers within */
  readonly data: Uint8Array
}

const DHT = 0xc4
const DRI = 0xdd

/**
 * The scans of a stream of process 14 that `inspectJpeg` has walked over, in order. The segments are read again here for their tables.
 * Throws `pixel-data-damaged` where a table is wrong or one that is needed was not given.
 */
export function* scansOf(bytes: Uint8Array): Generator<JpegScan> {
  const huffman = new Map<number, HuffmanTable>()
  let restartInterval = 0
  let frame: JpegFrame | undefined
  for (let at = 2; ;) {
    while (bytes[at + 1] === 0xff) at++
    const marker = bytes[at + 1]
    if (marker === EOI) return
    const length = word(bytes, at + 2)
    const segment = bytes.subarray(at + 4, at + 2 + length)
    at += 2 + length
    if (marker === DHT) readHuffman(segment, huffman)
    else if (marker === DRI) restartInterval = word(segment, 0)
    else if (marker === SOF_LOSSLESS) frame = readFrame(segment)
    else if (marker === SOS) {
      const data = bytes.subarray(at, endOfScan(bytes, at, false))
      at += data.length
      yield { ...readScan(segment, frame!, huffman), frame: frame!, restartInterval, data }
    }
  }
}

function readFrame(segment: Uint8Array): JpegFrame {
  return {
    bits: segment[0],
    rows: word(segment, 1),
    columns: word(segment, 3),
    components: Array.from({ length: segment[5] }, (_, index) => ({ index, id: segment[6 + 3 * index] })),
  }
}

function readScan(segment: Uint8Array, frame: JpegFrame, huffman: ReadonlyMap<number, HuffmanTable>): Pick<JpegScan, 'components' | 'selection' | 'shift'> {
  const count = segment[0]
  const components = Array.from({ length: count }, (_, place) => {
    const component = frame.components.find(({ id }) => id === segment[1 + 2 * place])
    const codes = huffman.get(segment[2 + 2 * place] >> 4)
    if (!component || !codes) throw damagedStream('a scan names a component or a table that is not there')
    return { ...component, codes }
  })
  return { components, selection: segment[1 + 2 * count], shift: segment[3 + 2 * count] & 15 }
}

/** Tables by class × 16 + destination (B.2.4.2). */
function readHuffman(segment: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at < segment.length;) {
    const counts = segment.subarray(at + 1, at + 17)
    const size = counts.reduce((sum, count) => sum + count, 0)
    if (at + 17 + size > segment.length) throw damagedStream('a Huffman table is cut off')
    tables.set(segment[at], huffmanTable(counts, segment.subarray(at + 17, at + 17 + size)))
    at += 17 + size
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1]
}
