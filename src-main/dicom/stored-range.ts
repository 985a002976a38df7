import type { StoredArray } from './frame.ts'

export interface StoredRange {
  readonly low: number
  readonly high: number
}

/** Smaller images are compared value by value. */
const WORTH_A_TABLE = 65_536
/** 1 for each word of 16 bits that occurs; used anew by each call. */
const occurs = new Uint8Array(65_536)

/** The least and the greatest value; 0 and 0 of none. */
export function rangeOf(values: StoredArray): StoredRange {
  if (values.length === 0) return { low: 0, high: 0 }
  return values.BYTES_PER_ELEMENT > 2 || values.length < WORTH_A_TABLE ? comparedRange(values) : tabulatedRange(values)
}

function comparedRange(values: StoredArray): StoredRange {
  let low = values[0]
  let high = low
  for (let index = 1; index < values.length; index++) {
    const value = values[index]
    if (value > high) high = value
    else if (value < low) low = value
  }
  return { low, high }
}

/**
 * The same by marking which words of 16 bits occur, each one value or two of 8 bits: a quarter to half of the time of comparing, since nothing has
 * to be decided for a value, and the loop sees one type of array whatever the image is.
 */
function tabulatedRange(values: StoredArray): StoredRange {
  const { buffer, byteOffset, byteLength } = values
  occurs.fill(0)
  markWords(new Uint16Array(buffer as ArrayBuffer, byteOffset + (byteOffset % 2), (byteLength - (byteOffset % 2)) >> 1))
  const bits = values.BYTES_PER_ELEMENT * 8
  const isSigned = values instanceof Int8Array || values instanceof Int16Array
  // Of 8-bit values at an odd address, the first and the last may have no word.
  let { low, high } = comparedRange(values.subarray(-1))
  if (values[0] < low) low = values[0]
  if (values[0] > high) high = values[0]
  for (let word = 0; word < occurs.length; word++) {
    if (occurs[word] === 0) continue
    for (let shift = 0; shift < 16; shift += bits) {
      const aligned = (word >> shift) << (32 - bits)
      const value = isSigned ? aligned >> (32 - bits) : aligned >>> (32 - bits)
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return { low, high }
}

function markWords(words: Uint16Array): void {
  for (let index = 0; index < words.length; index++) occurs[words[index]] = 1
}

/** The same without values of the padding; where everything is padding, the range of all. `range` is that of all values. */
export function rangeWithout(values: StoredArray, range: StoredRange, padding: StoredRange | null): StoredRange {
  if (!padding || padding.low > range.high || padding.high < range.low) return range
  let low = Infinity
  let high = -Infinity
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value >= padding.low && value <= padding.high) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low > high ? range : { low, high }
}
