import { randomUUID } from 'node:crypto'

import { ReviewError } from '../contract/errors.ts'
import { PASSES } from '../contract/protocol.ts'
import type { Answer, Conflict, Pass, Plan, PlanItem, ReaderProgress, Reading, Sight } from '../contract/protocol.ts'
import type { CaseDetail } from '../contract/records.ts'
import { caseDetail } from './case-rows.ts'
import type { Project } from './project.ts'
import { changesOfCase, changesOfPlan, held, modelInUseKey, readerId, toFlag, toReading } from './readings.ts'
import type { Change, Held, Said } from './readings.ts'
import { planOf } from './plans.ts'

interface Place { readonly planId: number; readonly caseId: number; readonly pass: Pass }
type Given = Change & { readonly said: Said }

/** What holds in a plan. */
export function heldInPlan(project: Project, planId: number): Held[] {
  return held(changesOfPlan(project, planId))
}

/** What was given and holds, one pass of it. */
export function given(all: readonly Held[], pass: Pass): Given[] {
  return all.map(({ last }) => last).filter((last): last is Given => last.said !== null && last.pass === pass)
}

/** Cases of a pass in their order. An adjudication has those on which the first pass is not agreed, in the order of the first pass. */
export function casesOfPass(project: Project, planId: number, pass: Pass): number[] {
  if (pass === 'adjudication') return [...new Set(conflicts(project, planId).map(({ caseId }) => caseId))]
  return project.database.all<{ id: number }>('SELECT case_id AS id FROM plan_cases WHERE plan_id = ? AND pass = ? ORDER BY position', [planId, pass]).map(({ id }) => id)
}

/** The first case of the pass that this reader has not judged; null: all are. Throws `no-such-plan`, and `not-ready` where the second look would come before the end of the first. */
export function nextItem(project: Project, planId: number, pass: Pass, reader: string): PlanItem | null {
  planOf(project, planId)
  const all = heldInPlan(project, planId)
  const doneIn = (which: Pass) => new Set(given(all, which).filter((one) => which === 'adjudication' || one.reader === reader).map(({ caseId }) => caseId))
  if (pass === 'second') {
    const first = casesOfPass(project, planId, 'first')
    const read = doneIn('first').size
    if (read < first.length) throw new ReviewError('not-ready', `The second look comes after the first pass, of which ${read} of ${first.length} cases are read. Go on with the first pass.`)
  }
  const done = doneIn(pass)
  const position = casesOfPass(project, planId, pass).findIndex((caseId) => !done.has(caseId))
  return position < 0 ? null : itemAt(project, planId, pass, position, reader)
}

/** Throws `no-such-plan`, and `no-such-case` where the pass has no such place. */
export function itemAt(project: Project, planId: number, pass: Pass, position: number, reader: string): PlanItem {
  const plan = planOf(project, planId)
  const cases = casesOfPass(project, planId, pass)
  const caseId = cases[position]
  if (caseId === undefined) throw new ReviewError('no-such-case', `The plan '${plan.name}' has ${cases.length} cases in this pass, counted from 0; there is no place ${position}.`, { details: { position } })
  return toItem(project, plan, { planId, caseId, pass }, position, cases.length, reader)
}

function toItem(project: Project, plan: Plan, place: Place, position: number, of: number, reader: string): PlanItem {
  const { caseId, pass } = place
  const answer = answerOf(project, place, reader)
  const all = held(changesOfCase(project, caseId)).filter(({ key }) => key.planId === plan.id)
  const own = given(all, pass).find((one) => one.reader === reader)
  const flag = own ? toFlag(own) : null
  const hidden = pass === 'adjudication' || answer !== null ? [] : plan.hidden
  const detail = masked({ ...caseDetail(project, caseId), flag, verdict: flag?.verdict ?? null, reasons: flag?.reasons ?? [], note: flag?.note ?? '', flaggedAt: flag?.time ?? null }, hidden, position)
  const readings = pass === 'adjudication' ? given(all, 'first').map((one) => toReading(one, answerOf(project, { ...place, pass: 'first' }, one.reader))) : []
  return { planId: plan.id, pass, position, of, caseId, hidden, answer, flag, detail, readings }
}

/** A file's path and a project's own columns may tell the label (folders named by class), so they go with it. */
function masked(detail: CaseDetail, hidden: PlanItem['hidden'], position: number): CaseDetail {
  const noPrediction = { predictedClass: null, confidence: null, logits: null, probabilities: null, outcome: 'not-run' } as const
  const noLabel = { label: null, labelClass: null, outcome: hidden.includes('prediction') ? 'not-run' : 'unlabelled', groups: {}, file: `case ${position + 1}` } as const
  return { ...detail, ...(hidden.includes('prediction') ? noPrediction : {}), ...(hidden.includes('label') ? noLabel : {}) }
}

/** What a reader saw in the image: the first answer counts, since after it the rest was shown. */
export function answerOf(project: Project, { planId, caseId, pass }: Place, reader: string): Answer | null {
  return project.database.get<{ classIndex: number | null }>(
    `SELECT a.class_index AS classIndex FROM answers a JOIN readers r ON r.id = a.reader_id WHERE a.plan_id = ? AND a.case_id = ? AND a.pass = ? AND r.name = ? ORDER BY a.time, a.uid LIMIT 1`,
    [planId, caseId, pass, reader]) ?? null
}

