import { OUTCOMES, VERDICTS } from '../contract/records.ts'
import type { Filter, Outcome, ReasonCode, Summary, Verdict } from '../contract/records.ts'
import { proportion } from '../statistics/proportion.ts'
import { splitReasons } from './flags.ts'
import { OUTCOME_SQL } from './columns.ts'
import { caseQuery } from './filter-sql.ts'
import type { CaseQuery } from './filter-sql.ts'
import type { Project } from './project.ts'
import { parametersOf, queryContext } from './worklist.ts'

/** Outcome × verdict of the cases of a filter, their reason codes, and two proportions. */
export function summarize(project: Project, filter: Filter): Summary {
  const query = caseQuery(queryContext(project), filter, null, ['score', 'flag'])
  const parameters = parametersOf(query)
  const all = countOutcomes(project, query)
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
    byOutcome: all,
    table,
    reasons: [...reasons].map(([reason, of]) => ({ reason, count: of })).sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason)),
    accuracy: proportion(correct, correct + count((row) => row.outcome === 'incorrect')),
    wrongReasonAmongCorrect: proportion(
      count((row) => row.outcome === 'correct' && row.verdict === 'wrong-reason'),
      count((row) => row.outcome === 'correct' && row.verdict !== null)),
  }
}

/** As OUTCOME_SQL says, but counted without working it out for each case. */
function countOutcomes(project: Project, query: CaseQuery): Record<Outcome, number> {
  const { cases, scored, correct, incorrect } = project.database.get<{ cases: number; scored: number; correct: number; incorrect: number }>(
    `SELECT count(*) AS cases, count(s.predicted) AS scored, count(*) FILTER (WHERE s.predicted = c.label_class) AS correct, count(*) FILTER (WHERE s.predicted <> c.label_class) AS incorrect
     ${query.from} ${query.where}`, parametersOf(query))!
  return { correct, incorrect, 'unlabelled': scored - correct - incorrect, 'not-run': cases - scored }
}

function total(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0)
}
