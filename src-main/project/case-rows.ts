import type { CaseDetail, CaseRow, Notice, Outcome, Verdict } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import { join } from 'node:path'
import { floatsOf } from './blobs.ts'
import { OUTCOME_SQL } from './columns.ts'
import type { Project } from './project.ts'
import { flagOf, splitReasons } from './flags.ts'

const ROW_SQL = `
  SELECT c.id, c.file, c.sop_instance_uid AS sopInstanceUid, c.patient_id AS patientId, c.accession, c.modality, c.sex, c.age_years AS ageYears,
    c.manufacturer, c.model_name AS modelName, c.station, c.institution, c.view, c.body_part AS bodyPart, c.rows, c.columns,
    c.label, c.label_class AS labelClass, s.predicted AS predictedClass, s.confidence, ${OUTCOME_SQL} AS outcome,
    f.verdict, coalesce(f.reasons, '') AS reasons, coalesce(f.note, '') AS note, f.time AS flaggedAt, u.suspicion, coalesce(u.term, '') AS suspectTerm, c.status, c.error, p.error AS runError
  FROM cases c LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id LEFT JOIN flags f ON f.case_id = c.id
    LEFT JOIN suspicions u ON u.model_id = ? AND u.case_id = c.id
    LEFT JOIN run_problems p ON p.model_id = ? AND p.case_id = c.id`

interface RawRow extends Omit<CaseRow, 'reasons' | 'error' | 'runError' | 'groups' | 'outcome' | 'verdict'> {
  readonly outcome: Outcome
  readonly verdict: Verdict | null
  readonly reasons: string
  readonly error: string | null
  readonly runError: string | null
}

/** The rows of these cases, in this order; a case that is not there any more is left out. */
export function caseRows(project: Project, ids: Iterable<number>): CaseRow[] {
  const wanted = [...ids]
  const list = JSON.stringify(wanted)
  const raw = project.database.all<RawRow>(`${ROW_SQL} WHERE c.id IN (SELECT value FROM json_each(?))`, [project.modelId, project.modelId, project.modelId, list])
  const groups = groupsOf(project, list)
  const rows = new Map(raw.map((row) => [row.id, toRow(row, groups.get(row.id) ?? {})]))
  return wanted.flatMap((id) => rows.get(id) ?? [])
}

/** Throws `no-such-case`. */
export function caseDetail(project: Project, caseId: number): CaseDetail {
  const [row] = caseRows(project, [caseId])
  const { database, modelId } = project
  const more = database.get<{ study: string; series: string; frames: number; syntax: string; photometric: string; notices: string }>(
    'SELECT study_instance_uid AS study, series_instance_uid AS series, frames, transfer_syntax AS syntax, photometric, notices FROM cases WHERE id = ?', [caseId])
  if (!row || !more) throw noSuchCase(caseId)
  const scores = database.get<{ logits: Uint8Array; probabilities: Uint8Array }>('SELECT logits, probabilities FROM score_details WHERE model_id = ? AND case_id = ?', [modelId, caseId])
  const problem = database.get<{ crashes: number }>('SELECT crashes FROM run_problems WHERE model_id = ? AND case_id = ?', [modelId, caseId])
  return {
    ...row,
    studyInstanceUid: more.study,
    seriesInstanceUid: more.series,
    frames: more.frames,
    transferSyntax: more.syntax,
    photometric: more.photometric,
    logits: scores ? [...floatsOf(scores.logits)] : null,
    probabilities: scores ? [...floatsOf(scores.probabilities)] : null,
    flag: flagOf(project, caseId),
    notices: JSON.parse(more.notices) as Notice[],
    crashes: problem?.crashes ?? 0,
  }
}

/** Where the case's file lies now. Throws `no-such-case`. */
export function pathOfCase(project: Project, caseId: number): { readonly path: string; readonly frames: number; readonly status: 'ready' | 'unreadable'; readonly error: ErrorRecord | null; readonly modifiedMs: number | null } {
  const found = project.database.get<{ folder: string; file: string; frames: number; status: 'ready' | 'unreadable'; error: string | null; modifiedMs: number | null }>(
    'SELECT d.path AS folder, c.file, c.frames, c.status, c.error, f.modified_ms AS modifiedMs FROM cases c JOIN folders d ON d.id = c.folder_id LEFT JOIN files f ON f.folder_id = c.folder_id AND f.file = c.file WHERE c.id = ?', [caseId])
  if (!found) throw noSuchCase(caseId)
  return { path: join(found.folder, found.file), frames: found.frames, status: found.status, modifiedMs: found.modifiedMs, error: found.error === null ? null : JSON.parse(found.error) as ErrorRecord }
}

export function noSuchCase(caseId: number): ReviewError {
  return new ReviewError('no-such-case', `The project has no case ${caseId}. Reload the list and choose another one.`, { details: { caseId } })
}

function groupsOf(project: Project, list: string): Map<number, Record<string, string>> {
  const values = project.database.all<{ id: number; name: string; value: string }>(
    'SELECT g.case_id AS id, n.name, g.value FROM group_values g JOIN group_columns n ON n.id = g.column_id WHERE g.case_id IN (SELECT value FROM json_each(?)) ORDER BY n.id', [list])
  const groups = new Map<number, Record<string, string>>()
  for (const { id, name, value } of values) {
    const of = groups.get(id) ?? {}
    of[name] = value
    groups.set(id, of)
  }
  return groups
}

function toRow(raw: RawRow, groups: Record<string, string>): CaseRow {
  return { ...raw, reasons: splitReasons(raw.reasons), error: errorOf(raw.error), runError: errorOf(raw.runError), groups }
}

function errorOf(json: string | null): ErrorRecord | null {
  return json === null ? null : JSON.parse(json) as ErrorRecord
}
