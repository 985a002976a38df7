import { join } from 'node:path'
import { expect, test } from 'vitest'

import { NO_FILTER } from '../../../src-main/contract/records.ts'
import { PlanRequest } from '../../../src-main/contract/protocol.ts'
import { caseRows } from '../../../src-main/project/case-rows.ts'
import { CASE_KEY_SQL } from '../../../src-main/project/case-keys.ts'
import { addFiles, folderId } from '../../../src-main/project/cases.ts'
import { answerOf, casesOfPass, conflicts, itemAt, nextItem, planProgress, requireJudgeable, storeAnswer } from '../../../src-main/project/plan-items.ts'
import { evenly } from '../../../src-main/project/plan-draw.ts'
import { listPlans, makePlan, planOf, planSize, removePlan } from '../../../src-main/project/plans.ts'
import { createProject } from '../../../src-main/project/project.ts'
import type { Project } from '../../../src-main/project/project.ts'
import { setFlag } from '../../../src-main/project/reviews.ts'
import { judge, plannedProject } from '../../fixtures/projects/review-copies.ts'
import { fill, FOLDER, giveModel, giveScore, looked } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const at = (name: string) => join(folder, `${name}.rightreason`)
const request = (part: Partial<PlanRequest> = {}) => PlanRequest.parse({ size: 20, ...part })
const keys = (project: Project, planId: number, pass: 'first' | 'second' = 'first') => casesOfPass(project, planId, pass)
  .map((id) => project.database.get<{ key: string }>(`SELECT ${CASE_KEY_SQL} AS key FROM cases c WHERE c.id = ?`, [id])!.key)

test('the same studies imported in another order on another machine give the same cases in the same order', () => {
  const make = (name: string, order: number[]) => {
    const project = createProject(at(name), { version: 'x' })
    addFiles(project, folderId(project, FOLDER), order.map((index) => looked(index)), () => true)
    giveModel(project)
    order.forEach((index) => giveScore(project, project.database.get<{ id: number }>('SELECT id FROM cases WHERE sop_instance_uid LIKE ?', [`%.498.${index}`])!.id, index % 2))
    return project
  }
  const order = Array.from({ length: 60 }, (_, index) => index + 1)
  const [one, other] = [make('one', order), make('other', [...order].reverse())]
  const plans = [one, other].map((project) => makePlan(project, request({ secondLook: 0.25, stratify: { column: 'predictedClass', edges: [], allocation: 'equal' } }), 'A'))
  expect(plans[0].uid).toBe(plans[1].uid)
  expect(keys(one, 1)).toEqual(keys(other, 1))
  expect(keys(one, 1, 'second')).toEqual(keys(other, 1, 'second'))
  expect(plans[0]).toMatchObject({ size: 20, secondLooks: 5, strata: [{ name: 'normal', population: 30, sampled: 10 }, { name: 'pneumonia', population: 30, sampled: 10 }] })
  expect(casesOfPass(one, 1, 'first')).not.toEqual(casesOfPass(other, 1, 'first'))
  one.close()
  other.close()
})

test('another seed draws others, a larger sample of one seed holds the smaller, every case has the same chance', () => {
  const project = createProject(at('seeds'), { version: 'x' })
  fill(project, 40, 1, { flags: false })
  const drawn = (seed: number, size: number) => keys(project, makePlan(project, request({ seed, size }), 'A').id)
  const small = drawn(1, 10)
  const large = drawn(1, 25)
  for (const key of small) expect(large).toContain(key)
  expect(drawn(2, 10)).not.toEqual(small)
  const times = new Map<string, number>()
  for (let seed = 100; seed < 500; seed++) for (const key of drawn(seed, 10)) times.set(key, (times.get(key) ?? 0) + 1)
  expect(times.size).toBe(40)
  for (const count of times.values()) expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(400 * 0.25 * 0.75))
  project.close()
})

