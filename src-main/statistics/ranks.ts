import { correlation } from '../tensor/statistics.ts'
import { Z_95, twoSidedP } from './normal.ts'

/** Places in ascending order of the values; equal ones keep their order. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b)
}

/** Ranks from 1; equal values share the mean of theirs. */
export function midranks(values: ArrayLike<number>): Float64Array {
  const order = ascending(values)
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length;) {
    let end = start + 1
    while (end < order.length && values[order[end]] === values[order[start]]) end++
    for (let i = start; i < end; i++) ranks[order[i]] = (start + end + 1) / 2
    start = end
  }
  return ranks
}

/**
 * Spearman's rank correlation with its 95 % interval by Fisher's z, its variance (1 + r²/2) / (n − 3) (Bonett & Wright 2000), and the two-sided p by
 * that z at r = 0. null: fewer than four pairs, or one of the two is constant.
 */
export function spearmanInterval(a: ArrayLike<number>, b: ArrayLike<number>): { readonly value: number; readonly low: number; readonly high: number; readonly p: number; readonly of: number } | null {
  const n = a.length
  if (n < 4) return null
  const value = Math.max(-1, Math.min(1, correlation(midranks(a), midranks(b))))
  if (!Number.isFinite(value)) return null
  if (Math.abs(value) === 1) return { value, low: value, high: value, p: 0, of: n }
  const z = Math.atanh(value)
  const half = Z_95 * Math.sqrt((1 + value ** 2 / 2) / (n - 3))
  return { value, low: Math.tanh(z - half), high: Math.tanh(z + half), p: twoSidedP(z * Math.sqrt(n - 3)), of: n }
}
