import type { Proportion } from '../contract/records.ts'
import { Z_95 } from './normal.ts'

/** A proportion with its 95 % score interval (Wilson 1927); null of nothing. */
export function proportion(count: number, of: number): Proportion | null {
  if (of === 0) return null
  const value = count / of
  return { count, of, value, ...wilson(value, of) }
}

/** The 95 % score interval of a rate seen in `of` independent cases; `of` may be an effective number, which need not be whole. */
export function wilson(value: number, of: number): { readonly low: number; readonly high: number } {
  const square = Z_95 ** 2
  const centre = (value + square / (2 * of)) / (1 + square / of)
  const half = (Z_95 / (1 + square / of)) * Math.sqrt((value * (1 - value)) / of + square / (4 * of ** 2))
  return { low: value === 0 ? 0 : Math.max(0, centre - half), high: value === 1 ? 1 : Math.min(1, centre + half) }
}
