import type { KeptReport, PatternKind } from '../contract/patterns.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Project } from './project.ts'

/** Reports that a project keeps; the oldest go. */
const MOST_REPORTS = 60

export interface NewReport {
  readonly key: string
  readonly kind: PatternKind
  readonly request: unknown
  /** `id` of what is stored is not known before */
  readonly report: unknown
  readonly arrays: Readonly<Record<string, Uint8Array>>
}

/** Stores a report under its key in place of one that was there. Returns its row. */
export function keepReport(project: Project, { key, kind, request, report, arrays }: NewReport): number {
  const { database } = project
  return database.transaction(() => {
    database.run('DELETE FROM pattern_reports WHERE key = ?', [key])
    const { lastId } = database.run('INSERT INTO pattern_reports (key, kind, request, report, computed_at) VALUES (?, ?, ?, ?, ?)', [key, kind, JSON.stringify(request), JSON.stringify(report), new Date().toISOString()])
    for (const [name, data] of Object.entries(arrays)) database.run('INSERT INTO pattern_arrays (report_id, name, data) VALUES (?, ?, ?)', [lastId, name, data])
    database.run('DELETE FROM pattern_reports WHERE id NOT IN (SELECT id FROM pattern_reports ORDER BY id DESC LIMIT ?)', [MOST_REPORTS])
    return lastId
  })
}

/** Row of the report with this key; null: there is none. */
export function reportWithKey(project: Project, key: string): number | null {
  return project.database.get<{ id: number }>('SELECT id FROM pattern_reports WHERE key = ?', [key])?.id ?? null
}

/** Throws `no-such-run` where it is not kept (any more). */
export function keptReport(project: Project, id: number): { readonly kind: PatternKind; readonly report: object } {
  const row = project.database.get<{ kind: PatternKind; report: string }>('SELECT kind, report FROM pattern_reports WHERE id = ?', [id])
  if (!row) throw new ReviewError('no-such-run', `The project does not keep a report ${id} (any more). Work it out again.`, { details: { id } })
  return { kind: row.kind, report: JSON.parse(row.report) as object }
}

export function reportArray(project: Project, id: number, name: string): Uint8Array | null {
  return project.database.get<{ data: Uint8Array }>('SELECT data FROM pattern_arrays WHERE report_id = ? AND name = ?', [id, name])?.data ?? null
}

export function listReports(project: Project): KeptReport[] {
  const rows = project.database.all<{ id: number; kind: PatternKind; request: string; computedAt: string }>('SELECT id, kind, request, computed_at AS computedAt FROM pattern_reports ORDER BY id DESC')
  return rows.map(({ request, ...row }) => ({ ...row, request: JSON.parse(request) as unknown }))
}
