import type { Proportion } from '../contract/records.ts'

const Z_95 = 1.959963984540054

/** A proportion with its 95 % score interval (Wilson 1927); null of nothing. */
export function proportion(count: number, of: number): Proportion | null {
  if (of === 0) return null
  const value = count / of
  const square = Z_95 ** 2
  const centre = (value + square / (2 * of)) / (1 + square / of)
  const half = (Z_95 / (1 + square / of)) * Math.sqrt((value * (1 - value)) / of + square / (4 * of ** 2))
  return { count, of, value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
