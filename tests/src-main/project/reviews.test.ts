import { join } from 'node:path'
import { expect, test } from 'vitest'

import { NO_FILTER } from '../../../src-main/contract/records.ts'
import type { Verdict } from '../../../src-main/contract/records.ts'
import { createProject, openProject } from '../../../src-main/project/project.ts'
import { flagOf } from '../../../src-main/project/flags.ts'
import { useReader } from '../../../src-main/project/readings.ts'
import { auditPage } from '../../../src-main/project/audit.ts'
import { flagAll } from '../../../src-main/project/flag-all.ts'
import { redo, say, setFlag, undo } from '../../../src-main/project/reviews.ts'
import { drawSample, listSamples, removeSample, shareOut } from '../../../src-main/project/samples.ts'
import { summarize } from '../../../src-main/project/summary.ts'
import { proportion } from '../../../src-main/statistics/proportion.ts'
import { orderedIds } from '../../../src-main/project/worklist.ts'
import { caseRows } from '../../../src-main/project/case-rows.ts'
import { pseudonyms, newPseudonymKey } from '../../../src-main/project/pseudonyms.ts'
import { fill } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const flag = (verdict: Verdict, note = '') => ({ verdict, reasons: [], note, region: null })

test('undo and redo go through all changes of a reader, also after a restart, and leave others alone', () => {
  const file = join(folder, 'undo.rightreason')
  const first = createProject(file, { version: 'x' })
  fill(first, 3)
  setFlag(first, 1, flag('right-reason'), 'A')
  setFlag(first, 1, flag('wrong-reason', 'the marker'), 'A')
  setFlag(first, 1, flag('wrong'), 'B')
  setFlag(first, 2, flag('unsure'), 'A')
  setFlag(first, 2, null, 'A')
  first.close()

  const project = openProject(file)
  expect(undo(project, 'A')).toEqual({ caseId: 2, caseIds: [2], what: 'flag removed' })
  expect(flagOf(project, 2)).toMatchObject({ verdict: 'unsure', reader: 'A' })
  expect(undo(project, 'A')).toMatchObject({ caseId: 2 })
  expect(flagOf(project, 2)).toBeNull()
  useReader(project, 'A')
  expect(undo(project, 'A')).toEqual({ caseId: 1, caseIds: [1], what: 'flag changed to right for the wrong reason' })
  expect(flagOf(project, 1)).toMatchObject({ verdict: 'right-reason', note: '' })
  expect(redo(project, 'A')).toMatchObject({ caseId: 1 })
  expect(flagOf(project, 1)).toMatchObject({ verdict: 'wrong-reason', note: 'the marker' })
  expect(undo(project, 'B')).toMatchObject({ caseId: 1 })
  expect(undo(project, 'B')).toBeNull()
  expect(undo(project, 'nobody')).toBeNull()
  project.close()
})

test('a flag on many cases is one step: undo takes it back from all of them, redo gives it again, and the log has every change', () => {
  const file = join(folder, 'many.rightreason')
  const first = createProject(file, { version: 'x' })
  fill(first, 20, 1, { flags: false })
  setFlag(first, 4, flag('right-reason', 'seen before'), 'A')
  setFlag(first, 5, flag('unsure'), 'A')
  expect(flagAll(first, [3, 4, 5, 6, 6], { ...flag('wrong-reason'), reasons: ['device'] }, 'A', true)).toEqual({ flagged: 4, kept: 0 })
  expect(flagAll(first, [6, 7, 8], flag('wrong'), 'A', false)).toEqual({ flagged: 2, kept: 1 })
  first.close()

  const project = openProject(file)
  const verdicts = () => [3, 4, 5, 6, 7, 8].map((id) => flagOf(project, id)?.verdict ?? null)
  expect(undo(project, 'A')).toMatchObject({ caseIds: [8, 7], what: '2 cases flagged wrong' })
  expect(verdicts()).toEqual(['wrong-reason', 'wrong-reason', 'wrong-reason', 'wrong-reason', null, null])
  expect(undo(project, 'A')).toMatchObject({ caseIds: [6, 5, 4, 3], what: '4 cases flagged right for the wrong reason' })
  expect(verdicts()).toEqual([null, 'right-reason', 'unsure', null, null, null])
  expect(flagOf(project, 4)).toMatchObject({ note: 'seen before' })
  expect(redo(project, 'A')).toMatchObject({ caseIds: [3, 4, 5, 6] })
  expect(redo(project, 'A')).toMatchObject({ caseIds: [7, 8] })
  expect(redo(project, 'A')).toBeNull()
  expect(verdicts()).toEqual(['wrong-reason', 'wrong-reason', 'wrong-reason', 'wrong-reason', 'wrong', 'wrong'])

  setFlag(project, 5, flag('right-reason'), 'A')
  expect(undo(project, 'A')).toMatchObject({ caseIds: [5] })
  expect(undo(project, 'A')).toMatchObject({ caseIds: [8, 7] })
  const { entries } = auditPage(project, { offset: 0, limit: 100 })
  const actions = Object.groupBy(entries, ({ action }) => action)
  expect([actions.flag?.length, actions.undo?.length, actions.redo?.length]).toEqual([9, 9, 6])
  expect(new Set(actions.flag!.slice(2, 6).map(({ details }) => details.step)).size).toBe(1)
  expect(entries.filter(({ caseId, action }) => caseId === 4 && action === 'undo')).toMatchObject([{ before: { verdict: 'wrong-reason' }, after: { verdict: 'right-reason', note: 'seen before' } }])
  project.close()
})

