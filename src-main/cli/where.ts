import { CASE_COLUMNS, Filter, type Condition } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'

const OPERATORS = { '!=': 'is-not', '<=': 'at-most', '>=': 'at-least', '=': 'is', '<': 'less', '>': 'more', '~': 'contains' } as const satisfies Record<string, Condition['op']>
const TERM = /^(?<column>.+?)\s*(?<sign>!=|<=|>=|=|<|>|~)\s*(?<value>.*)$/s

/**
 * The conditions of `--where` as a filter; all of them hold.
 *
 *     verdict=wrong-reason      is                outcome=incorrect|unlabelled   is one of (`\|` is a bar)
 *     verdict!=unsure           is not            verdict=      verdict!=        is empty, is not empty
 *     ageYears>=60              < <= > >=         file~portable                  contains
 *     group:site=A              a column of the labels file
 *     text=effusion             anywhere, as the window's search
 *     sample=3                  the cases of a drawn sample
 *
 * Throws `bad-filter` with the columns that there are.
 */
export function parseWhere(terms: readonly string[]): Filter {
  let text = ''
  let sampleId: number | null = null
  const conditions: Condition[] = []
  for (const term of terms) {
    const match = TERM.exec(term)?.groups
    if (!match) throw new ReviewError('bad-filter', `'${term}' is not a condition. Write a column, one of = != < <= > >= ~, and a value, as in verdict=wrong-reason.`)
    const { column, sign, value } = match as { column: string; sign: keyof typeof OPERATORS; value: string }
    if (column === 'text' && sign === '=') text = value
    else if (column === 'sample' && sign === '=') sampleId = number(term, value)
    else conditions.push(condition(term, column, sign, value))
  }
  const filter = Filter.safeParse({ text, conditions, sampleId })
  if (!filter.success) throw new ReviewError('bad-filter', `The condition is not valid: ${filter.error.issues[0].message}.`)
  return filter.data
}

function condition(term: string, column: string, sign: keyof typeof OPERATORS, value: string): Condition {
  const type = column.startsWith('group:') ? 'text' : Object.hasOwn(CASE_COLUMNS, column) ? CASE_COLUMNS[column as keyof typeof CASE_COLUMNS] : null
  if (type === null) throw new ReviewError('bad-filter', `There is no column '${column}'. The columns are: ${Object.keys(CASE_COLUMNS).join(', ')}, and group:NAME for a column of the labels file.`)
  const op = OPERATORS[sign]
  if (value === '' && (op === 'is' || op === 'is-not')) return { column, op: op === 'is' ? 'empty' : 'not-empty', value: null }
  const ordered = sign.startsWith('<') || sign.startsWith('>')
  const typed = (text: string) => type === 'number' || ordered ? number(term, text) : text
  if (op !== 'is') return { column, op, value: op === 'contains' ? value : typed(value) }
  const values = value.split(/(?<!\\)\|/).map((text) => typed(text.replaceAll('\\|', '|')))
  return values.length === 1 ? { column, op, value: values[0] } : { column, op: 'in', value: values }
}

function number(term: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new ReviewError('bad-filter', `'${term}' needs a number after its sign, not '${text}'.`)
  return value
}
