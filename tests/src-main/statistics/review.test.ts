import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { cohenKappa } from '../../../src-main/statistics/cohen-kappa.ts'
import { fleissKappa } from '../../../src-main/statistics/fleiss-kappa.ts'
import { proportion } from '../../../src-main/statistics/proportion.ts'
import { intervalWidth, sampleSize } from '../../../src-main/statistics/sample-size.ts'
import { stratifiedRate } from '../../../src-main/statistics/stratified-rate.ts'

interface Rate { value: number; standardError: number; low: number; high: number }
interface Fixture {
  wilson: { count: number; of: number; low: number; high: number }[]
  cohen: { counts: number[][]; kappa: number; standardError: number; low: number; high: number }[]
  fleiss: { counts: number[][]; kappa: number; jackknife: number; bootstrap: number }[]
  stratified: { name: string; populations: number[]; units: { stratum: number; hit: boolean; inPart: boolean }[]; whole: Rate; part: Rate }[]
  size: { width: number; expected: number; population: number; unlimited: number; size: number }[]
}
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/statistics/review.json', import.meta.url), 'utf8')) as Fixture
const close = (value: number) => expect.closeTo(value, 9) as number

test.each(fixture.wilson)('the Wilson interval of $count of $of is that of statsmodels', ({ count, of, low, high }) => {
  expect(proportion(count, of)).toMatchObject({ low: close(low), high: close(high) })
})

describe("Cohen's κ", () => {
  test.each(fixture.cohen)('of $counts, its standard error and interval are those of statsmodels', ({ counts, kappa, standardError, low, high }) => {
    // where statsmodels goes past what a κ can be, ours is cut
    expect(cohenKappa(counts)).toMatchObject({ value: close(kappa), standardError: close(standardError), low: close(Math.max(-1, low)), high: close(Math.min(1, high)) })
  })

  test('is not a number that nothing says, but a stated reason, where nothing was rated or one category only', () => {
    expect(cohenKappa([[0, 0], [0, 0]])).toBe('nothing-rated')
    expect(cohenKappa([[12, 0], [0, 0]])).toBe('one-category')
  })

  test('is 0 where one rater knows one category only', () => {
    expect(cohenKappa([[5, 0], [7, 0]])).toMatchObject({ value: 0 })
  })
})

describe("Fleiss' κ", () => {
  test.each(fixture.fleiss)('is that of statsmodels, its standard error within 3 % of the jackknife ($jackknife) and 5 % of the bootstrap', ({ counts, kappa, jackknife, bootstrap }) => {
    const found = fleissKappa(counts)
    expect(found).toMatchObject({ value: close(kappa) })
    const { standardError } = found as { standardError: number }
    expect(Math.abs(standardError / jackknife - 1)).toBeLessThan(0.03)
    expect(Math.abs(standardError / bootstrap - 1)).toBeLessThan(0.05)
  })

  test('of two raters lies at Scott\'s π, and is a stated reason where all is one category or nobody rated twice', () => {
    expect(fleissKappa([[2, 0], [2, 0], [0, 2], [1, 1]])).toMatchObject({ value: expect.closeTo((0.75 - (0.625 ** 2 + 0.375 ** 2)) / (1 - (0.625 ** 2 + 0.375 ** 2)), 12) as number })
    expect(fleissKappa([[3, 0], [2, 0]])).toBe('one-category')
    expect(fleissKappa([[1, 0], [0, 1]])).toBe('nothing-rated')
    expect(fleissKappa([])).toBe('nothing-rated')
  })
})

describe('a rate weighted back by strata', () => {
  test.each(fixture.stratified)('($name) and its standard error are those of R\'s survey, of the whole and of a part', ({ populations, units, whole, part }) => {
    const strata = (inPart: (unit: Fixture['stratified'][number]['units'][number]) => boolean) =>
      populations.map((population, stratum) => ({ population, read: units.filter((unit) => unit.stratum === stratum).map((unit) => ({ hit: unit.hit, inPart: inPart(unit) })) }))
    for (const [rate, expected] of [[stratifiedRate(strata(() => true)), whole], [stratifiedRate(strata((unit) => unit.inPart)), part]] as const) {
      expect(rate).toMatchObject({ value: close(expected.value), standardError: close(expected.standardError), low: close(expected.low), high: close(expected.high) })
    }
  })

  test('is known where all were read, wide where no variance was seen, and says which strata it leaves out', () => {
    const read = (hits: number, others: number) => [...Array<boolean>(hits).fill(true), ...Array<boolean>(others).fill(false)].map((hit) => ({ hit, inPart: true }))
    expect(stratifiedRate([{ population: 10, read: read(4, 6) }])).toMatchObject({ value: 0.4, low: 0.4, high: 0.4 })
    const none = stratifiedRate([{ population: 1e6, read: read(0, 20) }])!
    expect(none).toMatchObject({ value: 0, low: 0, high: expect.closeTo(proportion(0, 20)!.high, 4) as number })
    expect(stratifiedRate([{ population: 100, read: read(2, 8) }, { population: 50, read: [] }])).toMatchObject({ uncovered: 50, of: 10 })
    expect(stratifiedRate([{ population: 100, read: [] }])).toBeNull()
  })
})

describe('the size of a sample', () => {
  test.each(fixture.size)('for a width of $width at $expected among $population is what trying every size gives', ({ width, expected, population, unlimited, size }) => {
    expect(sampleSize(width, expected, population)).toEqual({ unlimited, size })
    expect(intervalWidth(expected, size, population)).toBeLessThanOrEqual(width + 1e-12)
  })
})
