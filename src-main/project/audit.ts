import { randomUUID } from 'node:crypto'

import type { AuditEntry } from '../contract/protocol.ts'
import type { Project } from './project.ts'

/** What left the project, came into it or changed in it: 'export', 'import', 'labels', 'model', 'plan', 'merge'. `details` carries counts, names of files and hashes, never a patient's value. */
export function recordAudit(project: Project, reader: string, action: string, details: Readonly<Record<string, unknown>>): void {
  project.database.transaction(() => project.database.run('INSERT INTO audit (uid, time, reader, action, details) VALUES (?, ?, ?, ?, ?)', [randomUUID(), new Date().toISOString(), reader, action, JSON.stringify(details)]))
}

/** Changes of flags stand in `readings`, everything else in `audit`: one log, oldest first. */
const LOG_SQL = `
  SELECT uid, time, reader, action, case_id AS caseId, details, NULL AS value, NULL AS parents FROM audit
  UNION ALL
  SELECT e.uid, e.time, r.name, e.kind, e.case_id, json_object('plan', p.name, 'pass', e.pass, 'model', e.model, 'undoes', e.target, 'step', e.step), coalesce(e.value, 'null'), e.parents
  FROM readings e JOIN readers r ON r.id = e.reader_id LEFT JOIN plans p ON p.id = e.plan_id
  UNION ALL
  SELECT a.uid, a.time, r.name, 'answer', a.case_id, json_object('plan', p.name, 'pass', a.pass), json_object('classIndex', a.class_index, 'seen', json(a.seen)), '[]'
  FROM answers a JOIN readers r ON r.id = a.reader_id JOIN plans p ON p.id = a.plan_id`
interface Row extends Pick<AuditEntry, 'uid' | 'time' | 'reader' | 'action' | 'caseId'> { readonly details: string; readonly value: string | null; readonly parents: string | null; readonly file: string | null }

/** Oldest first. */
export function auditPage(project: Project, { offset, limit }: { readonly offset: number; readonly limit: number }): { readonly entries: AuditEntry[]; readonly total: number } {
  const { database } = project
  const rows = database.all<Row>(`SELECT l.*, c.file FROM (${LOG_SQL}) l LEFT JOIN cases c ON c.id = l.caseId ORDER BY l.time, l.uid LIMIT ? OFFSET ?`, [limit, offset])
  const { total } = database.get<{ total: number }>('SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM readings) + (SELECT count(*) FROM answers) AS total')!
  return { entries: rows.map((row) => toEntry(project, row)), total }
}

function toEntry(project: Project, { value, parents, details, ...row }: Row): AuditEntry {
  const { before, after, ...more } = JSON.parse(details) as Record<string, unknown>
  if (value === null) return { ...row, before: before ?? null, after: after ?? null, details: more }
  return { ...row, before: replaced(project, parents!), after: JSON.parse(value) as unknown, details: more }
}

/** What a change replaced; a list where it settled what two copies said. */
function replaced(project: Project, parents: string): unknown {
  const values = project.database.all<{ value: string | null }>('SELECT value FROM readings WHERE uid IN (SELECT value FROM json_each(?)) ORDER BY time, uid', [parents]).map(({ value }) => value === null ? null : JSON.parse(value) as unknown)
  return values.length > 1 ? values : values[0] ?? null
}
