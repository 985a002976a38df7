import { wilson } from './proportion.ts'

/** What was read of one stratum: `population` cases, and of each one read whether it belongs to the part that the rate is of, and whether it is a hit. */
export interface StratumRead { readonly population: number; readonly read: readonly { readonly inPart: boolean; readonly hit: boolean }[] }
export interface StratifiedRate { readonly value: number; readonly low: number; readonly high: number; readonly standardError: number; /** cases read in the part */ readonly of: number; /** population of strata without a case read */ readonly uncovered: number }

/**
 * The rate of hits in a part of the population (all of it, or a domain such as one class), from a stratified sample: each case read stands for population/read of
 * its stratum. Variance of this ratio by linearisation with the finite population correction in every stratum (Cochran 1977, §5A.14; Särndal, Swensson &
 * Wretman 1992, eq. 5.7.2 and §10.3); a stratum with one case read is centred at the whole (as R's survey does with lonely.psu = "adjust"). The 95 % interval is
 * Wilson's at the effective sample size p(1 − p)/variance (Kish 1965; Dean & Pagano 2015); where no variance was seen (0 or 1 everywhere) at Kish's (Σw)²/Σw² with
 * the correction for the population. Null: nothing read in the part.
 */
export function stratifiedRate(strata: readonly StratumRead[]): StratifiedRate | null {
  const covered = strata.filter(({ read }) => read.length > 0)
  const units = covered.flatMap(({ population, read }, stratum) => read.map((unit) => ({ ...unit, stratum, weight: population / read.length })))
  const part = units.filter(({ inPart }) => inPart)
  if (part.length === 0) return null
  const weights = part.reduce((sum, { weight }) => sum + weight, 0)
  const value = part.reduce((sum, { weight, hit }) => sum + (hit ? weight : 0), 0) / weights

  let variance = 0
  for (const [stratum, { population, read }] of covered.entries()) {
    const n = read.length
    const scores = units.filter((unit) => unit.stratum === stratum).map(({ weight, inPart, hit }) => inPart ? weight * (Number(hit) - value) / weights : 0)
    const mean = n === 1 ? 0 : scores.reduce((sum, score) => sum + score, 0) / n
    variance += (1 - n / population) * (n / Math.max(1, n - 1)) * scores.reduce((sum, score) => sum + (score - mean) ** 2, 0)
  }
  const all = strata.reduce((sum, { population }) => sum + population, 0)
  const uncovered = all - covered.reduce((sum, { population }) => sum + population, 0)
  return { value, standardError: Math.sqrt(variance), of: part.length, uncovered, ...interval(value, variance, part, weights) }
}

/** All of a population read: the rate is known. */
function interval(value: number, variance: number, part: readonly { readonly weight: number }[], weights: number): { readonly low: number; readonly high: number } {
  if (part.every(({ weight }) => weight === 1)) return { low: value, high: value }
  if (variance > 0) return wilson(value, value * (1 - value) / variance)
  const kish = weights ** 2 / part.reduce((sum, { weight }) => sum + weight ** 2, 0)
  return wilson(value, kish * (weights - 1) / Math.max(weights - part.length, 1e-9))
}
