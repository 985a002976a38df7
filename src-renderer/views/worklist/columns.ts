import { CASE_COLUMNS, REASONS, type CaseRow } from '../../../src-main/contract/records.ts'
import { termLabel } from '../causal/causal-words.ts'
import { columnKind, columnLabel } from '../../stores/words.ts'

export interface ShownColumn { readonly name: string; readonly width: number }

export const MIN_WIDTH = 44
export const MAX_WIDTH = 800

/** What a reader needs first; the rest is in the chooser of columns. */
export const FIRST_COLUMNS: readonly ShownColumn[] = [
  { name: 'file', width: 136 },
  { name: 'outcome', width: 92 },
  { name: 'verdict', width: 140 },
  { name: 'suspicion', width: 88 },
  { name: 'label', width: 104 },
  { name: 'predictedClass', width: 104 },
  { name: 'confidence', width: 84 },
  { name: 'reasons', width: 150 },
]

/** Every column that this project has, in the order of the chooser. */
export function availableColumns(groupColumns: readonly string[]): string[] {
  return [...Object.keys(CASE_COLUMNS), ...groupColumns.map((name) => `group:${name}`)]
}

/** What was kept from another project may name columns that this one lacks. */
export function usableColumns(kept: readonly ShownColumn[], available: readonly string[]): ShownColumn[] {
  const usable = kept.filter(({ name }) => available.includes(name))
  return usable.length > 0 ? usable : [...FIRST_COLUMNS]
}

export function defaultWidth(name: string): number {
  return FIRST_COLUMNS.find((column) => column.name === name)?.width ?? (columnKind(name) === 'number' ? 72 : 120)
}

/** A cell as text; 'outcome' and 'verdict' are drawn as marks instead. */
export function cellText(row: CaseRow, column: string, className: (index: number | null) => string): string {
  if (column.startsWith('group:')) return row.groups[column.slice(6)] ?? ''
  switch (column) {
    case 'predictedClass': return className(row.predictedClass)
    case 'labelClass': return className(row.labelClass)
    case 'confidence': return row.confidence === null ? '' : row.confidence.toFixed(3)
    case 'suspicion': return row.suspicion === null ? '' : row.suspicion.toFixed(2)
    case 'suspectTerm': return row.suspectTerm === '' ? '' : termLabel(row.suspectTerm)
    case 'reasons': return row.reasons.map((code) => REASONS[code]).join(', ')
    case 'flaggedAt': return row.flaggedAt === null ? '' : localTime(row.flaggedAt)
    case 'status': return row.status === 'ready' ? 'Ready' : 'Unreadable'
    default: return String(row[column as keyof CaseRow] ?? '')
  }
}

/** '2026-11-23 14:05', local time. */
export function localTime(iso: string): string {
  const time = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`
}

export function isNumeric(column: string): boolean {
  return columnKind(column) === 'number' && column !== 'predictedClass' && column !== 'labelClass'
}

/** what is read from its upper end */
const GREATEST_FIRST: ReadonlySet<string> = new Set(['suspicion'])

/** The order after another press on a column's head: ascending, descending, none; or descending, ascending, none. */
export function nextSort(sort: { column: string; descending: boolean } | null, column: string): { column: string; descending: boolean } | null {
  const first = GREATEST_FIRST.has(column)
  if (sort?.column !== column) return { column, descending: first }
  return sort.descending === first ? { column, descending: !first } : null
}

export { columnLabel }
