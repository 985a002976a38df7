import type { Condition } from '../../../src-main/contract/records.ts'
import { columnKind, NEEDS_NO_VALUE, OPERATORS_OF } from '../../stores/words.ts'

/** A condition that still lacks its value narrows nothing. */
export function isComplete(condition: Condition): boolean {
  if (NEEDS_NO_VALUE.has(condition.op)) return true
  if (condition.op === 'in') return Array.isArray(condition.value) && condition.value.length > 0
  return condition.value !== null && condition.value !== ''
}

/** Columns of a few known values are ticked, the others typed. */
export function operatorsFor(column: string): readonly Condition['op'][] {
  if (column === 'predictedClass' || column === 'labelClass') return ['in', 'is-not', 'empty', 'not-empty']
  return OPERATORS_OF[columnKind(column)]
}

/** The condition under another column: the operator stays where it can. */
export function withColumn(condition: Condition, column: string): Condition {
  const operators = operatorsFor(column)
  const op = operators.includes(condition.op) ? condition.op : operators.includes('in') ? 'in' : operators[0]
  return { column, op, value: op === 'in' ? [] : null }
}
export function withOperator(condition: Condition, op: Condition['op']): Condition {
  const single = Array.isArray(condition.value) ? (condition.value[0] ?? null) : condition.value
  if (NEEDS_NO_VALUE.has(op)) return { ...condition, op, value: null }
  return { ...condition, op, value: op === 'in' ? (single === null ? [] : [single]) : single }
}
