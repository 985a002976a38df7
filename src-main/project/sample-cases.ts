import type { Plan } from '../contract/protocol.ts'
import type { Outcome } from '../contract/records.ts'
import { columnExpression } from './columns.ts'
import type { Join } from './columns.ts'
import { modelInUse } from './models.ts'
import { bandOf } from './plan-draw.ts'
import { planModelId } from './plans.ts'
import type { Project } from './project.ts'
import { queryContext } from './worklist.ts'

/** A case of a plan's sample as the tables break it down. */
export interface SampleCase {
  readonly id: number
  readonly stratum: number
  readonly outcome: Outcome
  /** one for each column of the tables; null: none */
  readonly values: readonly (string | null)[]
}
export interface SampleCases { readonly cases: readonly SampleCase[]; readonly columns: readonly { readonly column: string; readonly title: string }[]; readonly modelMissing: boolean }

interface Raw { readonly id: number; readonly stratum: number; readonly predicted: number | null; readonly labelClass: number | null; readonly label: string | null }

const NO_TITLE: Readonly<Record<string, string>> = { ageYears: 'Age', confidence: 'Confidence', sex: 'Sex', view: 'View', institution: 'Institution', station: 'Station', manufacturer: 'Manufacturer', modelName: 'Device', modality: 'Modality', bodyPart: 'Body part' }
/** numbers that are shown in bands */
const EDGES: Readonly<Record<string, readonly number[]>> = { ageYears: [18, 40, 65, 80], confidence: [0.5, 0.7, 0.9] }

/**
 * The sample of a plan with outcomes by the plan's own model, whichever is in use, and the values of the columns asked for. Throws `bad-filter` where there is no
 * such column.
 */
export function sampleCases(project: Project, plan: Plan, by: readonly string[]): SampleCases {
  const modelId = planModelId(project, plan)
  const context = { ...queryContext(project), modelId }
  const columns = by.map((column) => columnExpression(column, (name) => context.groupId(name)))
  const joins = new Set<Join>(['score', ...columns.flatMap((column) => column.joins)])
  const rows = project.database.all<Raw & Record<string, string | number | null>>(
    `SELECT c.id, p.stratum, s.predicted, c.label_class AS labelClass, c.label${columns.map(({ sql }, i) => `, nullif(${sql}, '') AS v${i}`).join('')}
     FROM plan_cases p JOIN cases c ON c.id = p.case_id LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id${joins.has('flag') ? ' LEFT JOIN flags f ON f.case_id = c.id' : ''}
     WHERE p.plan_id = ? AND p.pass = 'first' ORDER BY p.position`, [...columns.flatMap(({ parameters }) => parameters), modelId, plan.id])

  const classes = classesOfModel(project, modelId)
  const labelIndex = labelClasses(project, classes)
  const name = (index: number | null): string | null => index === null ? null : classes[index] ?? `class ${index}`
  const stratified = plan.strata.length > 1
  return {
    modelMissing: plan.model !== null && modelId === null,
    columns: [
      { column: 'outcome', title: 'Outcome' }, { column: 'predictedClass', title: 'Predicted class' }, { column: 'label', title: 'Label' },
      ...(stratified ? [{ column: 'stratum', title: `Stratum: ${titleOf(plan.stratify!.column)}` }] : []),
      ...by.map((column) => ({ column, title: titleOf(column) })),
    ],
    cases: rows.map((row): SampleCase => {
      const labelClass = labelIndex(row.labelClass)
      const outcome: Outcome = row.predicted === null ? 'not-run' : labelClass === null ? 'unlabelled' : row.predicted === labelClass ? 'correct' : 'incorrect'
      const own = by.map((column, i) => shown(row[`v${i}`], EDGES[column]))
      return { id: row.id, stratum: row.stratum, outcome, values: [outcome, name(row.predicted), row.label, ...(stratified ? [plan.strata[row.stratum].name] : []), ...own] }
    }),
  }
}

function titleOf(column: string): string {
  return NO_TITLE[column] ?? column.replace(/^group:/, '')
}

function shown(value: string | number | null, edges: readonly number[] | undefined): string | null {
  if (value === null) return null
  return edges && typeof value === 'number' ? bandOf(value, edges) : String(value)
}

function classesOfModel(project: Project, modelId: number | null): readonly string[] {
  const row = project.database.get<{ classes: string }>('SELECT classes FROM models WHERE id = ?', [modelId])
  return row ? JSON.parse(row.classes) as string[] : []
}

/** Labels stand as classes of the model in use; the plan's model may have them in another order. */
function labelClasses(project: Project, classes: readonly string[]): (index: number | null) => number | null {
  const used = modelInUse(project)?.classes ?? []
  if (JSON.stringify(used) === JSON.stringify(classes)) return (index) => index
  return (index) => {
    const found = index === null ? -1 : classes.indexOf(used[index] ?? '')
    return found < 0 ? null : found
  }
}
