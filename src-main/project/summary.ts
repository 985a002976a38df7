import { OUTCOMES, VERDICTS } from '../contract/records.ts'
import type { Filter, Outcome, Proportion, ReasonCode, Summary, Verdict } from '../contract/records.ts'
import { splitReasons } from './case-rows.ts'
import { OUTCOME_SQL } from './columns.ts'
import { caseQuery } from './filter-sql.ts'
import type { Project } from './project.ts'
import { parametersOf, queryContext } from './worklist.ts'

/** Outcome × verdict of the cases of a filter, their reason codes, and two proportions. */
export function summarize(project: Project, filter: Filter): Summary {
  const query = caseQuery(queryContext(project), filter, null, ['score', 'flag'])
  const parameters = parametersOf(query)
  const all = project.database.get<Record<Outcome, number>>(
    `SELECT ${OUTCOMES.map((outcome) => `count(*) FILTER (WHERE outcome = '${outcome}') AS "${outcome}"`).join(', ')} FROM (SELECT ${OUTCOME_SQL} AS outcome ${query.from} ${query.where})`, parameters)!
  const flagged = project.database.all<{ outcome: Outcome; verdict: Verdict; reasons: string; count: number }>(
    `SELECT ${OUTCOME_SQL} AS outcome, f.verdict, f.reasons, count(*) AS count ${query.from} ${query.where === '' ? 'WHERE' : `${query.where} AND`} c.id IN (SELECT case_id FROM flags) GROUP BY 1, 2, 3`, parameters)
  const table = OUTCOMES.flatMap((outcome) => {
    const of = flagged.filter((row) => row.outcome === outcome)
    const reviewed = VERDICTS.map((verdict) => ({ outcome, verdict, count: total(of.filter((row) => row.verdict === verdict)) }))
    return [{ outcome, verdict: null, count: all[outcome] - total(of) }, ...reviewed].filter((row) => row.count > 0)
  })

  const count = (keep: (row: { outcome: Outcome; verdict: Verdict | null }) => boolean) => total(table.filter(keep))
  const reasons = new Map<ReasonCode, number>()
  for (const row of flagged) for (const reason of splitReasons(row.reasons)) reasons.set(reason, (reasons.get(reason) ?? 0) + row.count)
  const correct = count((row) => row.outcome === 'correct')
  return {
    cases: count(() => true),
    byOutcome: { ...all },
    table,
    reasons: [...reasons].map(([reason, of]) => ({ reason, count: of })).sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason)),
    accuracy: proportion(correct, correct + count((row) => row.outcome === 'incorrect')),
    wrongReasonAmongCorrect: proportion(
      count((row) => row.outcome === 'correct' && row.verdict === 'wrong-reason'),
      count((row) => row.outcome === 'correct' && row.verdict !== null)),
  }
}

function total(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0)
}

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
