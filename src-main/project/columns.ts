import { CASE_COLUMNS } from '../contract/records.ts'
import type { CaseColumn } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import type { SqlValue } from './database.ts'

/** The tables that a query on cases joins to `cases c`, and only when a column asks for it. */
export type Join = 'score' | 'flag' | 'suspicion'
export interface ColumnExpression {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  readonly joins: readonly Join[]
  readonly kind: 'text' | 'number' | 'group'
  /** what has to change for the column's values to change */
  readonly follows: readonly Dependency[]
}
export type Dependency = 'cases' | 'labels' | 'scores' | 'flags' | 'texts' | 'suspicions'

/** An unscored case is 'not-run', whether it has a label or not; a scored one without a class for its label is 'unlabelled'. */
export const OUTCOME_SQL = `CASE WHEN s.predicted IS NULL THEN 'not-run' WHEN c.label_class IS NULL THEN 'unlabelled' WHEN s.predicted = c.label_class THEN 'correct' ELSE 'incorrect' END`

type Row = readonly [sql: string, joins: readonly Join[], follows: readonly Dependency[]]
const ofCase = (sql: string): Row => [sql, [], ['cases']]
const ofLabel = (sql: string): Row => [sql, [], ['cases', 'labels']]
const ofScore = (sql: string): Row => [sql, ['score'], ['cases', 'scores']]
const ofSuspicion = (sql: string): Row => [sql, ['suspicion'], ['cases', 'scores', 'suspicions']]
const ofFlag = (sql: string): Row => [sql, ['flag'], ['cases', 'flags']]

const FIXED: Readonly<Record<CaseColumn, Row>> = {
  id: ofCase('c.id'), file: ofCase('c.file'), sopInstanceUid: ofCase('c.sop_instance_uid'), patientId: ofCase('c.patient_id'), accession: ofCase('c.accession'),
  modality: ofCase('c.modality'), sex: ofCase('c.sex'), ageYears: ofCase('c.age_years'), manufacturer: ofCase('c.manufacturer'), modelName: ofCase('c.model_name'),
  station: ofCase('c.station'), institution: ofCase('c.institution'), view: ofCase('c.view'), bodyPart: ofCase('c.body_part'),
  rows: ofCase('c.rows'), columns: ofCase('c.columns'), status: ofCase('c.status'),
  label: ofLabel('c.label'), labelClass: ofLabel('c.label_class'),
  predictedClass: ofScore('s.predicted'), confidence: ofScore('s.confidence'),
  outcome: [OUTCOME_SQL, ['score'], ['cases', 'labels', 'scores']],
  verdict: ofFlag('f.verdict'), reasons: ofFlag('f.reasons'), note: ofFlag('f.note'), flaggedAt: ofFlag('f.time'),
  suspicion: ofSuspicion('u.suspicion'), suspectTerm: ofSuspicion('u.term'),
}
const GROUP_PREFIX = 'group:'

/** A column of the work list as SQL. `groupId` finds a project's own column; throws `bad-filter` where there is none of that name. */
export function columnExpression(name: string, groupId: (name: string) => number | null): ColumnExpression {
  if (Object.hasOwn(FIXED, name)) {
    const [sql, joins, follows] = FIXED[name as CaseColumn]
    return { sql, joins, follows, parameters: [], kind: CASE_COLUMNS[name as CaseColumn] }
  }
  const id = name.startsWith(GROUP_PREFIX) ? groupId(name.slice(GROUP_PREFIX.length)) : null
  if (id === null) throw new ReviewError('bad-filter', `The project has no column '${name}'. Choose one of its columns.`, { details: { column: name } })
  return { sql: '(SELECT value FROM group_values WHERE case_id = c.id AND column_id = ?)', parameters: [id], joins: [], follows: ['cases', 'labels'], kind: 'group' }
}
