import { ReviewError } from '../contract/errors.ts'
import type { Plan, RateRow, RateTable, Results, ResultsRequest } from '../contract/protocol.ts'
import { OUTCOMES, VERDICTS } from '../contract/records.ts'
import type { Outcome, ReasonCode, Verdict } from '../contract/records.ts'
import { proportion } from '../statistics/proportion.ts'
import { stratifiedRate } from '../statistics/stratified-rate.ts'
import { agreementOf, agreementOfAll } from './agreement.ts'
import type { Verdicts } from './agreement.ts'
import { given, heldInPlan, medianSeconds } from './plan-items.ts'
import { planOf } from './plans.ts'
import type { Project } from './project.ts'
import type { Change, Held, Said } from './readings.ts'
import { resultNotes } from './result-notes.ts'
import { sampleCases } from './sample-cases.ts'
import type { SampleCase } from './sample-cases.ts'

type Given = Change & { readonly said: Said }
interface Word { readonly verdict: Verdict; readonly reasons: readonly ReasonCode[] }
/** A case of the sample with what is held of it; word null: not read, or open */
interface ReadCase extends SampleCase { readonly word: Word | null }

const MOST_VALUES = 60

/**
 * The numbers of a review: how often the model was right for the wrong reason in the plan's sample and, weighted back, in its population, and how far the readers
 * agree. Cases flagged outside the plan do not count. Throws `no-such-plan`, and `bad-filter` where there is no such reader or column, or a column has too many values.
 */
export function results(project: Project, { planId, reader, by }: ResultsRequest): Results {
  const plan = planOf(project, planId)
  const all = heldInPlan(project, planId)
  const sure = all.filter(({ inConflict }) => !inConflict)
  const first = given(sure, 'first')
  const readers = [...new Set(given(all, 'first').map((one) => one.reader))].sort()
  if (reader !== null && !readers.includes(reader)) throw new ReviewError('bad-filter', `No reader '${reader}' has read a case of the plan '${plan.name}'. Its readers are: ${readers.join(', ') || 'none yet'}.`)

  const sample = sampleCases(project, plan, by)
  const byCase = Map.groupBy(first, ({ caseId }) => caseId)
  const adjudicated = new Map(given(sure, 'adjudication').map((one) => [one.caseId, one.said]))
  const together = withWords(sample.cases, (caseId) => adjudicated.get(caseId) ?? majority(byCase.get(caseId) ?? []))
  const alone = (name: string) => withWords(sample.cases, (caseId) => byCase.get(caseId)?.find((one) => one.reader === name)?.said ?? null)
  const cases = reader === null ? together : alone(reader)
  const read = cases.filter(({ word }) => word !== null)
  const anybody = new Set(given(all, 'first').filter((one) => reader === null || one.reader === reader).map(({ caseId }) => caseId))
  const verdicts = new Map(readers.map((name): [string, Verdicts] => [name, verdictsOf(first, name)]))
  const seconds = given(sure, 'second')

  const outcome: Readonly<Record<Outcome, number>> = Object.fromEntries(OUTCOMES.map((name) => [name, cases.filter((one) => one.outcome === name).length])) as Record<Outcome, number>
  const numbers = {
    plan, reader, readers, cases: cases.length, read: read.length, open: anybody.size - read.filter(({ id }) => anybody.has(id)).length,
    overall: rateRow(plan, cases, null, () => true),
    byVerdict: VERDICTS.map((verdict) => ({ verdict, sample: proportion(read.filter(({ word }) => word!.verdict === verdict).length, read.length) })),
    tables: sample.columns.map(({ column, title }, index): RateTable => ({ column, title, rows: tableRows(plan, cases, column, (one) => one.values[index]) })),
    byReason: byReason(read),
    byReader: readers.map((name) => ({ reader: name, row: rateRow(plan, alone(name), name, () => true), secondsPerCase: medianSeconds(first.filter((one) => one.reader === name)) })),
    pairs: readers.flatMap((a, i) => readers.slice(i + 1).map((b) => agreementOf(a, verdicts.get(a)!, b, verdicts.get(b)!))),
    fleiss: agreementOfAll([...verdicts.values()]),
    selves: readers.filter((name) => seconds.some((one) => one.reader === name)).map((name) => agreementOf(`${name}, first`, verdicts.get(name)!, `${name}, second`, verdictsOf(seconds, name))),
    outcomes: outcome,
  }
  return { ...numbers, notes: resultNotes(numbers, conflictsIn(all), sample.modelMissing) }
}

function withWords(cases: readonly SampleCase[], word: (caseId: number) => Word | null): ReadCase[] {
  return cases.map((one) => ({ ...one, word: word(one.id) }))
}

/** More than half of those who read it; a wrong-reason verdict of several has all the reasons that they gave. Null: not read, or no majority. */
function majority(readings: readonly Given[]): Word | null {
  const verdict = VERDICTS.find((one) => readings.filter(({ said }) => said.verdict === one).length * 2 > readings.length)
  return verdict === undefined ? null : { verdict, reasons: [...new Set(readings.filter(({ said }) => said.verdict === verdict).flatMap(({ said }) => said.reasons))] }
}

function verdictsOf(readings: readonly Given[], reader: string): Verdicts {
  return new Map(readings.filter((one) => one.reader === reader).map(({ caseId, said }) => [caseId, said.verdict]))
}

const isHit = ({ word }: ReadCase): boolean => word?.verdict === 'wrong-reason'

function rateRow(plan: Plan, cases: readonly ReadCase[], value: string | null, inPart: (one: ReadCase) => boolean): RateRow {
  const read = cases.filter(({ word }) => word !== null)
  const part = read.filter(inPart)
  const correct = part.filter(({ outcome }) => outcome === 'correct')
  const rate = stratifiedRate(plan.strata.map(({ population }, stratum) => ({ population, read: read.filter((one) => one.stratum === stratum).map((one) => ({ inPart: inPart(one), hit: isHit(one) })) })))
  return {
    value, sample: proportion(part.filter(isHit).length, part.length), amongCorrect: proportion(correct.filter(isHit).length, correct.length),
    population: rate && { value: rate.value, low: rate.low, high: rate.high, of: rate.of, uncovered: rate.uncovered },
  }
}

function tableRows(plan: Plan, cases: readonly ReadCase[], column: string, valueOf: (one: ReadCase) => string | null): RateRow[] {
  const values = [...new Set(cases.map(valueOf))].sort((a, b) => a === null || b === null ? Number(a === null) - Number(b === null) : a.localeCompare(b, 'en', { numeric: true }))
  if (values.length > MOST_VALUES) throw new ReviewError('bad-filter', `The column '${column}' has ${values.length} values in the sample, too many for a table. Choose a column with at most ${MOST_VALUES}.`, { details: { column } })
  return values.map((value) => rateRow(plan, cases, value, (one) => valueOf(one) === value))
}

function byReason(read: readonly ReadCase[]): Results['byReason'] {
  const wrong = read.filter(isHit)
  const reasons = [...new Set(wrong.flatMap(({ word }) => word!.reasons))]
  return reasons.map((reason) => ({ reason, sample: proportion(wrong.filter(({ word }) => word!.reasons.includes(reason)).length, read.length)! }))
    .sort((a, b) => b.sample.count - a.sample.count || a.reason.localeCompare(b.reason))
}

function conflictsIn(all: readonly Held[]): number {
  return all.filter(({ inConflict }) => inConflict).length
}
