import { withInterval } from './cohen-kappa.ts'
import type { KappaEstimate, NoKappa } from './cohen-kappa.ts'

/**
 * Fleiss' κ of several raters (Fleiss 1971) with its 95 % interval by the linearised variance of Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed., eq. 5.17),
 * which holds for κ ≠ 0 and where not all raters rated every case. counts: [cases][categories], how many raters gave a case a category. Agreement is of the cases with
 * two ratings or more; the share of each category is of all cases with a rating. All ratings in one category: 'one-category', as of Cohen's.
 */
export function fleissKappa(counts: readonly (readonly number[])[]): KappaEstimate | NoKappa {
  const cases = counts.map((row) => ({ row, raters: row.reduce((sum, count) => sum + count, 0) })).filter(({ raters }) => raters > 0)
  const n = cases.length
  const several = cases.filter(({ raters }) => raters > 1).length
  if (several === 0) return 'nothing-rated'
  const shares = counts[0].map((_, k) => cases.reduce((sum, { row, raters }) => sum + row[k] / raters, 0) / n)
  const byChance = shares.reduce((sum, share) => sum + share * share, 0)
  if (1 - byChance < 1e-12) return 'one-category'
  const agreements = cases.map(({ row, raters }) => raters > 1 ? row.reduce((sum, count) => sum + count * (count - 1), 0) / (raters * (raters - 1)) : null)
  const agreed = agreements.reduce<number>((sum, agreement) => sum + (agreement ?? 0), 0) / several
  const value = (agreed - byChance) / (1 - byChance)

  const squares = cases.reduce((sum, { row, raters }, i) => {
    const agreement = agreements[i]
    const own = agreement === null ? 0 : (n / several) * (agreement - byChance) / (1 - byChance)
    const chance = row.reduce((part, count, k) => part + count * shares[k], 0) / raters
    return sum + (own - 2 * (1 - value) * (chance - byChance) / (1 - byChance) - value) ** 2
  }, 0)
  return n === 1 ? { value, standardError: NaN, low: -1, high: 1 } : withInterval(value, Math.sqrt(squares / (n * (n - 1))))
}
