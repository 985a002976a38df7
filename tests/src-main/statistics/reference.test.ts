import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { auroc, independentDifference, pairedDifference, scoreInterval } from '../../../src-main/statistics/auroc.ts'
import { calibration } from '../../../src-main/statistics/calibration.ts'
import { holm } from '../../../src-main/statistics/holm.ts'
import { logistic } from '../../../src-main/statistics/logistic.ts'
import { normalCdf, Z_95 } from '../../../src-main/statistics/normal.ts'
import { proportion } from '../../../src-main/statistics/proportion.ts'
import { ascending, midranks, spearmanInterval } from '../../../src-main/statistics/ranks.ts'
import { studentCritical, studentP } from '../../../src-main/statistics/student.ts'
import { welchInterval } from '../../../src-main/statistics/welch.ts'

interface Scored { scores: number[]; positive: number[]; area: number; se: number; interval: [number, number]; patients?: number[] }
/** Numbers of tests/reference/patterns/make-statistics.py: scipy, statsmodels, scikit-learn, and numpy from the papers. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/patterns/statistics.json', import.meta.url), 'utf8')) as {
  normal: [number, number][]; student: [number, number, number][]; critical: [number, number, number][]
  holm: { p: number[]; adjusted: number[] }; wilson: [number, number, number, number][]
  auroc: Scored[]; clustered: Scored[]; newcombe: [number, number, number, number, number][]
  paired: { a: number[]; b: number[]; positive: number[]; value: number; se: number; p: number }
  calibration: { probabilities: number[]; positive: number[]; ece: number; brier: number; intercept: [number, number]; slope: [number, number]; inTheLarge: [number, number] }
  ridge: { columns: number[][]; positive: number[]; l2: number; coefficients: number[] }
  spearman: { a: number[]; b: number[]; value: number; interval: [number, number]; p: number }
}
const near = (actual: number, expected: number, relative = 1e-9) => expect(Math.abs(actual - expected), `${actual} for ${expected}`).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1e-300))

test("the normal distribution is scipy's, far into its tails", () => {
  for (const [x, p] of fixture.normal) near(normalCdf(x), p, 1e-12)
})

test("Welch's interval is scipy's; two groups that are each the same throughout have none of a width", () => {
  const cases = JSON.parse(readFileSync(new URL('../../fixtures/patterns/welch.json', import.meta.url), 'utf8')) as { a: number[]; b: number[]; level: number; value: number; interval: [number, number] }[]
  for (const { a, b, level, value, interval } of cases) {
    const found = welchInterval(Float64Array.from(a), Float64Array.from(b), level)!
    near(found.value, value)
    near(found.low, interval[0])
    near(found.high, interval[1])
  }
  expect(welchInterval(Float64Array.of(2, 2), Float64Array.of(1, 1, 1))).toEqual({ value: 1, low: 1, high: 1 })
  expect(welchInterval(Float64Array.of(2), Float64Array.of(1, 3))).toBeNull()
})

test("Student's distribution and its critical values are scipy's", () => {
  for (const [t, df, p] of fixture.student) near(studentP(t, df), p, 1e-9)
  for (const [level, df, t] of fixture.critical) near(studentCritical(level, df), t, 1e-9)
})

test("Holm's p values are statsmodels', and what was not asked counts for nothing", () => {
  const adjusted = holm([...fixture.holm.p, null])
  expect(adjusted.at(-1)).toBeNull()
  fixture.holm.adjusted.forEach((p, i) => near(adjusted[i]!, p))
})

test("Wilson's intervals are statsmodels'", () => {
  for (const [count, of, low, high] of fixture.wilson) {
    const found = proportion(count, of)!
    expect(found.low).toBeCloseTo(low, 12)
    expect(found.high).toBeCloseTo(high, 12)
  }
})

test.each(fixture.auroc)('AUROC and its DeLong interval are those of all pairs (%#)', ({ scores, positive, area, se, interval }) => {
  const found = auroc(scores, positive, ascending(scores))!
  near(found.value, area)
  near(found.se, se)
  near(found.low, interval[0])
  near(found.high, interval[1])
  expect(found.interval).toBe('delong')
})

test.each(fixture.clustered)("several images of a patient have Obuchowski's interval (%#)", ({ scores, positive, patients, area, se, interval }) => {
  const found = auroc(scores, positive, ascending(scores), patients)!
  near(found.value, area)
  near(found.se, se)
  near(found.low, interval[0])
  expect(found.interval).toBe('clustered')
})

test('a patient with one image each changes nothing, nor do cases without a patient', () => {
  const [{ scores, positive }] = fixture.auroc
  const order = ascending(scores)
  expect(auroc(scores, positive, order, scores.map((_, i) => i))).toEqual(auroc(scores, positive, order))
  expect(auroc(scores, positive, order, scores.map(() => -1))).toEqual(auroc(scores, positive, order))
})

test("few cases and perfect separations have Newcombe's interval, which has a width", () => {
  for (const [area, m, n, low, high] of fixture.newcombe) {
    const found = scoreInterval(area, m, n)
    expect(found.low).toBeCloseTo(low, 10)
    expect(found.high).toBeCloseTo(high, 10)
  }
  const perfect = auroc([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], [0, 1, 2, 3])!
  expect(perfect).toMatchObject({ value: 1, high: 1, interval: 'score' })
  expect(perfect.low).toBeLessThan(0.7)
})

test('without one of the classes there is no AUROC', () => {
  expect(auroc([0.1, 0.2], [1, 1], [0, 1])).toBeNull()
  expect(auroc([], [], [])).toBeNull()
})

test('two scores of the same cases differ as DeLong says', () => {
  const { a, b, positive, value, se, p } = fixture.paired
  const found = pairedDifference(a, ascending(a), b, ascending(b), positive)!
  near(found.value, value)
  near(found.p, p, 1e-8)
  near((found.high - found.low) / (2 * Z_95), se)
})

test('a gap to a perfect separation keeps a width', () => {
  const few = auroc([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], [0, 1, 2, 3])!
  const [{ scores, positive }] = fixture.auroc
  const found = independentDifference(few, auroc(scores, positive, ascending(scores))!)
  expect(found.low).toBeLessThan(0)
  expect(found.p).toBeGreaterThan(0.1)
})

test("calibration is numpy's, scikit-learn's and statsmodels'", () => {
  const { probabilities, positive, ece, brier, intercept, slope, inTheLarge } = fixture.calibration
  const found = calibration(probabilities, positive)!
  near(found.ece, ece)
  near(found.brier, brier)
  for (const [interval, [value, se]] of [[found.intercept, intercept], [found.slope, slope], [found.inTheLarge, inTheLarge]] as const) {
    near(interval!.value, value, 1e-7)
    near((interval!.high - interval!.low) / (2 * Z_95), se, 1e-7)
  }
  expect(found.bins.reduce((sum, { count }) => sum + count, 0)).toBe(probabilities.length)
})

test.each([
  ['one label', [0.2, 0.6, 0.9], [1, 1, 1], /same label/],
  ['one score', [0.5, 0.5, 0.5], [1, 0, 1], /scores are the same/],
  ['a perfect separation', [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], /separate/],
  ['scores of 0 and 1', [0, 0, 1, 1, 0], [0, 0, 1, 1, 0], /separate/],
])('%s has no calibration slope, and says so', (_, probabilities, positive, note) => {
  const found = calibration(probabilities, positive)!
  expect(found.slope).toBeNull()
  expect(found.note).toMatch(note)
  expect(Number.isFinite(found.brier)).toBe(true)
})

test("penalised logistic regression is scikit-learn's, with predictors that say the same", () => {
  const { columns, positive, l2, coefficients } = fixture.ridge
  const fit = logistic(columns, positive, { l2 })!
  expect(fit.converged).toBe(true)
  coefficients.forEach((value, i) => near(fit.coefficients[i], value, 1e-5))
  expect(logistic(columns, positive)).toBeNull()
})

test("Spearman's correlation is scipy's; ties share their ranks", () => {
  const { a, b, value, interval, p } = fixture.spearman
  const found = spearmanInterval(a, b)!
  near(found.value, value)
  near(found.low, interval[0])
  near(found.high, interval[1])
  near(found.p, p, 1e-8)
  expect([...midranks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2])
  expect(spearmanInterval([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])).toBeNull()
})