test('the flag that stands is the adjudication, else that of the reader at work, else the newest', () => {
  const project = createProject(join(folder, 'standing.rightreason'), { version: 'x' })
  fill(project, 3)
  setFlag(project, 1, flag('right-reason'), 'A')
  setFlag(project, 1, flag('wrong'), 'B')
  expect(flagOf(project, 1)).toMatchObject({ verdict: 'wrong', reader: 'B' })
  useReader(project, 'A')
  expect(flagOf(project, 1)).toMatchObject({ verdict: 'right-reason', reader: 'A' })
  setFlag(project, 1, flag('unsure'), 'B')
  expect(flagOf(project, 1)).toMatchObject({ reader: 'A' })
  expect(caseRows(project, [1])[0]).toMatchObject({ verdict: 'right-reason' })
  say(project, { caseId: 1, planId: null, reader: 'C', pass: 'adjudication' }, { ...flag('wrong-reason'), seen: [], elapsedMs: null })
  expect(flagOf(project, 1)).toMatchObject({ verdict: 'wrong-reason', reader: 'C' })
  say(project, { caseId: 1, planId: null, reader: 'A', pass: 'second' }, { ...flag('wrong'), seen: [], elapsedMs: null })
  expect(flagOf(project, 1)).toMatchObject({ reader: 'C' })
  project.close()
})

test('a new change makes what was undone unreachable', () => {
  const project = createProject(join(folder, 'new-change.rightreason'), { version: 'x' })
  fill(project, 3)
  setFlag(project, 1, flag('right-reason'), 'A')
  undo(project, 'A')
  setFlag(project, 2, flag('wrong'), 'A')
  expect(redo(project, 'A')).toBeNull()
  expect(undo(project, 'A')).toMatchObject({ caseId: 2 })
  expect(undo(project, 'A')).toBeNull()
  expect(() => setFlag(project, 99, flag('wrong'), 'A')).toThrow(expect.objectContaining({ code: 'no-such-case' }))
  project.close()
})

test('the same seed draws the same cases, another seed others, and correct predictions are among them', () => {
  const project = createProject(join(folder, 'sample.rightreason'), { version: 'x' })
  fill(project, 400)
  const draw = (seed: number, stratifyBy: string | null = null) => {
    const sample = drawSample(project, { filter: NO_FILTER, size: 60, seed, stratifyBy, name: '' })
    return [...orderedIds(project, { ...NO_FILTER, sampleId: sample.id }, null)]
  }
  expect(draw(1)).toEqual(draw(1))
  expect(draw(1)).not.toEqual(draw(2))
  const outcomes = caseRows(project, draw(1)).map(({ outcome }) => outcome)
  expect(outcomes.filter((outcome) => outcome === 'correct').length).toBeGreaterThan(30)

  const counts = (ids: number[]) => Object.groupBy(caseRows(project, ids), ({ groups }) => groups.site ?? '')
  const whole = counts([...orderedIds(project, NO_FILTER, null)])
  for (const [site, rows] of Object.entries(counts(draw(5, 'group:site')))) expect(rows!.length).toBeCloseTo(whole[site]!.length * 60 / 400, -0.4)
  expect(listSamples(project)).toHaveLength(6)
  removeSample(project, 1)
  expect(() => removeSample(project, 1)).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  expect(() => drawSample(project, { filter: { ...NO_FILTER, text: 'nothing has this' }, size: 1, seed: 1, stratifyBy: null, name: '' })).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  project.close()
})

