import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { HeadersRequest } from '../../../src-main/contract/patterns.ts'
import { binned, boostTrees, treesScore } from '../../../src-main/patterns/boosted-trees.ts'
import { patientFolds } from '../../../src-main/patterns/folds.ts'
import type { HeaderField } from '../../../src-main/patterns/header-columns.ts'
import { headerBaseline } from '../../../src-main/patterns/headers.ts'
import type { HeadersInput } from '../../../src-main/patterns/headers.ts'
import { auroc } from '../../../src-main/statistics/auroc.ts'
import { ascending } from '../../../src-main/statistics/ranks.ts'
import { normal, uniform } from '../../../src-main/tensor/random.ts'

const SILENT = { progress: () => undefined }

/** Cases of two patients' images each; with `planted`, the label is more frequent at Harbour. */
function input(count: number, planted: boolean, seed: number, withFeatures = false): HeadersInput {
  const random = uniform(seed)
  const noise = normal(seed + 1)
  const sites = Array.from({ length: count }, () => Math.floor(random() * 3))
  const labels = Int32Array.from(sites, (site) => Number(random() < (planted ? [0.75, 0.2, 0.25][site] : 0.4)))
  const coded = (column: string, levels: string[], codes: number[]): HeaderField => ({ field: column, kind: 'category', column: { column, levels, codes: Int32Array.from(codes) } })
  const site = coded('institution', ['Harbour', 'Hill', 'North'], sites)
  const size = 60
  return {
    request: HeadersRequest.parse({ seed }),
    positive: { index: 1, name: 'pneumonia', chosen: 'second' },
    cases: { ids: Int32Array.from(sites, (_, i) => i + 1), patients: Int32Array.from(sites, (_, i) => i >> 1), labels, predicted: labels, scores: Float32Array.from(labels, (label) => 1 / (1 + Math.exp(-(noise() + label * 2)))), verdicts: new Int8Array(count).fill(-1) },
    fields: [site, coded('sex', ['F', 'M'], sites.map(() => Math.floor(random() * 2))), coded('modality', ['DX'], sites.map(() => 0)), { field: 'ageYears', kind: 'number', values: Float64Array.from(sites, () => random() < 0.1 ? NaN : random() * 90) }],
    features: withFeatures ? { rows: Uint32Array.from(sites, (_, i) => i), size, values: Float32Array.from({ length: count * size }, (_, at) => noise() + (sites[Math.floor(at / size)] === 0 && at % size < 30 ? 1.5 : 0)) } : null,
    probed: withFeatures ? [(site as { column: HeadersInput['probed'][number] }).column, { column: 'sex', levels: ['F', 'M'], codes: Int32Array.from(sites, () => Math.floor(random() * 2)) }] : [],
  }
}

test('a site that gives the label away is found, and is the field that carries it', () => {
  const report = headerBaseline(input(900, true, 5), SILENT)
  expect(report.fields.map(({ field }) => field)).toEqual(['institution', 'sex', 'ageYears'])
  for (const { auroc: { value, low }, importance } of report.models) {
    expect(value).toBeGreaterThan(0.68)
    expect(low).toBeGreaterThan(0.6)
    expect(importance[0]).toMatchObject({ field: 'institution' })
    expect(importance[0].fall).toBeGreaterThan(0.15)
    expect(Math.abs(importance[1].fall)).toBeLessThan(0.05)
  }
  expect(report.image!.value).toBeGreaterThan(0.85)
  expect(report.difference!.low).toBeGreaterThan(0)
  expect(report.patients).toBe(450)
})

test('where headers tell nothing both models are at chance, over many sets', () => {
  const areas = Array.from({ length: 12 }, (_, i) => headerBaseline(input(300, false, 40 + i), SILENT).models.map(({ auroc: area }) => area)).flat()
  const mean = areas.reduce((sum, { value }) => sum + value, 0) / areas.length
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.03)
  expect(areas.filter(({ low, high }) => low > 0.5 || high < 0.5).length).toBeLessThanOrEqual(4)
})

test("the model's features give the site away, and not the sex", () => {
  const { probe } = headerBaseline(input(600, true, 6, true), SILENT)
  expect(probe!.find(({ column }) => column === 'institution')!.levels.find(({ value }) => value === 'Harbour')!.auroc.value).toBeGreaterThan(0.95)
  const sex = probe!.find(({ column }) => column === 'sex')!
  expect(Math.abs(sex.auroc - 0.5)).toBeLessThan(0.1)
})

test('a single class is refused; headers that say nothing at all give no model', () => {
  const of = input(60, false, 1)
  expect(() => headerBaseline({ ...of, cases: { ...of.cases, labels: new Int32Array(60) } }, SILENT)).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  const report = headerBaseline({ ...of, fields: [of.fields[2]] }, SILENT)
  expect(report).toMatchObject({ models: [], difference: null, fields: [] })
  expect(report.notes.join()).toMatch(/headers tell nothing/)
})

test('no patient is in two folds, and every fold has positives', () => {
  const { cases: { patients, labels } } = input(200, true, 3)
  const folds = patientFolds(patients, labels, 5, 1)
  const of = new Map<number, Set<number>>()
  folds.forEach((fold, i) => of.set(patients[i], (of.get(patients[i]) ?? new Set()).add(fold)))
  expect([...of.values()].every(({ size }) => size === 1)).toBe(true)
  for (let fold = 0; fold < 5; fold++) expect(labels.some((label, i) => label === 1 && folds[i] === fold)).toBe(true)
})

/** Numbers of tests/reference/patterns/make-trees.py: scikit-learn's histogram gradient boosting with the same settings. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/patterns/trees.json', import.meta.url), 'utf8')) as { columns: number[][]; positive: number[]; train: number; area: number; scores: number[] }

test("boosted trees agree with scikit-learn's on cases that they did not see", () => {
  const columns = binned(fixture.columns)
  const count = fixture.positive.length
  const train = Uint32Array.from({ length: fixture.train }, (_, i) => i)
  const rest = Uint32Array.from({ length: count - fixture.train }, (_, i) => fixture.train + i)
  const scores = treesScore(boostTrees(columns, fixture.positive, train), columns, rest)
  const labels = Uint8Array.from(rest, (row) => fixture.positive[row])
  expect(Math.abs(auroc(scores, labels, ascending(scores))!.value - fixture.area)).toBeLessThan(0.02)
  const mean = (of: ArrayLike<number>) => Array.from(of).reduce((sum, value) => sum + value, 0) / of.length
  const [a, b] = [mean(scores), mean(fixture.scores)]
  let [ab, aa, bb] = [0, 0, 0]
  scores.forEach((value, i) => { ab += (value - a) * (fixture.scores[i] - b); aa += (value - a) ** 2; bb += (fixture.scores[i] - b) ** 2 })
  expect(ab / Math.sqrt(aa * bb)).toBeGreaterThan(0.95)
})
