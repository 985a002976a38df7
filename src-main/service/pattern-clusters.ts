import type { ClustersReport, ClustersRequest, PointValues, SimilarCases, SimilarRequest, ValuesRequest } from '../contract/patterns.ts'
import { ReviewError } from '../contract/errors.ts'
import type { AttributionRequest, Job } from '../contract/records.ts'
import { analysePattern } from '../compute/patterns-client.ts'
import { levelsOf } from '../patterns/grouping.ts'
import type { CodedColumn } from '../patterns/clusters.ts'
import type { ClustersOutput } from '../patterns/clusters.ts'
import type { MapStack } from '../patterns/align.ts'
import type { FeatureStack } from '../patterns/vectors.ts'
import { pathOfCase } from '../project/case-rows.ts'
import { loadFeatures } from '../project/features.ts'
import { caseNumbers, columnOfCases, filesOf, idsOf } from '../project/pattern-cases.ts'
import { keptReport, reportArray } from '../project/pattern-reports.ts'
import type { Project } from '../project/project.ts'
import { addressOf } from './addresses.ts'
import { kindOf } from './attribution-kind.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { codedColumn } from './pattern-headers.ts'
import { loadMaps } from './pattern-maps.ts'
import { keptOrMade } from './pattern-run.ts'
import { loadZones } from './pattern-zones.ts'

/** Clusters of maps or features, as a job. */
export function startClusters(context: Context, request: ClustersRequest): Job {
  const project = projectOf(context)
  if (request.of === 'maps') kindOf(context, request.attribution)
  return context.jobs.start('patterns', `Clusters of ${request.of}`, async ({ signal, progress }): Promise<ClustersReport> => {
    progress(0, null, `Reading ${request.of}`)
    const ids = casesOf(project, request.filter)
    const loaded = await loadVectors(context, project, ids, request.of, request.attribution, request.frame)
    const columns: CodedColumn[] = []
    for (const column of request.purity) columns.push(await codedColumn(project, ids, column))
    const cases = await caseNumbers(project, ids, 0)
    const { id, report } = await keptOrMade(context, 'clusters', request, 'clusters', { request, cases, ...loaded, columns, suspicion: await suspicionOf(project, ids) },
      ({ report: found, points }) => ({ report: withFiles(project, found, ids.length), arrays: { points: bytesOfPoints(points) } }), { signal, onProgress: progress })
    return addressed(project, id, report as Unaddressed)
  }).job
}

/** NaN where nothing was looked for; null where it was looked for nowhere. */
async function suspicionOf(project: Project, ids: Int32Array): Promise<Float32Array | null> {
  const { values } = await columnOfCases(project, ids, 'suspicion')
  return values.some((value) => value !== null) ? Float32Array.from(values, (value) => typeof value === 'number' ? value : NaN) : null
}

type Unaddressed = Omit<ClustersReport, 'id' | 'url'>

/** A kept report with where its points are. */
export function addressed(project: Project, id: number, report: Unaddressed): ClustersReport {
  return { ...report, id, url: addressOf(project, `bytes/points/${id}`, pointsContent(project, id)) }
}

export function pointsContent(project: Project, id: number): string {
  return project.database.get<{ key: string }>('SELECT key FROM pattern_reports WHERE id = ?', [id])?.key ?? ''
}

function casesOf(project: Project, filter: ClustersRequest['filter']): Int32Array {
  const ids = idsOf(project, filter)
  if (ids.length === 0) throw new ReviewError('bad-filter', 'No case passes the filter. Widen it.')
  return ids
}

async function loadVectors(context: Context, project: Project, ids: Int32Array, of: 'maps' | 'features', attribution: AttributionRequest, frame: 'image' | 'body'): Promise<{ readonly maps: MapStack | null; readonly features: FeatureStack | null }> {
  if (of === 'features') {
    const features = await loadFeatures(project, ids)
    if (!features) throw new ReviewError('not-ready', "The project holds no features of these cases. Run the model once more with 'features' on, then ask again.")
    return { maps: null, features }
  }
  const zones = frame === 'body' ? await loadZones(project, ids) : null
  if (zones && !zones.bodies) throw new ReviewError('not-ready', 'The body was not looked for in these images yet, so the maps cannot be aligned to it. Find the zones first, or cluster the maps on the images as they are.')
  return { maps: (await loadMaps(context, project, ids, attribution, zones?.frameOf)).stack, features: null }
}

