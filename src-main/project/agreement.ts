import type { AgreementPair, Kappa, Results } from '../contract/protocol.ts'
import { VERDICTS } from '../contract/records.ts'
import type { Verdict } from '../contract/records.ts'
import { cohenKappa } from '../statistics/cohen-kappa.ts'
import type { KappaEstimate, NoKappa } from '../statistics/cohen-kappa.ts'
import { fleissKappa } from '../statistics/fleiss-kappa.ts'
import { proportion } from '../statistics/proportion.ts'

/** Verdicts of one reader by case. */
export type Verdicts = ReadonlyMap<number, Verdict>

const WHY: Readonly<Record<NoKappa, string>> = {
  'nothing-rated': 'No case was read by both.',
  'one-category': 'Only one verdict was ever given, so agreement by chance is certain and κ is not defined.',
}

/** What two said of the cases that both read, and Cohen's κ of it. */
export function agreementOf(a: string, ofA: Verdicts, b: string, ofB: Verdicts): AgreementPair {
  const counts = VERDICTS.map(() => VERDICTS.map(() => 0))
  for (const [caseId, verdict] of ofA) {
    const other = ofB.get(caseId)
    if (other !== undefined) counts[VERDICTS.indexOf(verdict)][VERDICTS.indexOf(other)]++
  }
  const agreed = counts.reduce((sum, row, i) => sum + row[i], 0)
  return { a, b, counts, kappa: toKappa(cohenKappa(counts), agreed, counts.flat().reduce((sum, count) => sum + count, 0)) }
}

/** Fleiss' κ over the cases that anybody read; null where there are fewer than two readers. Its agreement: cases on which all who read them, two or more, say the same. */
export function agreementOfAll(readers: readonly Verdicts[]): Results['fleiss'] {
  if (readers.length < 2) return null
  const counts = [...new Set(readers.flatMap((one) => [...one.keys()]))].map((caseId) => VERDICTS.map((verdict) => readers.filter((one) => one.get(caseId) === verdict).length))
  const several = counts.filter((row) => row.reduce((sum, count) => sum + count) > 1)
  const unanimous = several.filter((row) => row.filter((count) => count > 0).length === 1).length
  return { ...toKappa(fleissKappa(counts), unanimous, several.length), cases: several.length, readers: readers.length }
}

function toKappa(estimate: KappaEstimate | NoKappa, agreed: number, of: number): Kappa {
  const agreement = proportion(agreed, of)
  if (typeof estimate === 'string') return { value: null, low: null, high: null, standardError: null, why: WHY[estimate], agreement }
  const { value, low, high, standardError } = estimate
  const withoutInterval = noInterval(standardError, of)
  if (withoutInterval !== '') return { value, low: null, high: null, standardError: null, why: withoutInterval, agreement }
  return { value, low, high, standardError, why: '', agreement }
}

/** Where all agree, or every case fell into one cell of the table, the asymptotic standard error is 0: an interval of no width would claim a certainty that nobody has. */
function noInterval(standardError: number, cases: number): string {
  if (cases < 2 || !Number.isFinite(standardError)) return 'One case gives no interval.'
  return standardError < 1e-9 ? 'The verdicts do not vary enough for an interval: its standard error would be 0.' : ''
}
