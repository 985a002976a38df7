import type { Filter, ProviderId } from '../contract/records.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import { bytesOf } from './blobs.ts'
import { caseQuery } from './filter-sql.ts'
import { changed } from './project.ts'
import type { Project } from './project.ts'
import { parametersOf, queryContext } from './worklist.ts'

/** What a run of the model told of one case, and what it was told with. */
export interface ScoredCase {
  readonly caseId: number
  readonly logits: Float32Array
  readonly probabilities: Float32Array
  readonly predicted: number
  readonly pixelSha256: string
  readonly provider: ProviderId
  readonly version: string
  readonly elapsedMs: number
  readonly crashes: number
}

/** Of the model in use. Replaces what was there; call it within a transaction where many come at once. */
export function storeScores(project: Project, modelId: number, scored: ScoredCase): void {
  const { database } = project
  const { caseId } = scored
  database.transaction(() => {
    database.run('INSERT INTO scores (model_id, case_id, predicted, confidence) VALUES (?, ?, ?, ?) ON CONFLICT (model_id, case_id) DO UPDATE SET predicted = excluded.predicted, confidence = excluded.confidence',
      [modelId, caseId, scored.predicted, scored.probabilities[scored.predicted] ?? null])
    database.run(
      `INSERT OR REPLACE INTO score_details (model_id, case_id, logits, probabilities, pixel_sha256, provider, version, elapsed_ms, computed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [modelId, caseId, bytesOf(scored.logits), bytesOf(scored.probabilities), scored.pixelSha256, scored.provider, scored.version, scored.elapsedMs, new Date().toISOString()])
    storeProblem(project, modelId, caseId, null, scored.crashes)
  })
  changed(project, 'scores')
}

/** A run of a case that failed or that the compute process ended during; the case keeps the scores it has. */
export function storeProblem(project: Project, modelId: number, caseId: number, error: ErrorRecord | null, crashes: number): void {
  const { database } = project
  database.transaction(() => {
    if (error === null && crashes === 0) database.run('DELETE FROM run_problems WHERE model_id = ? AND case_id = ?', [modelId, caseId])
    else database.run('INSERT OR REPLACE INTO run_problems (model_id, case_id, error, crashes) VALUES (?, ?, ?, ?)', [modelId, caseId, error && JSON.stringify(error), crashes])
  })
}

/** Readable cases of the filter that lack scores or, where `spec` says so, a map of that kind, or with `features` the model's features. `classIndex` null: of the predicted class. */
export function casesToRun(project: Project, filter: Filter, wanted: { readonly spec: string; readonly classSql: ClassSql } | null, features = false): number[] {
  const query = caseQuery(queryContext(project), filter, null, ['score'])
  const lacking = wanted === null
    ? { sql: 's.case_id IS NULL', parameters: [] }
    : {
        sql: `s.case_id IS NULL OR (${wanted.classSql.sql} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attributions a WHERE a.case_id = c.id AND a.model_id = s.model_id AND a.spec = ? AND a.class_index = ${wanted.classSql.sql}))`,
        parameters: [...wanted.classSql.parameters, wanted.spec, ...wanted.classSql.parameters],
      }
  const withoutFeatures = features ? ' OR NOT EXISTS (SELECT 1 FROM features x WHERE x.case_id = c.id AND x.model_id = s.model_id)' : ''
  const row = project.database.get<{ ids: string }>(
    `SELECT json_group_array(id) AS ids FROM (SELECT c.id AS id ${query.from} ${query.where === '' ? 'WHERE' : `${query.where} AND`} c.status = 'ready' AND (${lacking.sql}${withoutFeatures}) ${query.orderBy})`,
    [...query.joinParameters, ...query.whereParameters, ...lacking.parameters])!
  return JSON.parse(row.ids) as number[]
}

/** Which class of a case a map is of, as SQL over `cases c` and `scores s`. */
export interface ClassSql { readonly sql: string; readonly parameters: readonly number[] }
export function classSql(choice: 'predicted' | 'label' | number): ClassSql {
  if (typeof choice === 'number') return { sql: '?', parameters: [choice] }
  return { sql: choice === 'predicted' ? 's.predicted' : 'c.label_class', parameters: [] }
}

export interface Provenance { readonly pixelSha256: string; readonly provider: ProviderId; readonly version: string }

/** What the scores of a case under the model in use were computed with; undefined: it was not run. */
export function scoreProvenance(project: Project, caseId: number): Provenance | undefined {
  return project.database.get('SELECT pixel_sha256 AS pixelSha256, provider, version FROM score_details WHERE model_id = ? AND case_id = ?', [project.modelId, caseId])
}

/** Predicted class under the model in use, or another of the project's, and the class of the label, null where there is none. */
export function classesOf(project: Project, caseId: number, modelId = project.modelId): { readonly predicted: number | null; readonly label: number | null } {
  return project.database.get<{ predicted: number | null; label: number | null }>(
    'SELECT s.predicted, c.label_class AS label FROM cases c LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id WHERE c.id = ?', [modelId, caseId]) ?? { predicted: null, label: null }
}

/** Counts for an export's dialog. */
export function countForExport(project: Project, filter: Filter): { readonly cases: number; readonly flagged: number; readonly maps: number } {
  const query = caseQuery(queryContext(project), filter, null, ['flag'])
  return project.database.get(
    `SELECT count(*) AS cases, count(f.case_id) AS flagged, coalesce(sum((SELECT count(*) FROM attributions a WHERE a.case_id = c.id AND a.model_id = ?)), 0) AS maps ${query.from} ${query.where}`,
    [project.modelId, ...parametersOf(query)])!
}
