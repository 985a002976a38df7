import type { Condition, Filter } from '../../contract/records.ts'

const OPERATORS: Readonly<Record<Condition['op'], string>> = {
  'is': '', 'is-not': 'not', 'in': 'one of', 'contains': 'containing', 'less': '<', 'at-most': '≤', 'more': '>', 'at-least': '≥', 'empty': 'empty', 'not-empty': 'not empty',
}
/** columns whose values may tell who a patient is */
const IDENTIFYING: ReadonlySet<string> = new Set(['patientId', 'accession', 'file', 'sopInstanceUid', 'note', 'institution', 'station'])

export const isIdentifying = (column: string): boolean => IDENTIFYING.has(column)

/** Whom a filter lets through, in words; values that may tell who a patient is stand as '…' unless plain identifiers are asked for. */
export function filterWords({ text, conditions }: Filter, classes: readonly string[], plain: boolean): string[] {
  const words = conditions.map(({ column, op, value }) => {
    const name = column.replace(/^group:/, '')
    if (op === 'empty' || op === 'not-empty') return `${name} ${OPERATORS[op]}`
    const values = (Array.isArray(value) ? value : [value]).map((one) => column === 'predictedClass' || column === 'labelClass' ? classes[Number(one)] ?? String(one) : String(one))
    return [name, OPERATORS[op], plain || !IDENTIFYING.has(column) ? values.join(', ') : '…'].filter(Boolean).join(' ')
  })
  return text === '' ? words : [`the text '${plain ? text : '…'}'`, ...words]
}