function withFiles(project: Project, report: ClustersOutput['report'], cases: number): Unaddressed {
  const files = filesOf(project, report.clusters.flatMap(({ exemplars }) => exemplars.map(({ caseId }) => caseId)))
  const withoutVector = cases - report.cases - report.flat
  return {
    ...report,
    withoutVector,
    clusters: report.clusters.map((cluster) => ({ ...cluster, exemplars: cluster.exemplars.map(({ caseId }) => ({ caseId, file: files.get(caseId) ?? '' })) })),
    notes: [
      ...(withoutVector > 0 ? [`${withoutVector} cases of the filter have no such ${report.of === 'maps' ? 'map' : 'features'}.`] : []),
      ...(report.flat > 0 ? [`${report.flat} are the same everywhere and belong to no cluster.`] : []),
      ...(report.neighbourRecall < 1 ? [`Neighbours were found by a forest of random trees: ${Math.round(report.neighbourRecall * 100)} % of the true ones, measured on 200 cases.`] : []),
      ...(report.components > 1 ? [`The graph of neighbours falls into ${report.components} parts; eigenvalues of 0 are theirs.`] : []),
    ],
  }
}

/** Four blocks: case ids, clusters, x, y. */
function bytesOfPoints({ ids, clusters, x, y }: ClustersOutput['points']): Uint8Array {
  return Uint8Array.from(Buffer.concat([ids, clusters, x, y].map((block) => Buffer.from(block.buffer, block.byteOffset, block.byteLength))))
}

/** A column's values for the points of a kept report. Throws `no-such-run`, `bad-filter`. */
export async function pointValues(context: Context, { id, column, bands }: ValuesRequest): Promise<PointValues> {
  const project = projectOf(context)
  const { kind } = keptReport(project, id)
  const points = reportArray(project, id, 'points')
  if (kind !== 'clusters' || !points) throw new ReviewError('no-such-run', `Report ${id} has no points: it is of ${kind}. Ask for those of a report on clusters.`, { details: { id } })
  const ids = new Int32Array(points.slice().buffer).subarray(0, points.byteLength / 16)
  const found = await columnOfCases(project, ids, column)
  if (found.kind === 'number' && bands.length === 0) return { kind: 'numbers', values: found.values.map((value) => typeof value === 'number' ? value : null) }
  const { levels, codes } = levelsOf(found, bands.length > 0 ? bands : undefined)
  const isNone = levels.map(({ conditions }) => conditions.some(({ op }) => op === 'empty'))
  return { kind: 'levels', levels: levels.filter((_, i) => !isNone[i]).map(({ value }) => value), codes: Array.from(codes, (code) => isNone[code] ? -1 : code) }
}

/** Cases whose map or features are like a case's. Throws `no-such-case`, and `not-ready` where the case has nothing to compare. */
export async function similar(context: Context, { caseId, of, attribution, filter, top }: SimilarRequest, signal: AbortSignal): Promise<SimilarCases> {
  const project = projectOf(context)
  pathOfCase(project, caseId)
  const ids = Int32Array.from(new Set([...casesOf(project, filter), caseId])).sort()
  const found = await analysePattern(context.platform.computeHost, 'similar', { ids, caseId, top, ...await loadVectors(context, project, ids, of, attribution, 'image') }, { signal })
  if (!found) throw new ReviewError('not-ready', `This case has no ${of === 'maps' ? 'map of this kind that is not the same everywhere' : 'features'}. Run the model on it first, or choose another layer or method.`)
  const files = filesOf(project, found.map((one) => one.caseId))
  return { of, cases: found.map((one) => ({ ...one, file: files.get(one.caseId) ?? '' })) }
}
