import { expect, test } from 'vitest'
import { NO_FILTER } from '../../../src-main/contract/records.ts'
import { groupCases } from '../../../src-main/patterns/grouping.ts'
import { subgroupTable } from '../../../src-main/patterns/subgroups.ts'
import type { CaseTable, Group } from '../../../src-main/patterns/types.ts'
import { normal, uniform } from '../../../src-main/tensor/random.ts'

const POSITIVE = { index: 1, name: 'pneumonia', chosen: 'second' as const }

/** Cases of two sites; in `worse` the score says less. */
function table(count: number, worse: string, seed = 1): { cases: CaseTable; site: (string | null)[]; ages: number[] } {
  const random = uniform(seed)
  const noise = normal(seed + 1)
  const site = Array.from({ length: count }, () => random() < 0.3 ? 'North' : 'South')
  const labels = Int32Array.from(site, () => random() < 0.4 ? 1 : 0)
  const scores = Float32Array.from(labels, (label, i) => 1 / (1 + Math.exp(-(noise() + (label === 1 ? 1 : -1) * (site[i] === worse ? 0.2 : 1.2)))))
  const cases = { ids: Int32Array.from(site, (_, i) => i + 1), patients: new Int32Array(count).fill(-1), labels, predicted: Int32Array.from(scores, (score) => Number(score >= 0.5)), scores, verdicts: new Int8Array(count).fill(-1) }
  return { cases, site, ages: site.map(() => Math.floor(random() * 90)) }
}
const run = (cases: CaseTable, groups: readonly Group[], more: Partial<Parameters<typeof subgroupTable>[0]> = {}) =>
  subgroupTable({ cases, groups, all: { key: 'all', name: 'All cases', parts: [], filterId: null, filter: NO_FILTER, n: cases.ids.length }, leftOut: 0, positive: POSITIVE, threshold: null, minimum: 20, gap: 0.05, ...more })
const bySite = (site: (string | null)[]) => groupCases([{ column: 'group:site', kind: 'group', values: site }], {}, NO_FILTER)

test('a site where the score says less is the worst, and its gap is marked', () => {
  const { cases, site } = table(1200, 'North')
  const { groups, worst, best, overall } = run(cases, bySite(site).groups)
  expect(worst).toBe('group:site=North')
  expect(best).toBe('group:site=South')
  const [north, south] = groups
  expect(north.gap).toMatchObject({ isMarked: true })
  expect(north.gap!.pHolm).toBeLessThan(0.001)
  expect(north.gap!.difference.value).toBeCloseTo(north.auroc!.value - south.auroc!.value, 12)
  expect(north.gap!.difference.high).toBeLessThan(0)
  expect(south.gap!.isMarked).toBe(false)
  expect(overall.usable).toBe(1200)
})

test('where both sites are alike no gap is significant in 95 of 100 seeds', () => {
  let loud = 0
  for (let seed = 0; seed < 100; seed++) {
    const { cases, site } = table(300, 'nowhere', seed * 2 + 11)
    if (run(cases, bySite(site).groups).groups.some(({ gap }) => gap !== null && gap.pHolm < 0.05)) loud++
  }
  expect(loud).toBeLessThanOrEqual(5)
})

test('sensitivity and specificity follow the threshold, or the model where there is none', () => {
  const { cases, site } = table(400, 'nowhere')
  const { groups } = bySite(site)
  const own = run(cases, groups).overall
  expect(run(cases, groups, { threshold: 0.5 }).overall.sensitivity).toEqual(own.sensitivity)
  expect(run(cases, groups, { threshold: 0 }).overall).toMatchObject({ sensitivity: { value: 1 }, specificity: { value: 0 } })
})

test('an empty group, one of a single label and one without scores are told as such', () => {
  const { cases } = table(100, 'nowhere')
  const labels = cases.labels.slice()
  for (let i = 0; i < 40; i++) labels[i] = 1
  const predicted = cases.predicted.slice()
  for (let i = 40; i < 70; i++) predicted[i] = -1
  const rows = (from: number, to: number) => ({ rows: Uint32Array.from({ length: to - from }, (_, i) => from + i), group: { key: String(from), name: String(from), parts: [], filterId: null, filter: NO_FILTER, n: to - from } })
  const { groups, notes } = run({ ...cases, labels, predicted }, [rows(0, 0), rows(0, 40), rows(40, 70), rows(0, 100)])
  expect(groups[0]).toMatchObject({ n: 0, auroc: null, accuracy: null, calibration: null, gap: null, note: expect.stringMatching(/No case/) as string })
  expect(groups[1]).toMatchObject({ auroc: null, specificity: null, gap: null, prevalence: { value: 1 }, note: expect.stringMatching(/No negative/) as string })
  expect(groups[2]).toMatchObject({ n: 30, usable: 0, auroc: null, note: expect.stringMatching(/label and a score/) as string })
  expect(groups[3].gap).toBeNull()
  expect(notes.join()).toMatch(/30 of 100/)
})

test('flags are counted over all cases of a group', () => {
  const { cases, site } = table(100, 'nowhere')
  const verdicts = cases.verdicts.slice()
  verdicts.fill(0, 0, 5)
  verdicts.fill(1, 5, 10)
  expect(run({ ...cases, verdicts }, bySite(site).groups).overall).toMatchObject({ flagged: { count: 10, of: 100 }, wrongReason: { count: 5, of: 10 } })
})

test('ages are in bands whose filters find their cases; cases without an age are a group', () => {
  const { groups } = groupCases([{ column: 'ageYears', kind: 'number', values: [3, 18, 39.5, 40, null, 81] }], { ageYears: [40, 18] }, NO_FILTER)
  expect(groups.map(({ group, rows }) => [group.name, [...rows]])).toEqual([['<18', [0]], ['18–39', [1, 2]], ['≥40', [3, 5]], ['(none)', [4]]])
  expect(groups[1].group.filter.conditions).toEqual([{ column: 'ageYears', op: 'at-least', value: 18 }, { column: 'ageYears', op: 'less', value: 40 }])
  expect(groups[3].group.filter.conditions).toEqual([{ column: 'ageYears', op: 'empty', value: null }])
})

test('two columns cross, and cells without a case are no groups', () => {
  const { groups } = groupCases([{ column: 'sex', kind: 'text', values: ['F', 'M', 'F', 'F'] }, { column: 'view', kind: 'text', values: ['PA', 'PA', '', 'PA'] }], {}, NO_FILTER)
  expect(groups.map(({ group, rows }) => [group.name, [...rows]])).toEqual([['F × PA', [0, 3]], ['F × (none)', [2]], ['M × PA', [1]]])
})

test('numbers of many values are cut at their quartiles, texts of too many values keep the most frequent', () => {
  const confidence = Array.from({ length: 100 }, (_, i) => i / 100)
  expect(groupCases([{ column: 'confidence', kind: 'number', values: confidence }], {}, NO_FILTER).groups.map(({ rows }) => rows.length)).toEqual([25, 25, 25, 25])
  const { groups, leftOut } = groupCases([{ column: 'patientId', kind: 'text', values: Array.from({ length: 200 }, (_, i) => `P${i >> 1}`) }], {}, NO_FILTER)
  expect([groups.length, leftOut]).toEqual([60, 40])
})
