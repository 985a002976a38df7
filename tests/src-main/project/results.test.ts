import { join } from 'node:path'
import { expect, test } from 'vitest'

import { caseRows } from '../../../src-main/project/case-rows.ts'
import { casesOfPass } from '../../../src-main/project/plan-items.ts'
import { results } from '../../../src-main/project/results.ts'
import { setFlag } from '../../../src-main/project/reviews.ts'
import { mergeProject } from '../../../src-main/project/merge.ts'
import { proportion } from '../../../src-main/statistics/proportion.ts'
import { copyOf, judge, plannedProject } from '../../fixtures/projects/review-copies.ts'
import { giveModel, giveScore } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const at = (name: string) => join(folder, `${name}.rightreason`)
const ALL = { reader: null, by: [] }

test('the rate counts the verdicts of the sample alone, and by class, outcome, reason and column', () => {
  const { project, plan } = plannedProject(at('rates'), 100, { size: 40 })
  const sample = casesOfPass(project, plan.id, 'first')
  sample.slice(0, 30).forEach((caseId, index) => judge(project, plan.id, caseId, 'A', index % 3 === 0 ? 'wrong-reason' : index % 3 === 1 ? 'right-reason' : 'unsure', { reasons: index % 3 === 0 ? index % 2 === 0 ? ['device', 'border'] : ['device'] : [], elapsedMs: 2000 }))
  const outside = caseRows(project, Array.from({ length: 100 }, (_, index) => index + 1)).filter(({ id }) => !sample.includes(id))
  outside.slice(0, 20).forEach(({ id }) => setFlag(project, id, { verdict: 'wrong-reason', reasons: ['other'], note: '', region: null }, 'A'))
  setFlag(project, sample[35], { verdict: 'wrong-reason', reasons: [], note: '', region: null }, 'A')

  const found = results(project, { planId: plan.id, reader: null, by: ['group:site', 'ageYears'] })
  expect(found).toMatchObject({ cases: 40, read: 30, open: 0, readers: ['A'], overall: { sample: proportion(10, 30), population: { value: expect.closeTo(1 / 3, 12) as number, of: 30, uncovered: 0 } }, pairs: [], fleiss: null })
  const width = ({ low, high }: { low: number; high: number }) => high - low
  expect(width(found.overall.population!)).toBeLessThan(width(found.overall.sample!))
  expect(found.byVerdict.map(({ sample: share }) => share?.count)).toEqual([10, 10, 0, 10])
  expect(found.byReason).toMatchObject([{ reason: 'device', sample: { count: 10, of: 30 } }, { reason: 'border', sample: { count: 5, of: 30 } }])
  expect(found.byReader).toMatchObject([{ reader: 'A', secondsPerCase: 2 }])

  const rows = caseRows(project, sample.slice(0, 30))
  for (const [column, valueOf] of [['outcome', (row: typeof rows[number]) => row.outcome], ['label', (row: typeof rows[number]) => row.label], ['group:site', (row: typeof rows[number]) => row.groups.site]] as const) {
    for (const { value, sample: share } of found.tables.find((table) => table.column === column)!.rows) {
      const part = rows.filter((row) => valueOf(row) === value)
      expect([value, share]).toEqual([value, proportion(part.filter((row) => rows.indexOf(row) % 3 === 0).length, part.length)])
    }
  }
  const correct = rows.filter(({ outcome }) => outcome === 'correct')
  expect(found.overall.amongCorrect).toEqual(proportion(correct.filter((row) => rows.indexOf(row) % 3 === 0).length, correct.length))
  expect(found.tables.find(({ column }) => column === 'ageYears')!.rows.map(({ value }) => value)).toContain('40 – < 65')
  expect(found.notes.join(' ')).toMatch(/30 of the 40 cases of the sample have a verdict/)
  expect(() => results(project, { planId: plan.id, reader: 'Z', by: [] })).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  expect(() => results(project, { planId: plan.id, reader: null, by: ['group:none'] })).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  project.close()
})

