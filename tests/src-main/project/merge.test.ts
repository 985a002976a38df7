import { join } from 'node:path'
import { expect, test } from 'vitest'

import { VERDICTS } from '../../../src-main/contract/records.ts'
import { auditPage, recordAudit } from '../../../src-main/project/audit.ts'
import { inConflict, mergeProject } from '../../../src-main/project/merge.ts'
import { casesOfPass, conflicts, storeAnswer } from '../../../src-main/project/plan-items.ts'
import type { Project } from '../../../src-main/project/project.ts'
import { allChanges, held } from '../../../src-main/project/readings.ts'
import { redo, setFlag, undo } from '../../../src-main/project/reviews.ts'
import { flagOf } from '../../../src-main/project/flags.ts'
import { uniform } from '../../../src-main/tensor/random.ts'
import { copyOf, judge, plannedProject } from '../../fixtures/projects/review-copies.ts'
import { giveModel, looked } from '../../fixtures/projects/synthetic.ts'
import { addFiles } from '../../../src-main/project/cases.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const at = (name: string) => join(folder, `${name}.rightreason`)

/** Everything that a merge carries, without row numbers. */
function contents(project: Project): unknown {
  const changes = allChanges(project)
  const holds = held(changes).map(({ key, last, inConflict: open }) => ({ key, said: last.said, open }))
  const byText = (values: unknown[]) => values.map((value) => JSON.stringify(value)).sort()
  return {
    changes: byText(changes.map(({ id: _, ...change }) => change)), holds: byText(holds),
    flags: byText(project.database.all('SELECT f.case_id, f.verdict, f.reasons, f.note, f.region, r.name, f.time FROM flags f JOIN readers r ON r.id = f.reader_id')),
    plans: byText(project.database.all('SELECT uid, name, definition FROM plans')), answers: byText(project.database.all('SELECT uid, case_id, time, class_index FROM answers')),
    audit: byText(project.database.all('SELECT uid, time, reader, action, details FROM audit')),
  }
}

/** What a reader does in a copy at random, seeded: flags in and outside the plan, clears, undoes, does again, answers, adjudicates. */
function work(project: Project, planId: number, readers: readonly string[], seed: number): void {
  const random = uniform(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]
  const cases = casesOfPass(project, planId, 'first')
  for (let step = 0; step < 25; step++) {
    const reader = pick(readers)
    const act = pick(['judge', 'judge', 'judge', 'flag', 'clear', 'undo', 'redo', 'answer', 'settle'] as const)
    if (act === 'judge') judge(project, planId, pick(cases), reader, pick(VERDICTS), { note: `note ${seed} ${step}` })
    if (act === 'flag') setFlag(project, pick(cases), { verdict: pick(VERDICTS), reasons: ['device'], note: '', region: { kind: 'rectangle', x: step, y: 1, width: 2, height: 3 } }, reader)
    if (act === 'clear') setFlag(project, pick(cases), null, reader)
    if (act === 'undo') undo(project, reader)
    if (act === 'redo') redo(project, reader)
    if (act === 'settle') judge(project, planId, pick(cases), reader, pick(VERDICTS), { pass: 'adjudication' })
    if (act === 'answer') try { storeAnswer(project, { planId, caseId: pick(cases), pass: 'first', classIndex: 1, seen: [] }, reader) } catch { continue }
  }
  recordAudit(project, readers[0], 'export', { format: 'csv', seed })
}

test.each([1, 2, 3, 4])('merging three copies gives the same in any order, and again adds nothing (seed %i)', (seed) => {
  const { project: original, plan } = plannedProject(at(`original-${seed}`), 30, { size: 8 })
  work(original, plan.id, ['A'], seed)
  const copies = ['a', 'b', 'c'].map((name) => copyOf(original, folder, `${seed}-${name}`))
  copies.forEach((copy, index) => work(copy, plan.id, index === 2 ? ['A', 'C'] : ['A', 'B'], seed * 100 + index))

  const orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2]]
  const merged = orders.map(([first, ...rest], place) => {
    const into = copyOf(copies[first], folder, `${seed}-into-${place}`)
    rest.forEach((index) => mergeProject(into, copies[index]))
    return into
  })
  expect(contents(merged[1])).toEqual(contents(merged[0]))
  expect(contents(merged[2])).toEqual(contents(merged[0]))

  const grouped = copyOf(copies[1], folder, `${seed}-grouped`)
  mergeProject(grouped, copies[2])
  const outer = copyOf(copies[0], folder, `${seed}-outer`)
  mergeProject(outer, grouped)
  expect(contents(outer)).toEqual(contents(merged[0]))

  const before = contents(outer)
  expect(mergeProject(outer, merged[1])).toMatchObject({ readings: 0, plans: 0, audit: 0, conflicts: [] })
  expect(mergeProject(outer, original)).toMatchObject({ readings: 0, audit: 0 })
  expect(contents(outer)).toEqual(before)
  // nothing that anybody said in any copy is missing
  const there = new Set(allChanges(outer).map(({ uid }) => uid))
  for (const copy of copies) for (const { uid } of allChanges(copy)) expect(there.has(uid)).toBe(true)
  for (const project of [original, ...copies, ...merged, grouped, outer]) project.close()
})