test('strata follow a column, bands of a number, or are shared out evenly; right predictions are among the drawn', () => {
  const project = createProject(at('strata'), { version: 'x' })
  fill(project, 400, 1, { flags: false })
  const proportional = makePlan(project, request({ size: 80, stratify: { column: 'group:site', edges: [], allocation: 'proportional' } }), 'A')
  for (const { population, sampled } of proportional.strata) expect(Math.abs(sampled - population / 5)).toBeLessThan(1)
  const bands = makePlan(project, request({ size: 60, stratify: { column: 'confidence', edges: [0.9, 0.6], allocation: 'equal' } }), 'A')
  expect(bands.strata.map(({ name, sampled }) => [name, sampled])).toEqual([['< 0.6', 20], ['0.6 – < 0.9', 20], ['≥ 0.9', 20]])
  const byOutcome = makePlan(project, request({ size: 60, stratify: { column: 'outcome', edges: [], allocation: 'equal' } }), 'A')
  expect(byOutcome.strata.map(({ name, sampled }) => [name, sampled])).toEqual([['correct', 30], ['incorrect', 30]])
  const uniform = makePlan(project, request({ size: 60 }), 'A')
  expect(caseRows(project, casesOfPass(project, uniform.id, 'first')).filter(({ outcome }) => outcome === 'correct').length).toBeGreaterThan(35)
  expect(() => makePlan(project, request({ stratify: { column: 'file', edges: [], allocation: 'equal' } }), 'A')).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  expect(() => makePlan(project, request({ filter: { ...NO_FILTER, sampleId: 1 } }), 'A')).toThrow(/not from a sample drawn before/)
  expect(() => makePlan(project, request({ size: 60 }), 'B')).toThrow(/has this plan already/)
  project.close()
})

test('even shares take from the others what a small stratum lacks', () => {
  expect(evenly([100, 100, 100], 30)).toEqual([10, 10, 10])
  expect(evenly([100, 4, 100], 30)).toEqual([13, 4, 13])
  expect(evenly([2, 2], 9)).toEqual([2, 2])
  expect(evenly([5, 5, 5], 4).reduce((sum, share) => sum + share)).toBe(4)
})

test('the size for a wished width is that of the filtered population', () => {
  const project = createProject(at('size'), { version: 'x' })
  fill(project, 60, 1, { flags: false })
  expect(planSize(project, { filter: NO_FILTER, width: 0.2, expected: 0.5 })).toMatchObject({ size: 37, population: 60, unlimited: 93 })
  expect(() => planSize(project, { filter: { ...NO_FILTER, text: 'nothing has this' }, width: 0.2, expected: 0.5 })).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  project.close()
})

test('what is hidden is not in what the page gets, until the reader has answered; the first answer stays', () => {
  const { project, plan } = plannedProject(at('blind'), 30, { hidden: ['prediction', 'label', 'map'] })
  const { project: open } = plannedProject(at('open'), 30, { hidden: ['prediction'] })
  const { caseId } = nextItem(project, plan.id, 'first', 'A')!
  setFlag(project, caseId, { verdict: 'wrong', reasons: [], note: 'earlier', region: null }, 'B')
  const before = itemAt(project, plan.id, 'first', 0, 'A')
  const [{ label, file, ...row }] = caseRows(project, [caseId])
  expect(before.detail).toMatchObject({ predictedClass: null, confidence: null, logits: null, probabilities: null, outcome: 'not-run', label: null, labelClass: null, groups: {}, verdict: null, note: '', flag: null, file: 'case 1' })
  const text = JSON.stringify(before)
  for (const secret of [file, 'earlier', `"confidence":${row.confidence}`]) expect(text).not.toContain(secret)
  expect(itemAt(open, 1, 'first', 0, 'A').detail).toMatchObject({ predictedClass: null, label: expect.any(String) as string })
  expect(() => requireJudgeable(project, { planId: plan.id, caseId, pass: 'first' }, 'A')).toThrow(expect.objectContaining({ code: 'not-ready' }))

  const after = storeAnswer(project, { planId: plan.id, caseId, pass: 'first', classIndex: 1, seen: [{ what: 'image', atMs: 0 }, { what: 'answer', atMs: 900 }] }, 'A')
  expect(after).toMatchObject({ hidden: [], answer: { classIndex: 1 }, detail: { predictedClass: row.predictedClass, label, file } })
  expect(() => storeAnswer(project, { planId: plan.id, caseId, pass: 'first', classIndex: 0, seen: [] }, 'A')).toThrow(expect.objectContaining({ code: 'not-allowed' }))
  expect(answerOf(project, { planId: plan.id, caseId, pass: 'first' }, 'B')).toBeNull()
  expect(itemAt(project, plan.id, 'first', 0, 'B').hidden).toEqual(['prediction', 'label', 'map'])
  expect(requireJudgeable(project, { planId: plan.id, caseId, pass: 'first' }, 'A')).toBe(0)
  giveModel(project, { sha256: 'd'.repeat(64) })
  expect(() => requireJudgeable(project, { planId: plan.id, caseId, pass: 'first' }, 'A')).toThrow(/another model is in use/)
  project.close()
  open.close()
})

