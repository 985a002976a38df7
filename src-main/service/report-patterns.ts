import type { PatternKind } from '../contract/patterns.ts'
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
  return { subgroups: newest('subgroups'), maps: newest('maps'), headers: newest('headers'), exposure: newest('exposure'), clusters: clusters && { ...clusters, points: pointsOf(reportArray(project, clusters.id, 'points')) } }
}

/** As the contract's `url` of a ClustersReport gives them: four blocks of as many numbers. */
function pointsOf(bytes: Uint8Array | null): NonNullable<PatternFacts['clusters']>['points'] {
  if (!bytes) return null
  const { buffer } = bytes.slice()
  const count = bytes.byteLength / 16
  return { clusters: new Int32Array(buffer, 4 * count, count), x: new Float32Array(buffer, 8 * count, count), y: new Float32Array(buffer, 12 * count, count) }
}
