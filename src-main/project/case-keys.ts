import type { Project } from './project.ts'

/**
 * What names a case on every machine: its SOP Instance UID; where the file has none, its path below the studies folder. Row numbers follow the order of import
 * and mean nothing in another copy.
 */
export const CASE_KEY_SQL = `coalesce(nullif(c.sop_instance_uid, ''), 'file ' || c.file)`

/** Keys of all cases of the project and their rows. */
export function casesByKey(project: Project): Map<string, number> {
  return new Map(project.database.all<{ id: number; key: string }>(`SELECT c.id, ${CASE_KEY_SQL} AS key FROM cases c`).map(({ id, key }) => [key, id]))
}
