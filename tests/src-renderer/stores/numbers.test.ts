import { expect, test } from 'vitest'
import { estimate, fixed, percent, percentRange, pText, range, shortPercent, signed } from '../../../src-renderer/stores/numbers.ts'

test('a minus is a minus, zero has none, and what is not defined is a dash', () => {
  expect([fixed(-0.02), fixed(-0.0001), fixed(0), fixed(null), fixed(undefined), fixed(12.345, 1)]).toEqual(['−0.020', '0.000', '0.000', '–', '–', '12.3'])
  expect([signed(0.0134), signed(-0.02), signed(-0.0001)]).toEqual(['+0.013', '−0.020', '+0.000'])
})

test('intervals have their ends apart, so that a minus after a dash is not to be read', () => {
  expect(range({ low: -0.1, high: 0.2 }, 2)).toBe('−0.10 … 0.20')
  expect(estimate({ value: 0.8, low: 0.7, high: 0.9 }, 2)).toBe('0.80 (0.70 … 0.90)')
  expect(estimate(null)).toBe('–')
  expect([percent(0.1234), percent(null), percent(0.1234, 0), percentRange({ low: 0.1, high: 0.25 })]).toEqual(['12.3 %', '–', '12 %', '10.0 … 25.0 %'])
  expect([shortPercent(0.03), shortPercent(0.0064)]).toEqual(['3 %', '0.6 %'])
  expect([pText(0.0123), pText(0.0005)]).toEqual(['p = 0.012', 'p < 0.001'])
})