test('two readers in two copies, merged: a majority counts, a disagreement is open until it is adjudicated', () => {
  const { project: one, plan } = plannedProject(at('readers'), 60, { size: 10, secondLook: 0.4 })
  const two = copyOf(one, folder, 'readers-two')
  const cases = casesOfPass(one, plan.id, 'first')
  cases.forEach((caseId, index) => judge(one, plan.id, caseId, 'A', index < 5 ? 'wrong-reason' : 'right-reason'))
  cases.forEach((caseId, index) => judge(two, plan.id, caseId, 'B', index < 3 || index === 9 ? 'wrong-reason' : 'right-reason'))
  casesOfPass(two, plan.id, 'second').forEach((caseId) => judge(two, plan.id, caseId, 'B', cases.indexOf(caseId) < 3 || cases.indexOf(caseId) === 9 ? 'wrong-reason' : 'unsure', { pass: 'second' }))
  mergeProject(one, two)

  const found = results(one, { planId: plan.id, ...ALL })
  expect(found).toMatchObject({ read: 7, open: 3, readers: ['A', 'B'], overall: { sample: { count: 3, of: 7 } } })
  expect(found.byReader.map(({ row }) => row.sample?.count)).toEqual([5, 4])
  const [pair] = found.pairs
  expect(pair).toMatchObject({ a: 'A', b: 'B', counts: [[4, 1, 0, 0], [2, 3, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], kappa: { value: expect.closeTo(0.4, 12) as number, agreement: { count: 7, of: 10 } } })
  expect(found.fleiss).toMatchObject({ readers: 2, cases: 10, agreement: { count: 7, of: 10 } })
  expect(found.selves).toMatchObject([{ a: 'B, first', b: 'B, second' }])
  expect(found.selves[0].counts.flat().reduce((sum, count) => sum + count)).toBe(4)
  expect(results(one, { planId: plan.id, reader: 'B', by: [] }).overall.sample).toMatchObject({ count: 4, of: 10 })
  expect(found.notes.join(' ')).toMatch(/3 cases were read but are open/)

  for (const index of [3, 4, 9]) judge(one, plan.id, cases[index], 'C', 'wrong-reason', { pass: 'adjudication', reasons: ['border'] })
  expect(results(one, { planId: plan.id, ...ALL })).toMatchObject({ read: 10, open: 0, overall: { sample: { count: 6, of: 10 } }, byReason: [{ reason: 'border', sample: { count: 3 } }] })
  one.close()
  two.close()
})

test('where κ is not defined the reason stands in its place', () => {
  const { project, plan } = plannedProject(at('undefined'), 30, { size: 4 })
  for (const caseId of casesOfPass(project, plan.id, 'first')) for (const reader of ['A', 'B']) judge(project, plan.id, caseId, reader, 'right-reason')
  const found = results(project, { planId: plan.id, ...ALL })
  expect(found.pairs[0].kappa).toMatchObject({ value: null, low: null, why: expect.stringMatching(/Only one verdict/) as string, agreement: { count: 4, of: 4 } })
  expect(found.fleiss).toMatchObject({ value: null, why: expect.stringMatching(/Only one verdict/) as string })
  expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/)
  project.close()
})

test('full agreement and a single case give κ without an interval of no width', () => {
  const { project, plan } = plannedProject(at('certain'), 30, { size: 4, secondLook: 0.25 })
  const cases = casesOfPass(project, plan.id, 'first')
  cases.forEach((caseId, index) => { for (const reader of ['A', 'B']) judge(project, plan.id, caseId, reader, index < 2 ? 'right-reason' : 'wrong-reason') })
  const [again] = casesOfPass(project, plan.id, 'second')
  judge(project, plan.id, again, 'A', 'unsure', { pass: 'second' })
  const { pairs, selves, fleiss } = results(project, { planId: plan.id, ...ALL })
  expect(pairs[0].kappa).toMatchObject({ value: 1, low: null, high: null, standardError: null, why: expect.stringMatching(/do not vary enough/) as string })
  expect(fleiss).toMatchObject({ value: 1, low: null, why: expect.stringMatching(/do not vary enough/) as string })
  expect(selves[0].kappa).toMatchObject({ value: 0, low: null, why: 'One case gives no interval.' })
  project.close()
})

test('an equal allocation is weighted back: a rare stratum does not raise the rate', () => {
  const { project, plan } = plannedProject(at('weighted'), 400, { size: 40, stratify: { column: 'outcome', edges: [], allocation: 'equal' } })
  const rows = caseRows(project, casesOfPass(project, plan.id, 'first'))
  rows.forEach(({ id, outcome }) => judge(project, plan.id, id, 'A', outcome === 'incorrect' ? 'wrong-reason' : 'right-reason'))
  const { overall, tables } = results(project, { planId: plan.id, ...ALL })
  const [, incorrect] = plan.strata
  expect(overall.sample!.value).toBe(0.5)
  expect(overall.population!.value).toBeCloseTo(incorrect.population / 400, 12)
  expect(tables.find(({ column }) => column === 'stratum')!.rows.map(({ value, sample }) => [value, sample?.value])).toEqual([['correct', 0], ['incorrect', 1]])
  project.close()
})

test('outcomes stay those of the plan\'s model when another is in use, whatever the order of its classes', () => {
  const { project, plan } = plannedProject(at('models'), 40, { size: 20 })
  casesOfPass(project, plan.id, 'first').forEach((caseId) => judge(project, plan.id, caseId, 'A', 'wrong-reason'))
  const before = results(project, { planId: plan.id, ...ALL })
  giveModel(project, { sha256: 'd'.repeat(64), classes: ['pneumonia', 'normal'] })
  project.database.run('UPDATE cases SET label_class = 1 - label_class')
  for (let id = 1; id <= 40; id++) giveScore(project, id, 0)
  const after = results(project, { planId: plan.id, ...ALL })
  expect(after.outcomes).toEqual(before.outcomes)
  expect(after.tables).toEqual(before.tables)
  project.close()
})
