import type { Filter, SavedFilter, Sort } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import { caseQuery } from './filter-sql.ts'
import type { Project } from './project.ts'
import { queryContext } from './worklist.ts'

interface Row { readonly id: number; readonly name: string; readonly filter: string; readonly sort: string | null }

export function listFilters(project: Project): SavedFilter[] {
  return project.database.all<Row>('SELECT id, name, filter, sort FROM saved_filters ORDER BY name COLLATE NOCASE').map(toSaved)
}

/** A filter of the same name is replaced. Throws `bad-filter` where it does not fit the project. */
export function saveFilter(project: Project, name: string, filter: Filter, sort: Sort | null): SavedFilter {
  caseQuery(queryContext(project), filter, sort)
  return toSaved(project.database.durably(() => project.database.get<Row>(
    'INSERT INTO saved_filters (name, filter, sort) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET filter = excluded.filter, sort = excluded.sort RETURNING id, name, filter, sort',
    [name, JSON.stringify(filter), sort && JSON.stringify(sort)])!))
}

/** Throws `bad-filter` where there is no such filter. */
export function removeFilter(project: Project, id: number): void {
  const { changes } = project.database.durably(() => project.database.run('DELETE FROM saved_filters WHERE id = ?', [id]))
  if (changes === 0) throw new ReviewError('bad-filter', `There is no saved filter ${id}. It may have been removed already.`)
}

function toSaved({ id, name, filter, sort }: Row): SavedFilter {
  return { id, name, filter: JSON.parse(filter) as Filter, sort: sort === null ? null : JSON.parse(sort) as Sort }
}
