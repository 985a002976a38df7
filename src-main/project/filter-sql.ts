import type { Condition, Filter, Sort } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import { OUTCOME_SQL, columnExpression } from './columns.ts'
import type { ColumnExpression, Dependency, Join } from './columns.ts'
import type { SqlValue } from './database.ts'
import { fold } from './fold.ts'

/** `FROM … WHERE … ORDER BY …` of a query on cases, with the values in the order of their question marks. */
export interface CaseQuery {
  readonly from: string
  readonly where: string
  readonly orderBy: string
  readonly joinParameters: readonly SqlValue[]
  readonly whereParameters: readonly SqlValue[]
  readonly follows: ReadonlySet<Dependency>
}
export interface QueryContext {
  /** the row of `models` in use; null: every case counts as not run */
  readonly modelId: number | null
  groupId(name: string): number | null
}
interface Fragment { readonly sql: string; readonly parameters: readonly SqlValue[] }

/** Throws `bad-filter` where a condition names no column of the project or has a value of the wrong kind. */
export function caseQuery(context: QueryContext, filter: Filter, sort: Sort | null, extraJoins: readonly Join[] = []): CaseQuery {
  const joins = new Set<Join>(extraJoins)
  const follows = new Set<Dependency>(['cases'])
  const column = (name: string): ColumnExpression => {
    const expression = columnExpression(name, (group) => context.groupId(group))
    expression.joins.forEach((join) => joins.add(join))
    expression.follows.forEach((dependency) => follows.add(dependency))
    return expression
  }

  const parts = filter.conditions.map((condition) => conditionSql(condition, column(condition.column)))
  const words = fold(filter.text).split(/\s+/).filter((word) => word !== '')
  if (words.length > 0) {
    follows.add('texts')
    parts.push({ sql: `c.id IN (SELECT case_id FROM case_texts WHERE ${words.map(() => `text LIKE ? ESCAPE '\\'`).join(' AND ')})`, parameters: words.map(likePattern) })
  }
  if (filter.sampleId !== null) parts.push({ sql: 'c.id IN (SELECT case_id FROM sample_cases WHERE sample_id = ?)', parameters: [filter.sampleId] })

  const order = sort === null ? NO_ORDER : sortSql(column(sort.column), sort.descending)
  const scoreJoin = joins.has('score') ? ' LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id' : ''
  const flagJoin = joins.has('flag') ? ' LEFT JOIN flags f ON f.case_id = c.id' : ''
  const suspicionJoin = joins.has('suspicion') ? ' LEFT JOIN suspicions u ON u.model_id = ? AND u.case_id = c.id' : ''
  return {
    from: `FROM cases c${scoreJoin}${suspicionJoin}${flagJoin}${order.join}`,
    where: parts.length === 0 ? '' : `WHERE ${parts.map((part) => `(${part.sql})`).join(' AND ')}`,
    orderBy: `ORDER BY ${order.by}c.id`,
    joinParameters: [...[scoreJoin, suspicionJoin].flatMap((join) => join === '' ? [] : [context.modelId]), ...order.joinParameters],
    whereParameters: parts.flatMap((part) => part.parameters),
    follows,
  }
}

/** these need no care for cases without a value, which spares half the time of a sort */
const NEVER_EMPTY: ReadonlySet<string> = new Set(['c.id', 'c.file', 'c.status', OUTCOME_SQL])

interface Order { readonly join: string; readonly joinParameters: readonly SqlValue[]; readonly by: string }
const NO_ORDER: Order = { join: '', joinParameters: [], by: '' }