test('a reader goes through the plan in its order, then through the second look; the time per case is the median', () => {
  const { project, plan } = plannedProject(at('order'), 30, { size: 4, secondLook: 0.5 })
  expect(() => nextItem(project, plan.id, 'second', 'A')).toThrow(/0 of 4 cases are read/)
  const order: number[] = []
  for (let next = nextItem(project, plan.id, 'first', 'A'); next !== null; next = nextItem(project, plan.id, 'first', 'A')) {
    order.push(next.caseId)
    judge(project, plan.id, next.caseId, 'A', 'right-reason', { elapsedMs: 1000 * order.length })
  }
  expect(order).toEqual(casesOfPass(project, plan.id, 'first'))
  judge(project, plan.id, nextItem(project, plan.id, 'second', 'A')!.caseId, 'A', 'unsure', { pass: 'second' })
  judge(project, plan.id, nextItem(project, plan.id, 'first', 'B')!.caseId, 'B', 'wrong-reason')
  expect(planProgress(project, plan.id)).toEqual([
    { reader: 'A', pass: 'first', done: 4, of: 4, secondsPerCase: 2.5 }, { reader: 'B', pass: 'first', done: 1, of: 4, secondsPerCase: null },
    { reader: 'A', pass: 'second', done: 1, of: 2, secondsPerCase: null }, { reader: '', pass: 'adjudication', done: 0, of: 1, secondsPerCase: null },
  ])
  const [conflict] = conflicts(project, plan.id)
  expect(conflict).toMatchObject({ caseId: order[0], kind: 'readers', settled: false, readings: [{ reader: 'A', verdict: 'right-reason' }, { reader: 'B', verdict: 'wrong-reason' }] })
  expect(nextItem(project, plan.id, 'adjudication', 'C')).toMatchObject({ caseId: order[0], readings: [{ reader: 'A' }, { reader: 'B' }] })
  judge(project, plan.id, order[0], 'C', 'wrong-reason', { pass: 'adjudication' })
  expect(nextItem(project, plan.id, 'adjudication', 'C')).toBeNull()
  expect(conflicts(project, plan.id)).toMatchObject([{ settled: true }])
  project.close()
})

test('a plan by which nobody has read can be removed, another stays', () => {
  const { project, plan } = plannedProject(at('remove'), 20, { size: 3 })
  const other = makePlan(project, request({ size: 2, seed: 5 }), 'A')
  removePlan(project, other.id)
  judge(project, plan.id, casesOfPass(project, plan.id, 'first')[0], 'A', 'wrong')
  expect(() => removePlan(project, plan.id)).toThrow(expect.objectContaining({ code: 'not-allowed' }))
  expect(listPlans(project)).toHaveLength(1)
  expect(() => planOf(project, 99)).toThrow(expect.objectContaining({ code: 'no-such-plan' }))
  project.close()
})
