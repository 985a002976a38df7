import { damagedStream } from '../codestream.ts'

/** A Huffman table of ITU-T T.81 annex C as a look-up. */
export interface HuffmanTable {
  /** by the next 16 bits: the code's length × 256 + its symbol; 0 where no code begins so */
  readonly long: Uint16Array
  readonly symbols: Uint8Array
}

export const LONGEST = 16

/**
 * `counts`: how many codes there are of each length from 1 to 16; `symbols` in the order of their codes (T.81 C.2).
 * Throws `pixel-data-damaged` where the lengths leave no room for so many codes.
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const long = new Uint16Array(1 << LONGEST)
  let code = 0
  let next = 0
  for (let length = 1; length <= LONGEST; length++, code <<= 1) {
    for (let count = counts[length - 1]; count > 0; count--, code++, next++) {
      if (code >= 1 << length) throw damagedStream('a Huffman table has too many codes')
      const entry = (length << 8) | symbols[next]
      long.fill(entry, code << (LONGEST - length), (code + 1) << (LONGEST - length))
    }
  }
  return { long, symbols: symbols.slice(0, next) }
}
