import type { ClustersReport, ExposureReport, HeadersReport, MapsReport, SubgroupsRequest, SubgroupTable } from '../contract/patterns.ts'
import { caseNumbers } from '../project/pattern-cases.ts'
import { keptReport, listReports } from '../project/pattern-reports.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'
import { addressed, pointValues, similar, startClusters } from './pattern-clusters.ts'
import { startExposure } from './pattern-exposure.ts'
import { startHeaders } from './pattern-headers.ts'
import { startMaps } from './pattern-map-groups.ts'
import { groupsOf, positiveClass } from './pattern-groups.ts'
import { keptOrMade } from './pattern-run.ts'

/** Patterns across the whole set. */
export function patternHandlers(context: Context): HandlersOf<'patterns'> {
  return {
    'patterns.subgroups': (request, { signal }) => subgroups(context, request, signal),
    'patterns.maps': (request) => startMaps(context, request),
    'patterns.clusters': (request) => startClusters(context, request),
    'patterns.headers': (request) => startHeaders(context, request),
    'patterns.exposure': (request) => startExposure(context, request),
    'patterns.values': (request) => pointValues(context, request),
    'patterns.similar': (request, { signal }) => similar(context, request, signal),
    'patterns.kept': () => listReports(projectOf(context)),
    'patterns.report': ({ id }) => {
      const { kind, report } = keptReport(projectOf(context), id)
      return kind === 'clusters' ? addressed(projectOf(context), id, report as ClustersReport) : report as SubgroupTable | MapsReport | HeadersReport | ExposureReport
    },
  }
}

async function subgroups(context: Context, request: SubgroupsRequest, signal: AbortSignal): Promise<SubgroupTable> {
  const project = projectOf(context)
  const positive = positiveClass(context, request.positive)
  const { ids, all, groups, leftOut } = await groupsOf(project, request.filter, request.by)
  const { threshold, minimum, gap } = request
  const cases = await caseNumbers(project, ids, positive.index)
  const { report } = await keptOrMade(context, 'subgroups', request, 'subgroups', { cases, all, groups, leftOut, positive, threshold, minimum, gap }, (table) => ({ report: table }), { signal })
  return report as SubgroupTable
}
