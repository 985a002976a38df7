import type { Filter, Sort } from '../contract/records.ts'
import { columnExpression } from './columns.ts'
import { caseQuery } from './filter-sql.ts'
import type { CaseQuery, QueryContext } from './filter-sql.ts'
import type { SqlParameters } from './database.ts'
import type { Project } from './project.ts'

/** orders of 100,000 cases that are kept: 400 kB each */
const ORDERS_KEPT = 12
const VALUES_SHOWN = 200

/**
 * The cases of a filter in their order, as row numbers. Worked out once and kept until something changes that it hangs on, so that a page
 * at any offset, the total and a case's place cost nothing more. null sort: the order of import.
 */
export function orderedIds(project: Project, filter: Filter, sort: Sort | null): Uint32Array {
  const key = JSON.stringify([filter, sort, project.modelId])
  const known = project.orders.get(key)
  const query = caseQuery(queryContext(project), filter, sort)
  const stamp = [...query.follows].map((fact) => `${fact}${project.versions[fact]}`).join()
  if (known?.stamp === stamp) return known.ids

  const row = project.database.get<{ ids: string }>(
    `SELECT json_group_array(id) AS ids FROM (SELECT c.id AS id ${query.from} ${query.where} ${query.orderBy})`, parametersOf(query))!
  const ids = Uint32Array.from(JSON.parse(row.ids) as number[])
  project.orders.delete(key)
  if (project.orders.size >= ORDERS_KEPT) project.orders.delete(project.orders.keys().next().value!)
  project.orders.set(key, { stamp, ids })
  return ids
}

/** Place of a case in the list, from 0; null: not in it. */
export function positionOf(project: Project, filter: Filter, sort: Sort | null, caseId: number): number | null {
  const place = orderedIds(project, filter, sort).indexOf(caseId)
  return place < 0 ? null : place
}

/** Distinct values of a column among the cases of a filter, most frequent first; an empty text counts as no value. Counted here: SQLite would sort all rows for it. */
export function distinctValues(project: Project, column: string, filter: Filter): { value: string | number | null; count: number }[] {
  const context = queryContext(project)
  const expression = columnExpression(column, (name) => context.groupId(name))
  const query = caseQuery(context, filter, null, expression.joins)
  const row = project.database.get<{ list: string }>(
    `SELECT json_group_array(${expression.sql}) AS list ${query.from} ${query.where}`, [...expression.parameters, ...parametersOf(query)])!
  const counts = new Map<string | number | null, number>()
  for (const value of JSON.parse(row.list) as (string | number | null)[]) counts.set(value === '' ? null : value, (counts.get(value === '' ? null : value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || byValue(a.value, b.value)).slice(0, VALUES_SHOWN)
}

function byValue(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
}

export function queryContext(project: Project): QueryContext {
  return {
    modelId: project.modelId,
    groupId: (name) => project.database.get<{ id: number }>('SELECT id FROM group_columns WHERE name = ?', [name])?.id ?? null,
  }
}

export function parametersOf(query: CaseQuery): SqlParameters {
  return [...query.joinParameters, ...query.whereParameters]
}
