import { VERDICTS } from '../contract/records.ts'
import type { Filter, Verdict } from '../contract/records.ts'
import { floatsOf } from './blobs.ts'
import { columnExpression } from './columns.ts'
import type { Project } from './project.ts'
import { orderedIds, queryContext } from './worklist.ts'

/** rows that are read at a time: what else is asked for comes in between */
const ROWS_A_STEP = 4000

/** Works through ids in steps of 4,000, waiting between them. */
export async function inSteps(ids: ArrayLike<number>, work: (list: string, start: number) => void): Promise<void> {
  for (let start = 0; start < ids.length; start += ROWS_A_STEP) {
    const part: number[] = []
    for (let i = start; i < Math.min(ids.length, start + ROWS_A_STEP); i++) part.push(ids[i])
    work(JSON.stringify(part), start)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Cases of a filter in the order of their ids. */
export function idsOf(project: Project, filter: Filter): Int32Array {
  return Int32Array.from(orderedIds(project, filter, null)).sort()
}

export interface CaseNumbers {
  readonly ids: Int32Array
  readonly patients: Int32Array
  readonly labels: Int32Array
  readonly predicted: Int32Array
  readonly scores: Float32Array
  readonly verdicts: Int8Array
}

/** What patterns need of each case, in the order of `ids`; `positive`: the class whose probability is the score. −1 stands for what a case has not. */
export async function caseNumbers(project: Project, ids: Int32Array, positive: number): Promise<CaseNumbers> {
  const { database, modelId } = project
  const count = ids.length
  const numbers = { ids, patients: new Int32Array(count).fill(-1), labels: new Int32Array(count).fill(-1), predicted: new Int32Array(count).fill(-1), scores: new Float32Array(count), verdicts: new Int8Array(count).fill(-1) }
  const patients = new Map<string, number>()
  const places = placesOf(ids)
  await inSteps(ids, (list) => {
    const rows = database.all<{ id: number; patient: string; label: number | null; predicted: number | null; probabilities: Uint8Array | null; verdict: Verdict | null }>(
      `SELECT c.id, c.patient_id AS patient, c.label_class AS label, s.predicted, d.probabilities, f.verdict
       FROM json_each(?) j JOIN cases c ON c.id = j.value LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id LEFT JOIN score_details d ON d.model_id = s.model_id AND d.case_id = c.id LEFT JOIN flags f ON f.case_id = c.id`,
      [list, modelId])
    for (const { id, patient, label, predicted, probabilities, verdict } of rows) {
      const i = places.get(id)!
      if (patient !== '') {
        if (!patients.has(patient)) patients.set(patient, patients.size)
        numbers.patients[i] = patients.get(patient)!
      }
      if (label !== null) numbers.labels[i] = label
      if (verdict !== null) numbers.verdicts[i] = VERDICTS.indexOf(verdict)
      const score = probabilities && scoreOf(probabilities, positive)
      if (predicted === null || score === null || !Number.isFinite(score)) continue
      numbers.predicted[i] = predicted
      numbers.scores[i] = score
    }
  })
  return numbers
}

/** null: the model has no such class. A single probability is the positive class's own. */
function scoreOf(probabilities: Uint8Array, positive: number): number | null {
  const values = floatsOf(probabilities)
  return values.length === 1 ? (positive === 0 ? 1 - values[0] : values[0]) : values[positive] ?? null
}

/** A column's values in the order of `ids`; null where a case has none. Throws `bad-filter` where the project has no such column. */
export async function columnOfCases(project: Project, ids: Int32Array, column: string): Promise<{ readonly column: string; readonly kind: 'text' | 'number' | 'group'; readonly values: (string | number | null)[] }> {
  const context = queryContext(project)
  const { sql, parameters, joins, kind } = columnExpression(column, (name) => context.groupId(name))
  const scores = joins.includes('score') ? 'LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id' : ''
  const suspicions = joins.includes('suspicion') ? 'LEFT JOIN suspicions u ON u.model_id = ? AND u.case_id = c.id' : ''
  const flags = joins.includes('flag') ? 'LEFT JOIN flags f ON f.case_id = c.id' : ''
  const values: (string | number | null)[] = new Array<string | number | null>(ids.length).fill(null)
  const places = placesOf(ids)
  await inSteps(ids, (list) => {
    const rows = project.database.all<{ id: number; value: string | number | null }>(
      `SELECT c.id, ${sql} AS value FROM json_each(?) j JOIN cases c ON c.id = j.value ${scores} ${suspicions} ${flags}`, [...parameters, list, ...[scores, suspicions].filter((join) => join !== '').map(() => context.modelId)])
    for (const { id, value } of rows) values[places.get(id)!] = value === '' ? null : value
  })
  return { column, kind, values }
}

/** File names of some cases. */
export function filesOf(project: Project, ids: readonly number[]): Map<number, string> {
  const rows = project.database.all<{ id: number; file: string }>('SELECT id, file FROM cases WHERE id IN (SELECT value FROM json_each(?))', [JSON.stringify(ids)])
  return new Map(rows.map(({ id, file }) => [id, file]))
}

export function placesOf(ids: Int32Array): Map<number, number> {
  const places = new Map<number, number>()
  for (let i = 0; i < ids.length; i++) places.set(ids[i], i)
  return places
}

/** How often each class is a label among the cases. */
export function labelCounts(project: Project): ReadonlyMap<number, number> {
  const rows = project.database.all<{ label: number; count: number }>('SELECT label_class AS label, count(*) AS count FROM cases WHERE label_class IS NOT NULL GROUP BY label_class')
  return new Map(rows.map(({ label, count }) => [label, count]))
}

const HEADER_COLUMNS = { photometric: 'photometric', transferSyntax: 'transfer_syntax' } as const

/** A field of the header that is no column of the work list, in the order of `ids`. */
export async function headerTexts(project: Project, ids: Int32Array, field: keyof typeof HEADER_COLUMNS): Promise<(string | null)[]> {
  const values: (string | null)[] = new Array<string | null>(ids.length).fill(null)
  const places = placesOf(ids)
  await inSteps(ids, (list) => {
    for (const { id, value } of project.database.all<{ id: number; value: string }>(`SELECT id, ${HEADER_COLUMNS[field]} AS value FROM cases WHERE id IN (SELECT value FROM json_each(?))`, [list])) values[places.get(id)!] = value === '' ? null : value
  })
  return values
}
