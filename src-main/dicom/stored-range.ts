import type { StoredArray } from './frame.ts'

export interface StoredRange {
  readonly low: number
  readonly high: number
}

/** The least and the greatest value; 0 and 0 of none. */
export function rangeOf(values: StoredArray): StoredRange {
  if (values.length === 0) return { low: 0, high: 0 }
  let low = values[0]
  let high = low
  for (let index = 1; index < values.length; index++) {
    const value = values[index]
    if (value > high) high = value
    else if (value < low) low = value
  }
  return { low, high }
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
