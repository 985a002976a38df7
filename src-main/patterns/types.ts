import type { GroupName } from '../contract/patterns.ts'

/** The cases that a question is about, a place in each array by case. */
export interface CaseTable {
  readonly ids: Int32Array
  /** the same number for the same patient; −1: no patient id */
  readonly patients: Int32Array
  /** class of the label; −1: none */
  readonly labels: Int32Array
  /** −1: not scored */
  readonly predicted: Int32Array
  /** probability of the positive class; 0 where not scored */
  readonly scores: Float32Array
  /** place in VERDICTS; −1: not flagged */
  readonly verdicts: Int8Array
}

/** A group and its cases, as places in the table, ascending. */
export interface Group { readonly group: GroupName; readonly rows: Uint32Array }

/** What an analysis tells while it works. */
export interface AnalysisNotes { progress(done: number, total: number, message: string): void }
