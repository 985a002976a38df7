import { REASONS, type Condition, type ReasonCode } from '../../../src-main/contract/records.ts'
import { columnLabel, NEEDS_NO_VALUE, OPERATOR_LABELS, OUTCOME_LABELS, VERDICT_LABELS } from '../../stores/words.ts'

/** A stored value in the window's words: class names for classes, labels for codes. */
export function valueText(column: string, value: string | number | null, className: (index: number | null) => string): string {
  if (value === null || value === '') return '(empty)'
  if (column === 'predictedClass' || column === 'labelClass') return className(Number(value))
  const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    outcome: OUTCOME_LABELS, verdict: VERDICT_LABELS, status: { ready: 'Ready', unreadable: 'Unreadable' }, reasons: REASONS satisfies Record<ReasonCode, string>,
  }
  return words[column]?.[String(value)] ?? String(value)
}

/** A condition as a reader would say it: 'Age is at least 60'. */
export function conditionText(condition: Condition, className: (index: number | null) => string): string {
  const subject = `${columnLabel(condition.column)} ${OPERATOR_LABELS[condition.op]}`
  if (NEEDS_NO_VALUE.has(condition.op)) return subject
  if (condition.column === 'suspicion' && condition.op === 'at-least') return `Suspicion ${Number(condition.value)} or more`
  const values = Array.isArray(condition.value) ? condition.value : [condition.value]
  return `${subject} ${values.map((value) => valueText(condition.column, value, className)).join(', ')}`
}