/** On disk when it returns. Throws `no-such-plan`, `no-such-case`, and `not-allowed` where the reader answered before: what was hidden has been shown since. */
export function storeAnswer(project: Project, place: Place & Answer & { readonly seen: readonly Sight[] }, reader: string): PlanItem {
  const position = requirePlace(project, place)
  if (answerOf(project, place, reader)) throw new ReviewError('not-allowed', 'This case was answered already, and what was hidden has been shown since. The first answer stays; say in the note what has changed.')
  const { database } = project
  database.durably(() => database.run('INSERT INTO answers (uid, plan_id, case_id, reader_id, pass, time, class_index, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [randomUUID(), place.planId, place.caseId, readerId(project, reader), place.pass, new Date().toISOString(), place.classIndex, JSON.stringify(place.seen)]))
  return itemAt(project, place.planId, place.pass, position, reader)
}

/** Throws what keeps a verdict from being given now: `no-such-plan`, `no-such-case`, `not-ready` (another model in use, or not answered yet). Gives the case's place. */
export function requireJudgeable(project: Project, place: Place, reader: string): number {
  const plan = planOf(project, place.planId)
  const position = requirePlace(project, place)
  if (plan.model && modelInUseKey(project) !== `${plan.model.sha256} ${plan.model.profileSha256}`) {
    throw new ReviewError('not-ready', `The plan '${plan.name}' judges the maps of '${plan.model.name}', and another model is in use. Use that one again, or make a new plan for this one.`)
  }
  if (place.pass !== 'adjudication' && plan.hidden.length > 0 && !answerOf(project, place, reader)) {
    throw new ReviewError('not-ready', 'Say first what you see in the image; then the rest is shown, and the reason can be judged.')
  }
  return position
}

function requirePlace(project: Project, { planId, caseId, pass }: Place): number {
  const { name } = planOf(project, planId)
  const position = casesOfPass(project, planId, pass).indexOf(caseId)
  if (position < 0) throw new ReviewError('no-such-case', `Case ${caseId} is not in this pass of the plan '${name}'${pass === 'adjudication' ? ': its readers agree' : ''}. It can be flagged outside the plan, and does not count in it.`, { details: { caseId } })
  return position
}

/** Every reader's passes, in the order of their first reading. */
export function planProgress(project: Project, planId: number): ReaderProgress[] {
  const plan = planOf(project, planId)
  const all = heldInPlan(project, planId)
  const rows = (['first', 'second'] as const).flatMap((pass) => {
    const byReader = Map.groupBy(given(all, pass), ({ reader }) => reader)
    return [...byReader].map(([reader, done]) => ({ reader, pass, done: done.length, of: pass === 'first' ? plan.size : plan.secondLooks, secondsPerCase: medianSeconds(done) }))
  })
  const open = conflicts(project, planId)
  const settled = open.filter((one) => one.settled)
  return open.length === 0 ? rows : [...rows, { reader: [...new Set(given(all, 'adjudication').map(({ reader }) => reader))].join(', '), pass: 'adjudication', done: settled.length, of: open.length, secondsPerCase: null }]
}

export function medianSeconds(done: readonly Given[]): number | null {
  const times = done.flatMap(({ said }) => said.elapsedMs ?? []).sort((a, b) => a - b)
  if (times.length === 0) return null
  const middle = times.length >> 1
  return (times.length % 2 === 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2) / 1000
}

/** What holds of everything that was said, in the plan's order, then by pass and reader; a word in conflict is left out. Throws `no-such-plan`. */
export function planReadings(project: Project, planId: number): Reading[] {
  planOf(project, planId)
  const sure = heldInPlan(project, planId).filter(({ inConflict }) => !inConflict)
  const places = new Map(casesOfPass(project, planId, 'first').map((caseId, place) => [caseId, place]))
  return PASSES.flatMap((pass) => given(sure, pass))
    .sort((a, b) => places.get(a.caseId)! - places.get(b.caseId)! || PASSES.indexOf(a.pass) - PASSES.indexOf(b.pass) || (a.reader < b.reader ? -1 : 1))
    .map((one) => toReading(one, answerOf(project, { planId, caseId: one.caseId, pass: one.pass }, one.reader)))
}

/** Cases on which readers disagree, or of which one said different things in two copies, in the plan's order; settled ones too. */
export function conflicts(project: Project, planId: number): Conflict[] {
  planOf(project, planId)
  const byCase = Map.groupBy(heldInPlan(project, planId), ({ key }) => key.caseId)
  const rows = project.database.all<{ caseId: number; file: string }>(`SELECT p.case_id AS caseId, c.file FROM plan_cases p JOIN cases c ON c.id = p.case_id WHERE p.plan_id = ? AND p.pass = 'first' ORDER BY p.position`, [planId])
  return rows.flatMap(({ caseId, file }) => {
    const all = byCase.get(caseId) ?? []
    const settled = given(all, 'adjudication').length > 0
    const reading = (one: Given) => toReading(one, answerOf(project, { planId, caseId, pass: one.pass }, one.reader))
    const copies = all.filter(({ inConflict }) => inConflict).map(({ key, heads }): Conflict => ({
      caseId, file, kind: 'copies', reader: key.reader, pass: key.pass, settled, readings: heads.filter((head): head is Given => head.said !== null).map(reading),
    }))
    const first = given(all, 'first')
    const disagree = new Set(first.map(({ said }) => said.verdict)).size > 1
    return [...(disagree ? [{ caseId, file, kind: 'readers' as const, reader: null, pass: 'first' as const, settled, readings: first.map(reading) }] : []), ...copies]
  })
}
