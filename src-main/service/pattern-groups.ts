import type { Grouping, GroupName, SubgroupTable } from '../contract/patterns.ts'
import { ReviewError } from '../contract/errors.ts'
import { NO_FILTER } from '../contract/records.ts'
import type { Filter } from '../contract/records.ts'
import { groupCases } from '../patterns/grouping.ts'
import type { Group } from '../patterns/types.ts'
import { columnOfCases, idsOf, labelCounts, placesOf } from '../project/pattern-cases.ts'
import type { Project } from '../project/project.ts'
import { listFilters } from '../project/saved-filters.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { modelOf } from './model-session.ts'

/** The class that counts as positive: as asked, else the profile's, else the second of two, else the labelled one with the fewest cases. Throws `no-such-class`, `not-ready`. */
export function positiveClass(context: Context, wanted: number | null): SubgroupTable['positive'] {
  const { classes, profile } = modelOf(context)
  const named = (index: number, chosen: SubgroupTable['positive']['chosen']) => ({ index, name: classes[index] ?? `class ${index}`, chosen })
  if (wanted !== null) {
    if (classes.length > 0 && wanted >= classes.length) throw new ReviewError('no-such-class', `The model has ${classes.length} classes, counted from 0; there is no class ${wanted}.`, { details: { classIndex: wanted } })
    return named(wanted, 'request')
  }
  if (profile.output.positiveClass !== null) return named(profile.output.positiveClass, 'profile')
  if (classes.length <= 2) return named(1, 'second')
  const [rarest] = [...labelCounts(projectOf(context))].sort((a, b) => a[1] - b[1] || b[0] - a[0])
  return named(rarest?.[0] ?? 1, 'rarest')
}

/** All cases of a filter as one group, and the groups of a split. Throws `bad-filter` where a column or a saved filter is not there, or no case is left. */
export async function groupsOf(project: Project, filter: Filter, by: Grouping): Promise<{ readonly ids: Int32Array; readonly all: GroupName; readonly groups: readonly Group[]; readonly leftOut: number }> {
  const ids = idsOf(project, filter)
  if (ids.length === 0) throw new ReviewError('bad-filter', 'No case passes the filter, so there is nothing to compare. Widen the filter.')
  const columns = []
  for (const column of new Set(by.columns)) columns.push(await columnOfCases(project, ids, column))
  const { groups, leftOut } = groupCases(columns, by.bands, filter)
  const places = placesOf(ids)
  const saved = listFilters(project)
  const slices = by.filters.map((id): Group => {
    const slice = saved.find((one) => one.id === id)
    if (!slice) throw new ReviewError('bad-filter', `There is no saved filter ${id}. It may have been removed: choose another.`)
    const rows = Uint32Array.from([...idsOf(project, slice.filter)].flatMap((caseId) => places.get(caseId) ?? []))
    return { group: { key: `filter=${id}`, name: slice.name, parts: [], filterId: id, n: rows.length, filter: both(filter, slice.filter) }, rows }
  })
  return { ids, all: { key: 'all', name: 'All cases', parts: [], filterId: null, n: ids.length, filter }, groups: [...groups, ...slices], leftOut }
}

/** What passes both filters; where both name a sample, the slice's own. */
function both(filter: Filter, slice: Filter): Filter {
  return { ...NO_FILTER, text: [filter.text, slice.text].filter((text) => text !== '').join(' '), conditions: [...filter.conditions, ...slice.conditions].slice(0, 50), sampleId: slice.sampleId ?? filter.sampleId }
}
