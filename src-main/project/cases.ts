import type { Notice } from '../contract/records.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import { changed } from './project.ts'
import type { Project } from './project.ts'
import { refreshTexts } from './case-texts.ts'

/** What the header of a file tells of a case. */
export interface CaseFacts {
  readonly sopInstanceUid: string
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly patientId: string
  readonly accession: string
  readonly modality: string
  readonly sex: string
  readonly ageYears: number | null
  readonly manufacturer: string
  readonly modelName: string
  readonly station: string
  readonly institution: string
  readonly view: string
  readonly bodyPart: string
  readonly rows: number | null
  readonly columns: number | null
  readonly frames: number
  readonly transferSyntax: string
  readonly photometric: string
  readonly notices: readonly Notice[]
}

/** A file that an import has looked at. */
export interface LookedAt {
  /** relative to the folder, with forward slashes */
  readonly file: string
  readonly bytes: number
  readonly modifiedMs: number
  /** null: not DICOM */
  readonly facts: CaseFacts | null
  /** DICOM without a readable image; the case is listed with it */
  readonly error: ErrorRecord | null
}

export interface Added { readonly added: number; readonly known: number; readonly unreadable: number; readonly caseIds: readonly number[] }

export const NO_FACTS: CaseFacts = {
  sopInstanceUid: '', studyInstanceUid: '', seriesInstanceUid: '', patientId: '', accession: '', modality: '', sex: '', ageYears: null, manufacturer: '', modelName: '',
  station: '', institution: '', view: '', bodyPart: '', rows: null, columns: null, frames: 1, transferSyntax: '', photometric: '', notices: [],
}

/** The row of a studies folder, made when it is new. */
export function folderId(project: Project, path: string): number {
  return project.database.get<{ id: number }>(
    'INSERT INTO folders (path, added_at) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET path = excluded.path RETURNING id', [path, new Date().toISOString()])!.id
}

/** Files of a folder that were looked at before, with what tells whether they changed since. */
export function knownFiles(project: Project, folder: number): Map<string, { readonly bytes: number; readonly modifiedMs: number; readonly caseId: number | null }> {
  const rows = project.database.all<{ file: string; bytes: number; modifiedMs: number; caseId: number | null }>(
    'SELECT file, bytes, modified_ms AS modifiedMs, case_id AS caseId FROM files WHERE folder_id = ?', [folder])
  return new Map(rows.map(({ file, ...rest }) => [file, rest]))
}

/**
 * Stores files that were looked at, in one transaction. A case is the same by its SOP Instance UID, wherever the file lies: a copy adds nothing,
 * and a file that moved takes its case along with all there is of it. Scores and maps of a case whose file changed are dropped, its flag is kept.
 */
export function addFiles(project: Project, folder: number, files: readonly LookedAt[], stillThere: (caseId: number) => boolean): Added {
  const { database } = project
  const caseIds: number[] = []
  let known = 0
  let added = 0
  let unreadable = 0
  database.transaction(() => {
    for (const looked of files) {
      const caseId = looked.facts === null ? null : store(looked, looked.facts)
      database.run(
        'INSERT INTO files (folder_id, file, bytes, modified_ms, case_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT (folder_id, file) DO UPDATE SET bytes = excluded.bytes, modified_ms = excluded.modified_ms, case_id = excluded.case_id',
        [folder, looked.file, looked.bytes, looked.modifiedMs, caseId])
    }
    refreshTexts(project, caseIds)
  })
  if (caseIds.length > 0) changed(project, 'cases', 'labels', 'scores', 'texts')
  return { added, known, unreadable, caseIds }

  function store(looked: LookedAt, facts: CaseFacts): number {
    const samePlace = database.get<{ id: number; uid: string }>('SELECT id, sop_instance_uid AS uid FROM cases WHERE folder_id = ? AND file = ?', [folder, looked.file])
    const sameUid = facts.sopInstanceUid === '' ? undefined : database.get<{ id: number }>('SELECT id FROM cases WHERE sop_instance_uid = ? AND sop_instance_uid <> \'\'', [facts.sopInstanceUid])
    if (sameUid && sameUid.id !== samePlace?.id && (samePlace || stillThere(sameUid.id))) {
      known++
      return sameUid.id
    }
    const existing = samePlace ?? sameUid
    const values = [
      folder, looked.file, looked.error === null ? 'ready' : 'unreadable', facts.modality, facts.sex, facts.ageYears, facts.manufacturer, facts.modelName, facts.station, facts.institution,
      facts.view, facts.bodyPart, facts.rows, facts.columns, facts.frames, facts.patientId, facts.accession, facts.sopInstanceUid, facts.studyInstanceUid, facts.seriesInstanceUid,
      facts.transferSyntax, facts.photometric, JSON.stringify(facts.notices), looked.error === null ? null : JSON.stringify(looked.error),
    ]
    if (looked.error !== null) unreadable++
    if (existing) {
      known++
      const outdated = samePlace || !isSameFile(existing.id, looked) ? ['scores', 'attributions', 'image_statistics', 'run_problems'] : ['run_problems']
      for (const table of outdated) database.run(`DELETE FROM ${table} WHERE case_id = ?`, [existing.id])
      database.run(`UPDATE cases SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [...values, existing.id])
      caseIds.push(existing.id)
      return existing.id
    }
    added++
    const { lastId } = database.run(`INSERT INTO cases (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`, values)
    caseIds.push(lastId)
    return lastId
  }

  /** of the size and time that the case's file had where it was before */
  function isSameFile(caseId: number, { bytes, modifiedMs }: LookedAt): boolean {
    return database.get('SELECT 1 FROM cases c JOIN files f ON f.folder_id = c.folder_id AND f.file = c.file WHERE c.id = ? AND f.bytes = ? AND f.modified_ms = ?', [caseId, bytes, modifiedMs]) !== undefined
  }
}

const COLUMNS = [
  'folder_id', 'file', 'status', 'modality', 'sex', 'age_years', 'manufacturer', 'model_name', 'station', 'institution', 'view', 'body_part', 'rows', 'columns', 'frames',
  'patient_id', 'accession', 'sop_instance_uid', 'study_instance_uid', 'series_instance_uid', 'transfer_syntax', 'photometric', 'notices', 'error',
]
