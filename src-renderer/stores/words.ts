import { CASE_COLUMNS, type CaseColumn, type Condition, type Outcome, type Verdict } from '../../src-main/contract/records.ts'

/** The window's words for the codes of the contract. */
export const VERDICT_LABELS: Record<Verdict, string> = {
  'right-reason': 'Right reason',
  'wrong-reason': 'Wrong reason',
  'wrong': 'Wrong prediction',
  'unsure': 'Unsure',
}

export const OUTCOME_LABELS: Record<Outcome, string> = {
  correct: 'Correct',
  incorrect: 'Incorrect',
  unlabelled: 'No label',
  'not-run': 'Not run',
}

export const COLUMN_LABELS: Record<CaseColumn, string> = {
  id: 'Case', file: 'File', sopInstanceUid: 'SOP Instance UID', patientId: 'Patient ID', accession: 'Accession', modality: 'Modality', sex: 'Sex', ageYears: 'Age',
  manufacturer: 'Manufacturer', modelName: 'Scanner model', station: 'Station', institution: 'Institution', view: 'View', bodyPart: 'Body part',
  rows: 'Rows', columns: 'Columns', label: 'Label', labelClass: 'Label class', predictedClass: 'Predicted', confidence: 'Confidence',
  outcome: 'Outcome', verdict: 'Verdict', reasons: 'Reasons', note: 'Note', flaggedAt: 'Flagged', suspicion: 'Suspicion', suspectTerm: 'Suspect for', status: 'Status',
}

export function isCaseColumn(column: string): column is CaseColumn {
  return Object.hasOwn(CASE_COLUMNS, column)
}
export function columnLabel(column: string): string {
  return isCaseColumn(column) ? COLUMN_LABELS[column] : column.replace(/^group:/, '')
}
export function columnKind(column: string): 'text' | 'number' {
  return isCaseColumn(column) ? CASE_COLUMNS[column] : 'text'
}

export const OPERATOR_LABELS: Record<Condition['op'], string> = {
  is: 'is', 'is-not': 'is not', in: 'is one of', contains: 'contains', less: 'is less than', 'at-most': 'is at most', more: 'is more than', 'at-least': 'is at least',
  empty: 'is empty', 'not-empty': 'is not empty',
}
export const OPERATORS_OF: Record<'text' | 'number', readonly Condition['op'][]> = {
  text: ['is', 'is-not', 'in', 'contains', 'empty', 'not-empty'],
  number: ['is', 'is-not', 'less', 'at-most', 'more', 'at-least', 'empty', 'not-empty'],
}
export const NEEDS_NO_VALUE: ReadonlySet<Condition['op']> = new Set(['empty', 'not-empty'])

/** '1.5 MB', in powers of ten as file managers have it. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let place = 0
  while (value >= 999.5 && place < units.length - 1) {
    value /= 1000
    place++
  }
  return `${value < 10 && place > 0 ? value.toFixed(1) : Math.round(value)} ${units[place]}`
}

/** The last part of a path of either system. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}
