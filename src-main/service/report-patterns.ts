import type { ClustersReport, PatternKind } from '../contract/patterns.ts'
import { pointsOf } from '../display/charts/points.ts'
import type { PatternFacts } from '../export/report/patterns.ts'
import { keptReport, listReports, reportArray } from '../project/pattern-reports.ts'
import type { Project } from '../project/project.ts'

/** The newest pattern of each kind that the project keeps: what the window shows. */
export function keptPatterns(project: Project): PatternFacts {
  const kept = listReports(project)
  const newest = (kind: PatternKind) => {
    const found = kept.find((entry) => entry.kind === kind)
    return found ? { id: found.id, report: keptReport(project, found.id).report as never, computedAt: found.computedAt } : null
  }
  const clusters = newest('clusters')
  return { subgroups: newest('subgroups'), maps: newest('maps'), headers: newest('headers'), exposure: newest('exposure'), clusters: clusters && { ...clusters, points: pointsIn(reportArray(project, clusters.id, 'points'), clusters.report) } }
}

function pointsIn(bytes: Uint8Array | null, report: ClustersReport): NonNullable<PatternFacts['clusters']>['points'] {
  return bytes && pointsOf(bytes.slice().buffer, report)
}
