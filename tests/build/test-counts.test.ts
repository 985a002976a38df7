import { describe, expect, it } from 'vitest'
import { playwrightCounts, total, vitestCounts } from '../../build/test-counts.ts'

const unit = (...files: [status: string, ...tests: string[]][]) => ({
  testResults: files.map(([status, ...tests], at) => ({ name: `file ${at}`, status, assertionResults: tests.map((test) => ({ status: test, fullName: `a ${test} test` })) })),
})
const e2e = (...statuses: string[]) => ({ suites: [{ specs: [], suites: [{ specs: statuses.map((status) => ({ title: `${status} test`, tests: [{ status, projectName: 'browser', annotations: status === 'skipped' ? [{ type: 'skip', description: 'no display' }] : [] }] })) }] }] })

describe('the combined line counts', () => {
  it('unit tests', () => {
    expect(vitestCounts(unit(['passed', 'passed', 'passed'], ['failed', 'passed', 'failed']), 1)).toEqual({ passed: 3, failed: 1, skipped: [] })
  })
  it('a file that broke before its first test', () => {
    expect(vitestCounts(unit(['passed', 'passed'], ['failed']), 1)).toMatchObject({ passed: 1, failed: 1 })
  })
  it('a run that failed without a failing test, or without a report at all', () => {
    expect(vitestCounts(unit(['passed', 'passed']), 1)).toMatchObject({ passed: 1, failed: 1 })
    expect(vitestCounts(null, 1)).toMatchObject({ passed: 0, failed: 1 })
    expect(playwrightCounts(null, 1)).toMatchObject({ passed: 0, failed: 1 })
  })
  it('end-to-end tests; one that passed at its second try failed', () => {
    expect(playwrightCounts(e2e('expected', 'expected', 'flaky', 'unexpected'), 1)).toMatchObject({ passed: 2, failed: 2 })
  })
  it('nothing as passed that was skipped, and keeps the reason', () => {
    expect(vitestCounts(unit(['passed', 'passed', 'skipped']), 0)).toEqual({ passed: 1, failed: 0, skipped: [{ name: 'a skipped test', why: '' }] })
    expect(playwrightCounts(e2e('skipped'), 0)).toEqual({ passed: 0, failed: 0, skipped: [{ name: 'browser: skipped test', why: 'no display' }] })
  })
  it('all parts together', () => {
    expect(total([{ passed: 2, failed: 0, skipped: [] }, { passed: 3, failed: 1, skipped: [{ name: 'a', why: 'b' }] }])).toEqual({ passed: 5, failed: 1, skipped: [{ name: 'a', why: 'b' }] })
  })
})
