import { describe, expect, it } from 'vitest'
import { parseWhere } from '../../../src-main/cli/where.ts'

describe('--where', () => {
  it.each([
    ['verdict=wrong-reason', { column: 'verdict', op: 'is', value: 'wrong-reason' }],
    ['outcome != correct', { column: 'outcome', op: 'is-not', value: 'correct' }],
    ['outcome=incorrect|unlabelled', { column: 'outcome', op: 'in', value: ['incorrect', 'unlabelled'] }],
    ['ageYears>=60', { column: 'ageYears', op: 'at-least', value: 60 }],
    ['ageYears<18', { column: 'ageYears', op: 'less', value: 18 }],
    ['predictedClass=1', { column: 'predictedClass', op: 'is', value: 1 }],
    ['confidence<=0.5', { column: 'confidence', op: 'at-most', value: 0.5 }],
    ['file~portable', { column: 'file', op: 'contains', value: 'portable' }],
    ['verdict=', { column: 'verdict', op: 'empty', value: null }],
    ['verdict!=', { column: 'verdict', op: 'not-empty', value: null }],
    ['group:site=A', { column: 'group:site', op: 'is', value: 'A' }],
    ['group:dose>2', { column: 'group:dose', op: 'more', value: 2 }],
    ['group:a b=x=y', { column: 'group:a b', op: 'is', value: 'x=y' }],
    ['note=a\\|b', { column: 'note', op: 'is', value: 'a|b' }],
  ] as const)('%s', (term, condition) => {
    expect(parseWhere([term]).conditions).toEqual([condition])
  })

  it('repeated: all hold, beside a text and a sample', () => {
    expect(parseWhere(['verdict!=', 'ageYears>60', 'text=effusion', 'sample=3'])).toEqual({
      text: 'effusion', sampleId: 3,
      conditions: [{ column: 'verdict', op: 'not-empty', value: null }, { column: 'ageYears', op: 'more', value: 60 }],
    })
  })

  it('of nothing takes every case', () => {
    expect(parseWhere([])).toEqual({ text: '', conditions: [], sampleId: null })
  })

  it.each([
    ['what is no condition', 'verdict', 'is not a condition'],
    ['an unknown column, and names those there are', 'verdit=wrong', 'sopInstanceUid'],
    ['a text where a number has to be', 'ageYears>old', 'needs a number'],
    ['an inherited name', 'constructor=1', 'There is no column'],
  ])('refuses %s', (_what, term, words) => {
    expect(() => parseWhere([term])).toThrow(expect.objectContaining({ code: 'bad-filter', message: expect.stringContaining(words) as string }))
  })
})
