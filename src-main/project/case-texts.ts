import { fold } from './fold.ts'
import type { Project } from './project.ts'

/** What the text search looks through, from file, identifiers, label, note and the project's own columns. Call it within the change's transaction. */
export function refreshTexts(project: Project, caseIds: readonly number[]): void {
  const { database } = project
  for (const id of caseIds) {
    const parts = database.get<Record<string, string | null>>(TEXT_SQL, [id])
    if (!parts) continue
    database.run('INSERT INTO case_texts (case_id, text) VALUES (?, ?) ON CONFLICT (case_id) DO UPDATE SET text = excluded.text', [id, fold(Object.values(parts).filter((part) => part).join('\n'))])
  }
}

const TEXT_SQL = `
  SELECT c.file, c.sop_instance_uid, c.study_instance_uid, c.series_instance_uid, c.patient_id, c.accession, c.label, f.note,
    (SELECT group_concat(value, char(10)) FROM group_values WHERE case_id = c.id) AS groups
  FROM cases c LEFT JOIN flags f ON f.case_id = c.id WHERE c.id = ?`