test('a sample draws every case with the same chance', () => {
  const project = createProject(join(folder, 'uniform.rightreason'), { version: 'x' })
  fill(project, 20)
  const times = new Map<number, number>()
  for (let seed = 1; seed <= 600; seed++) {
    const { id } = drawSample(project, { filter: NO_FILTER, size: 5, seed, stratifyBy: null, name: '' })
    for (const caseId of orderedIds(project, { ...NO_FILTER, sampleId: id }, null)) times.set(caseId, (times.get(caseId) ?? 0) + 1)
  }
  expect(times.size).toBe(20)
  for (const count of times.values()) expect(Math.abs(count - 150)).toBeLessThan(5 * Math.sqrt(600 * 0.25 * 0.75))
  project.close()
})

test('shares add up, follow the sizes and leave no stratum out', () => {
  expect(shareOut([50, 30, 20], 10)).toEqual([5, 3, 2])
  expect(shareOut([98, 1, 1], 10)).toEqual([8, 1, 1])
  expect(shareOut([3, 3], 6)).toEqual([3, 3])
  expect(shareOut([5, 5, 5], 2).reduce((sum, share) => sum + share)).toBe(2)
})

test('the Wilson interval is that of the literature', () => {
  // Newcombe 1998, table I: 81 of 263 and 0 of 20, method 3
  expect(proportion(81, 263)).toMatchObject({ low: expect.closeTo(0.2553, 4), high: expect.closeTo(0.3662, 4) })
  expect(proportion(0, 20)).toMatchObject({ low: 0, high: expect.closeTo(0.1611, 4) })
  expect(proportion(0, 0)).toBeNull()
})

test('the summary counts outcome by verdict', () => {
  const project = createProject(join(folder, 'summary.rightreason'), { version: 'x' })
  fill(project, 200)
  for (const { id } of project.database.all<{ id: number }>('SELECT case_id AS id FROM flags')) setFlag(project, id, null, 'R')
  const rows = caseRows(project, orderedIds(project, NO_FILTER, null))
  const correct = rows.filter(({ outcome }) => outcome === 'correct')
  correct.slice(0, 3).forEach(({ id }) => setFlag(project, id, { ...flag('wrong-reason'), reasons: ['device', 'border'] }, 'A'))
  correct.slice(3, 8).forEach(({ id }) => setFlag(project, id, flag('right-reason'), 'A'))
  const summary = summarize(project, NO_FILTER)
  expect(summary).toMatchObject({ cases: 200, byOutcome: { 'correct': correct.length, 'incorrect': 200 - correct.length, 'unlabelled': 0, 'not-run': 0 }, accuracy: { count: correct.length, of: 200 }, wrongReasonAmongCorrect: { count: 3, of: 8 } })
  expect(summary.reasons).toEqual([{ reason: 'border', count: 3 }, { reason: 'device', count: 3 }])
  expect(summary.table).toContainEqual({ outcome: 'correct', verdict: null, count: correct.length - 8 })
  expect(summarize(project, { ...NO_FILTER, conditions: [{ column: 'verdict', op: 'is', value: 'right-reason' }] }).cases).toBe(5)
  project.close()
})

test('pseudonyms are stable under a key, differ under another and never hold the plain value', () => {
  const one = pseudonyms(newPseudonymKey())
  const other = pseudonyms(newPseudonymKey())
  expect(one.patientId('DOE123')).toBe(one.patientId('DOE123'))
  expect(one.patientId('DOE123')).not.toBe(other.patientId('DOE123'))
  expect(one.patientId('X')).not.toBe(one.accession('X'))
  expect(one.patientId('DOE123')).not.toContain('DOE')
  expect(one.uid('1.2.3')).toMatch(/^2\.25\.(0|[1-9]\d{0,38})$/)
  expect([one.patientId(''), one.accession(''), one.uid('')]).toEqual(['', '', ''])
})
