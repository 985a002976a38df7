import { describe, expect, it } from 'vitest'
import { gradientRules } from '../../../src-main/autodiff/rules/table.ts'
import { allCases } from './cases/all.ts'
import { compareWithDifferences, SEED } from './finite-differences.ts'

describe(`gradient rules against central differences (seed ${SEED})`, () => {
  for (const test of allCases) {
    it(`${test.op}, ${test.about} (opset ${test.opset}, ${test.precision})`, async () => {
      for (const { operand, largestError, largestGradient, tolerance } of await compareWithDifferences(test, false)) {
        expect(largestError, `operand ${operand}, seed ${SEED}, largest gradient ${largestGradient}`).toBeLessThan(tolerance)
      }
    })
  }
})

describe('gradient rules with an open batch', () => {
  const alone = allCases.filter(({ operands, fixedBatch }) => !fixedBatch && operands.filter((operand) => operand?.variable).length === 1 && operands[0]?.variable && operands[0].dims[0] === 2)
  for (const test of alone) {
    it(`${test.op}, ${test.about} (opset ${test.opset})`, async () => {
      for (const { operand, largestError, tolerance } of await compareWithDifferences(test, true)) {
        expect(largestError, `operand ${operand}, seed ${SEED}`).toBeLessThan(tolerance)
      }
    })
  }
})

describe('the table of rules', () => {
  const tested = new Set(allCases.map(({ op }) => op))
  for (const [operator, rule] of Object.entries(gradientRules)) {
    if (typeof rule !== 'function') continue
    it(`${operator} has a case against central differences`, () => {
      expect(tested.has(operator)).toBe(true)
    })
  }
})
