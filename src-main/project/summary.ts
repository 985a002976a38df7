import { OUTCOMES } from '../contract/records.ts'
import type { Filter, Outcome, Proportion, ReasonCode, Summary, Verdict } from '../contract/records.ts'
import { splitReasons } from './case-rows.ts'
import { OUTCOME_SQL } from './columns.ts'
import { caseQuery } from './filter-sql.ts'
import type { Project } from './project.ts'
import { queryContext } from './worklist.ts'

/** Outcome × verdict of the cases of a filter, their reason codes, and two proportions. */
export function summarize(project: Project, filter: Filter): Summary {
  const query = caseQuery(queryContext(project), filter, null, ['score', 'flag'])
  const parameters = [...query.joinParameters, ...query.whereParameters]
  const table = project.database.all<{ outcome: Outcome; verdict: Verdict | null; count: number }>(
    `SELECT ${OUTCOME_SQL} AS outcome, f.verdict, count(*) AS count ${query.from} ${query.where} GROUP BY 1, 2 ORDER BY 1, 2`, parameters)
  const reasonLists = project.database.all<{ reasons: string; count: number }>(
    `SELECT f.reasons, count(*) AS count ${query.from} ${query.where === '' ? 'WHERE' : `${query.where} AND`} f.reasons <> '' GROUP BY 1`, parameters)

  const count = (keep: (row: (typeof table)[number]) => boolean) => table.filter(keep).reduce((sum, row) => sum + row.count, 0)
  const reasons = new Map<ReasonCode, number>()
  for (const list of reasonLists) for (const reason of splitReasons(list.reasons)) reasons.set(reason, (reasons.get(reason) ?? 0) + list.count)
  const correct = count((row) => row.outcome === 'correct')
  return {
    cases: count(() => true),
    byOutcome: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count((row) => row.outcome === outcome)])) as Record<Outcome, number>,
    table,
    reasons: [...reasons].map(([reason, of]) => ({ reason, count: of })).sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason)),
    accuracy: proportion(correct, correct + count((row) => row.outcome === 'incorrect')),
    wrongReasonAmongCorrect: proportion(
      count((row) => row.outcome === 'correct' && row.verdict === 'wrong-reason'),
      count((row) => row.outcome === 'correct' && row.verdict !== null)),
  }
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
