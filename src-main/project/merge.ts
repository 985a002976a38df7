import { basename } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { MergeReport, Pass } from '../contract/protocol.ts'
import { CASE_KEY_SQL } from './case-keys.ts'
import type { SqlValue } from './database.ts'
import type { Project } from './project.ts'
import { allChanges, held, readerId, stand } from './readings.ts'

/** Rows that are in one copy and not yet in the other, by the name that both know them by. */
type Row = Readonly<Record<string, SqlValue>>

/**
 * Takes into `project` what is in `other`, a copy of it: plans, readings, answers and the audit log, each row by its uid. Rows are only added and what holds is worked
 * out of all of them, so nothing is overwritten, a second merge adds nothing, and the order of merges does not matter. Throws `merge-mismatch` where the two are
 * not copies of one review: other cases, other labels, or another model.
 */
export function mergeProject(project: Project, other: Project): MergeReport {
  const caseIds = matchCases(project, other)
  requireSameModel(project, other)
  const { database } = project
  const before = new Set(inConflict(project).map(keyText))
  const counts = database.durably(() => {
    const known = (table: string) => new Set(database.all<{ uid: string }>(`SELECT uid FROM ${table}`).map(({ uid }) => uid))
    const news = (table: string, sql: string): Row[] => {
      const there = known(table)
      return other.database.all<Row>(sql).filter(({ uid }) => !there.has(String(uid)))
    }
    const plans = news('plans', 'SELECT * FROM plans ORDER BY id')
    for (const plan of plans) addPlan(project, other, plan, caseIds)
    const planIds = new Map(other.database.all<{ id: number; uid: string }>('SELECT id, uid FROM plans').map(({ id, uid }) => [id, database.get<{ id: number }>('SELECT id FROM plans WHERE uid = ?', [uid])!.id]))
    const here = (row: Row): Row => ({
      ...row, case_id: row.case_id === null ? null : caseIds.get(Number(row.case_id))!,
      ...('plan_id' in row ? { plan_id: row.plan_id === null ? null : planIds.get(Number(row.plan_id))! } : {}),
      ...('reader' in row && 'reader_id' in row ? { reader_id: readerId(project, String(row.reader)) } : {}),
    })
    const readings = news('readings', 'SELECT e.*, r.name AS reader FROM readings e JOIN readers r ON r.id = e.reader_id ORDER BY e.time, e.id').map(here)
    const answers = news('answers', 'SELECT a.*, r.name AS reader FROM answers a JOIN readers r ON r.id = a.reader_id ORDER BY a.time, a.id').map(here)
    const audit = news('audit', 'SELECT * FROM audit ORDER BY time, id').map(here)
    insert(project, 'readings', ['uid', 'case_id', 'plan_id', 'reader_id', 'pass', 'kind', 'target', 'parents', 'step', 'time', 'model', 'value'], readings)
    insert(project, 'answers', ['uid', 'plan_id', 'case_id', 'reader_id', 'pass', 'time', 'class_index', 'seen'], answers)
    insert(project, 'audit', ['uid', 'time', 'reader', 'action', 'case_id', 'details'], audit)
    stand(project, [...new Set(readings.map(({ case_id }) => Number(case_id)))])
    return { readings: readings.length, plans: plans.length, audit: audit.length, readers: [...new Set(readings.map(({ reader }) => String(reader)))].sort() }
  })
  return { file: other.file, ...counts, conflicts: inConflict(project).filter((one) => !before.has(keyText(one))) }
}

