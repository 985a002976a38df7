import { damagedStream } from '../codestream.ts'
import type { HuffmanTable } from './huffman.ts'
import { LONGEST } from './huffman.ts'

/** The codes of a component with the bits of the difference behind them. */
export interface DifferenceCodes {
  /** by the next 12 bits, where they hold both: the difference × 256 + the bits that were taken; else 0 */
  readonly direct: Int32Array
  readonly long: Uint16Array
}

const DIRECT_BITS = 12
/** A code of at most 16 bits and a difference of at most 15. */
export const BYTES_A_DIFFERENCE = 4

/** Throws `pixel-data-damaged` where a symbol is no size of a difference, which is 0 to 16 (ITU-T T.81 table H.2). */
export function differenceCodes({ long, symbols }: HuffmanTable): DifferenceCodes {
  if (symbols.some((size) => size > 16)) throw damagedStream('a Huffman table has a code that no difference has')
  const direct = new Int32Array(1 << DIRECT_BITS)
  for (let next = 0; next < direct.length; next++) {
    const entry = long[next << (LONGEST - DIRECT_BITS)]
    const [length, size] = [entry >>> 8, entry & 0xff]
    if (entry !== 0 && length + size <= DIRECT_BITS) direct[next] = (extended(next << (32 - DIRECT_BITS + length), size) << 8) | (length + size)
  }
  return { direct, long }
}

/** The first `size` bits of a word, of at most 15, as a difference: less 2^size − 1 where the first of them is 0 (T.81 F.2.2.1, figure F.12). */
function extended(word: number, size: number): number {
  return (word >>> 1 >>> (31 - size)) - (((1 << size) - 1) & ~(word >> 31))
}

/**
 * Reads the differences of a line from bit `from` on into every `step`th of `values`, the components of a pixel in turn; returns the position behind them.
 * Each read of 32 bits has 25 that count, and so room for two direct look-ups.
 * Throws `pixel-data-damaged` at a code that is none.
 */
export function readDifferences(bits: DataView, from: number, codes: readonly DifferenceCodes[], values: Uint16Array, start: number, end: number, step: number): number {
  let at = from
  let component = 0
  let { direct } = codes[0]
  for (let sample = start; sample < end; sample += step) {
    const window = bits.getInt32(at >>> 3) << (at & 7)
    let entry = direct[window >>> (32 - DIRECT_BITS)]
    if (entry !== 0) {
      values[sample] = entry >> 8
      at += entry & 0xff
    } else {
      at = readLong(bits, at, codes[component], values, sample)
    }
    if (codes.length > 1) {
      component = component + 1 === codes.length ? 0 : component + 1
      direct = codes[component].direct
    }
    if (entry === 0 || sample + step >= end) continue
    entry = direct[(window << (entry & 0xff)) >>> (32 - DIRECT_BITS)]
    if (entry === 0) continue
    sample += step
    values[sample] = entry >> 8
    at += entry & 0xff
    if (codes.length > 1) {
      component = component + 1 === codes.length ? 0 : component + 1
      direct = codes[component].direct
    }
  }
  return at
}

/** One difference of any length; one of 16 bits is 32768 and has no bits of its own (H.1.2.2). */
function readLong(bits: DataView, from: number, { long }: DifferenceCodes, values: Uint16Array, sample: number): number {
  const entry = long[(bits.getInt32(from >>> 3) << (from & 7)) >>> (32 - LONGEST)]
  if (entry === 0) throw damagedStream('it has a code that is none')
  const at = from + (entry >>> 8)
  const size = entry & 0xff
  values[sample] = size === 16 ? 32_768 : extended(bits.getInt32(at >>> 3) << (at & 7), size)
  return size === 16 ? at : at + size
}