/** Cases without a value come last in either direction; a project's own columns sort as numbers where they look like numbers. */
function sortSql({ sql, parameters, kind }: ColumnExpression, descending: boolean): Order {
  const direction = descending ? 'DESC' : 'ASC'
  if (kind === 'group') {
    return {
      join: ' LEFT JOIN group_values o ON o.case_id = c.id AND o.column_id = ?',
      joinParameters: parameters,
      by: `iif(o.value GLOB '[-0-9]*', CAST(o.value AS REAL), NULL) ${direction} NULLS LAST, o.value COLLATE NOCASE ${direction} NULLS LAST, `,
    }
  }
  if (NEVER_EMPTY.has(sql)) return { ...NO_ORDER, by: `${sql} ${direction}, ` }
  return { ...NO_ORDER, by: kind === 'text' ? `nullif(${sql}, '') COLLATE NOCASE ${direction} NULLS LAST, ` : `${sql} ${direction} NULLS LAST, ` }
}

type Operator = (column: ColumnExpression, condition: Condition) => Fragment
const empty: Operator = ({ sql, parameters }) => ({ sql: `coalesce(${sql}, '') = ''`, parameters })
const notEmpty: Operator = ({ sql, parameters }) => ({ sql: `coalesce(${sql}, '') <> ''`, parameters })
const compare = (operator: '<' | '<=' | '>' | '>='): Operator => (column, condition) => {
  const { kind, parameters } = column
  const numeric = kind === 'number' || (kind === 'group' && typeof condition.value === 'number')
  const value = scalar(column, condition)
  if (kind !== 'group' || !numeric) return { sql: `${column.sql} ${operator} ?`, parameters: [...parameters, value] }
  return { sql: `${column.sql} GLOB '[-0-9]*' AND CAST(${column.sql} AS REAL) ${operator} ?`, parameters: [...parameters, ...parameters, value] }
}

const OPERATORS: Readonly<Record<Condition['op'], Operator>> = {
  'is': (column, condition) => condition.value === null || condition.value === ''
    ? empty(column, condition)
    : { sql: `${column.sql} = ?`, parameters: [...column.parameters, scalar(column, condition)] },
  'is-not': (column, condition) => condition.value === null || condition.value === ''
    ? notEmpty(column, condition)
    : { sql: `${column.sql} IS NOT ?`, parameters: [...column.parameters, scalar(column, condition)] },
  'in': (column, condition) => {
    if (!Array.isArray(condition.value)) throw badValue(condition, 'a list')
    const values = condition.value.map((value) => column.kind === 'number' ? number(value, condition) : String(value))
    const listed: Fragment = { sql: `${column.sql} IN (SELECT value FROM json_each(?))`, parameters: [...column.parameters, JSON.stringify(values)] }
    if (!values.includes('')) return listed
    const blank = empty(column, condition)
    return { sql: `${listed.sql} OR ${blank.sql}`, parameters: [...listed.parameters, ...blank.parameters] }
  },
  'contains': (column, condition) => ({ sql: `${column.sql} LIKE ? ESCAPE '\\'`, parameters: [...column.parameters, likePattern(String(scalarValue(condition)))] }),
  'less': compare('<'),
  'at-most': compare('<='),
  'more': compare('>'),
  'at-least': compare('>='),
  'empty': empty,
  'not-empty': notEmpty,
}

function conditionSql(condition: Condition, column: ColumnExpression): Fragment {
  return OPERATORS[condition.op](column, condition)
}

function scalarValue(condition: Condition): string | number {
  if (condition.value === null || Array.isArray(condition.value)) throw badValue(condition, 'one value')
  return condition.value
}

function scalar({ kind }: ColumnExpression, condition: Condition): string | number {
  const value = scalarValue(condition)
  if (kind === 'number') return number(value, condition)
  return kind === 'group' && typeof value === 'number' && condition.op !== 'is' && condition.op !== 'is-not' ? value : String(value)
}

function number(value: string | number, condition: Condition): number {
  const parsed = typeof value === 'number' ? value : value.trim() === '' ? NaN : Number(value)
  if (!Number.isFinite(parsed)) throw badValue(condition, 'a number')
  return parsed
}

function badValue(condition: Condition, wanted: string): ReviewError {
  return new ReviewError('bad-filter', `The condition on '${condition.column}' (${condition.op}) needs ${wanted}.`, { details: { column: condition.column, op: condition.op } })
}

function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