/** Which case of `project` each of `other`'s is. */
function matchCases(project: Project, other: Project): Map<number, number> {
  const ours = labelledCases(project)
  const theirs = labelledCases(other)
  const missing = [...theirs.keys()].filter((key) => !ours.has(key)).length
  const more = [...ours.keys()].filter((key) => !theirs.has(key)).length
  if (missing > 0 || more > 0) {
    throw mismatch(other, `has other cases: ${missing} of its ${theirs.size} are not in '${basename(project.file)}', and ${more} of that one's ${ours.size} are not in it. Readers have to work on copies of one project; import the same studies into both, then merge again`, { missing, more })
  }
  const labels = [...theirs].filter(([key, { label }]) => ours.get(key)!.label !== label).length
  if (labels > 0) throw mismatch(other, `has other labels on ${labels} of its cases, so the same prediction would be right in one and wrong in the other. Apply the same labels file to both, then merge again`, { labels })
  return new Map([...theirs].map(([key, { id }]) => [id, ours.get(key)!.id]))
}

function labelledCases(project: Project): Map<string, { readonly id: number; readonly label: string | null }> {
  return new Map(project.database.all<{ id: number; key: string; label: string | null }>(`SELECT c.id, ${CASE_KEY_SQL} AS key, c.label FROM cases c`).map(({ key, ...rest }) => [key, rest]))
}

/** A copy may have gone on to another model; then the other still has the one in use among its own. */
function requireSameModel(project: Project, other: Project): void {
  const models = (of: Project) => of.database.all<{ id: number; key: string; name: string }>(`SELECT id, sha256 || ' ' || profile_sha256 AS key, name FROM models`)
  const [ours, theirs] = [models(project), models(other)]
  const inUse = (rows: typeof ours, id: number | null) => rows.find((row) => row.id === id)
  const [our, their] = [inUse(ours, project.modelId), inUse(theirs, other.modelId)]
  if (!our || !their || ours.some(({ key }) => key === their.key) || theirs.some(({ key }) => key === our.key)) return
  throw mismatch(other, `judges another model: '${their.name}' there, '${our.name}' in '${basename(project.file)}', by file or profile. Flags say something of one model; use the same in both copies`, {})
}

function mismatch(other: Project, what: string, details: Record<string, number>): ReviewError {
  return new ReviewError('merge-mismatch', `'${basename(other.file)}' ${what}.`, { details })
}

function addPlan(project: Project, other: Project, plan: Row, caseIds: ReadonlyMap<number, number>): void {
  const { database } = project
  insert(project, 'plans', ['uid', 'name', 'definition', 'population', 'model', 'made_by', 'made_at'], [plan])
  const { id } = database.get<{ id: number }>('SELECT id FROM plans WHERE uid = ?', [plan.uid])!
  const parts = (table: string): Row[] => other.database.all<Row>(`SELECT * FROM ${table} WHERE plan_id = ?`, [plan.id]).map((row) => ({ ...row, plan_id: id, ...('case_id' in row ? { case_id: caseIds.get(Number(row.case_id))! } : {}) }))
  insert(project, 'plan_strata', ['plan_id', 'stratum', 'name', 'population'], parts('plan_strata'))
  insert(project, 'plan_cases', ['plan_id', 'pass', 'position', 'case_id', 'stratum'], parts('plan_cases'))
}

function insert({ database }: Project, table: string, columns: readonly string[], rows: readonly Row[]): void {
  for (const row of rows) database.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`, columns.map((column) => row[column]))
}

type InConflict = MergeReport['conflicts'][number]

/** One reader's word on one case that differs between two copies. */
export function inConflict(project: Project): InConflict[] {
  const files = new Map<number, string>()
  return held(allChanges(project)).filter((one) => one.inConflict).map(({ key: { caseId, planId, reader, pass } }): InConflict => {
    if (!files.has(caseId)) files.set(caseId, project.database.get<{ file: string }>('SELECT file FROM cases WHERE id = ?', [caseId])!.file)
    return { planId, caseId, file: files.get(caseId)!, reader, pass }
  }).sort((a, b) => a.caseId - b.caseId || (a.reader < b.reader ? -1 : 1))
}

function keyText({ planId, caseId, reader, pass }: { readonly planId: number | null; readonly caseId: number; readonly reader: string; readonly pass: Pass }): string {
  return JSON.stringify([planId, caseId, reader, pass])
}
