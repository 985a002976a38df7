import { wilson } from './proportion.ts'

/**
 * How many cases give a 95 % Wilson interval no wider than `width` where the rate is `expected`: from an unlimited population the least n₀ whose interval
 * is that narrow, from one of N cases n = n₀ / (1 + (n₀ − 1) / N), rounded up (Cochran 1977, eq. 4.4: the finite population correction). width in (0, 1).
 */
export function sampleSize(width: number, expected: number, population: number): { readonly size: number; readonly unlimited: number } {
  let low = 0
  let high = 1
  while (widthOf(expected, high) > width) high *= 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (widthOf(expected, middle) > width) low = middle
    else high = middle
  }
  return { unlimited: high, size: Math.min(population, Math.ceil(high / (1 + (high - 1) / population))) }
}

/** Of n of N cases: as much as n (N − 1) / (N − n) from an unlimited population, the inverse of the correction above. Whole population: 0. */
export function intervalWidth(expected: number, size: number, population: number): number {
  return size >= population ? 0 : widthOf(expected, effectiveSize(size, population))
}

export function effectiveSize(size: number, population: number): number {
  return size * (population - 1) / (population - size)
}

function widthOf(expected: number, size: number): number {
  const { low, high } = wilson(expected, size)
  return high - low
}
