import { Z_95 } from './normal.ts'

export interface KappaEstimate { readonly value: number; readonly standardError: number; readonly low: number; readonly high: number }
/** why there is no number */
export type NoKappa = 'nothing-rated' | 'one-category'

/**
 * Cohen's κ of two raters (Cohen 1960) with its 95 % interval, κ ± 1.96 SE, by the asymptotic standard error for κ ≠ 0 (Fleiss, Cohen & Everitt 1969, eq. 13),
 * cut at −1 and 1. counts: [categories][categories], rows the one rater, columns the other. Where both only ever used one and the same category, agreement by
 * chance is certain and κ is 0/0: 'one-category'.
 */
export function cohenKappa(counts: readonly (readonly number[])[]): KappaEstimate | NoKappa {
  const total = counts.flat().reduce((sum, count) => sum + count, 0)
  if (total === 0) return 'nothing-rated'
  const p = counts.map((row) => row.map((count) => count / total))
  const rows = p.map((row) => row.reduce((sum, share) => sum + share, 0))
  const columns = p.map((_, j) => p.reduce((sum, row) => sum + row[j], 0))
  const agreed = p.reduce((sum, row, i) => sum + row[i], 0)
  const byChance = rows.reduce((sum, share, i) => sum + share * columns[i], 0)
  if (1 - byChance < 1e-12) return 'one-category'
  const value = (agreed - byChance) / (1 - byChance)

  const onDiagonal = p.reduce((sum, row, i) => sum + row[i] * (1 - (rows[i] + columns[i]) * (1 - value)) ** 2, 0)
  const offDiagonal = p.reduce((sum, row, i) => sum + row.reduce((part, share, j) => i === j ? part : part + share * (columns[i] + rows[j]) ** 2, 0), 0) * (1 - value) ** 2
  const variance = (onDiagonal + offDiagonal - (value - byChance * (1 - value)) ** 2) / (total * (1 - byChance) ** 2)
  return withInterval(value, Math.sqrt(Math.max(0, variance)))
}

export function withInterval(value: number, standardError: number): KappaEstimate {
  return { value, standardError, low: Math.max(-1, value - Z_95 * standardError), high: Math.min(1, value + Z_95 * standardError) }
}