test('one reader who says different things in two copies is listed, nothing is overwritten, and a new verdict settles it', () => {
  const { project: one, plan } = plannedProject(at('conflict'), 30, { size: 5 })
  const caseId = casesOfPass(one, plan.id, 'first')[0]
  judge(one, plan.id, caseId, 'A', 'unsure')
  const other = copyOf(one, folder, 'conflict-copy')
  judge(one, plan.id, caseId, 'A', 'right-reason')
  judge(other, plan.id, caseId, 'A', 'wrong-reason', { note: 'the tube' })
  const report = mergeProject(one, other)
  expect(report).toMatchObject({ readings: 1, readers: ['A'], conflicts: [{ planId: plan.id, caseId, reader: 'A', pass: 'first' }] })
  expect(conflicts(one, plan.id)).toMatchObject([{ kind: 'copies', reader: 'A', settled: false, readings: [{ verdict: 'right-reason' }, { verdict: 'wrong-reason', note: 'the tube' }] }])
  expect(mergeProject(one, other).conflicts).toEqual([])
  judge(one, plan.id, caseId, 'A', 'wrong-reason')
  expect(inConflict(one)).toEqual([])
  expect(mergeProject(one, other)).toMatchObject({ readings: 0, conflicts: [] })
  expect(inConflict(one)).toEqual([])
  const { entries } = auditPage(one, { offset: 0, limit: 100 })
  expect(entries.filter((entry) => entry.caseId === caseId).map(({ action, before, after }) => [action, (before as { verdict: string }[] | null) && [before].flat().map((value) => (value as { verdict: string }).verdict), (after as { verdict: string }).verdict])).toEqual([
    ['flag', null, 'unsure'], ['flag', ['unsure'], 'right-reason'], ['flag', ['unsure'], 'wrong-reason'], ['flag', ['right-reason', 'wrong-reason'], 'wrong-reason'],
  ])
  one.close()
  other.close()
})

test('the same word in two copies is no conflict', () => {
  const { project: one, plan } = plannedProject(at('agree'), 20, { size: 3 })
  const other = copyOf(one, folder, 'agree-copy')
  const [caseId] = casesOfPass(one, plan.id, 'first')
  for (const project of [one, other]) judge(project, plan.id, caseId, 'A', 'wrong')
  expect(mergeProject(one, other).conflicts).toEqual([])
  expect(flagOf(one, caseId)).toMatchObject({ verdict: 'wrong' })
  one.close()
  other.close()
})

test('projects with other cases, other labels or another model are refused with what differs, and nothing is changed', () => {
  const { project } = plannedProject(at('mine'), 20, { size: 3 })
  const before = contents(project)
  const cases = copyOf(project, folder, 'more-cases')
  addFiles(cases, 1, [looked(900)], () => true)
  const labels = copyOf(project, folder, 'other-labels')
  labels.database.run(`UPDATE cases SET label = 'other' WHERE id = 4`)
  const model = copyOf(project, folder, 'other-model')
  model.database.exec(`UPDATE models SET sha256 = '${'e'.repeat(64)}'`)
  expect(() => mergeProject(project, cases)).toThrow(expect.objectContaining({ code: 'merge-mismatch', message: expect.stringContaining('1 of its 21 are not in') as string }))
  expect(() => mergeProject(project, labels)).toThrow(expect.objectContaining({ code: 'merge-mismatch', message: expect.stringContaining('other labels on 1 of its cases') as string }))
  expect(() => mergeProject(project, model)).toThrow(expect.objectContaining({ code: 'merge-mismatch', message: expect.stringContaining('judges another model') as string }))
  expect(contents(project)).toEqual(before)
  giveModel(project, { sha256: 'f'.repeat(64) })
  const earlier = copyOf(project, folder, 'earlier')
  earlier.modelId = 1
  expect(mergeProject(project, earlier)).toMatchObject({ readings: 0 })
  for (const one of [project, cases, labels, model, earlier]) one.close()
})
