import { VERDICTS } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import type { ClusterPurity, ClustersReport, ClustersRequest, GridMap, MapCluster } from '../contract/patterns.ts'
import { proportion } from '../statistics/proportion.ts'
import type { MapStack } from './align.ts'
import { plane } from './embedding.ts'
import { neighbourGraph } from './graph.ts'
import { kMeans } from './k-means.ts'
import { nearestNeighbours } from './neighbours.ts'
import type { Vectors } from './neighbours.ts'
import { drawn, silhouette } from './silhouette.ts'
import { laplacianSpectrum } from './spectral.ts'
import type { AnalysisNotes, CaseTable } from './types.ts'
import { featureVectors, mapVectors } from './vectors.ts'
import type { CaseVectors, FeatureStack } from './vectors.ts'

/** A column as places in its values, by case. */
export interface CodedColumn { readonly column: string; readonly levels: readonly string[]; readonly codes: Int32Array }

export interface ClustersInput {
  readonly request: ClustersRequest
  readonly cases: CaseTable
  readonly maps: MapStack | null
  readonly features: FeatureStack | null
  readonly columns: readonly CodedColumn[]
  /** by case; NaN: nothing was looked for. null: no column of the project has it */
  readonly suspicion: Float32Array | null
}

export interface ClustersOutput {
  readonly report: Omit<ClustersReport, 'id' | 'url' | 'withoutVector' | 'notes'>
  /** as the contract's `url` gives them */
  readonly points: { readonly ids: Int32Array; readonly clusters: Int32Array; readonly x: Float32Array; readonly y: Float32Array }
}

const EXEMPLARS = 24
const LEVELS_TOLD = 6
/** rows on which the number of k-means' clusters is chosen */
const CHOICE_SAMPLE = 4000
const LEAST = 4

/** Clusters of maps or features, each with what its cases have in common, and the plane that they are shown in. */
export function clusterCases(input: ClustersInput, notes: AnalysisNotes): ClustersOutput {
  const { request, cases } = input
  const tell = (part: number, share: number, words: string) => notes.progress(Math.round(part + share), 100, words)
  const of = input.maps ? mapVectors(input.maps) : featureVectors(input.features!, request.seed)
  const { vectors, rows } = of
  if (vectors.count < LEAST) throw new ReviewError('bad-filter', `Only ${vectors.count} of the cases have ${request.of === 'maps' ? 'a map that is not the same everywhere' : 'features that are not all alike'}; clusters need at least ${LEAST}. Widen the filter, or choose another layer or method.`)

  const partition = request.method === 'spectral' ? spectralPartition(vectors, request, tell) : kMeansPartition(vectors, request, tell)
  const { x, y, words } = plane(vectors, request.seed, (share) => tell(60, share * 38, 'Laying out the plane'))
  const clusters = Array.from({ length: 1 + partition.of.reduce((most, cluster) => Math.max(most, cluster), 0) }, (_, index) => describe(input, of, partition.of, index))
  const { of: clusterOf, ...found } = partition
  return {
    report: {
      ...found,
      of: request.of, method: request.method, seed: request.seed, cases: vectors.count, flat: of.flat, grid: of.maps?.grid ?? null, clusters,
      silhouette: silhouette(vectors, clusterOf, request.seed),
      embedding: `${words} Of ${of.words}.`,
    },
    points: { ids: Int32Array.from(rows, (row) => cases.ids[row]), clusters: clusterOf, x, y },
  }
}

type Found = Pick<ClustersReport, 'chosen' | 'eigenvalues' | 'eigengaps' | 'components' | 'neighbourRecall'> & { readonly of: Int32Array }
type Tell = (part: number, share: number, words: string) => void

/**
 * SpRAy (Lapuschkin et al. 2019): eigenvectors of the normalised Laplacian of the graph of nearest neighbours, each row of them over its length (Ng, Jordan & Weiss 2002), then k-means.
 * Where the number of clusters is not told, it is where the eigenvalues jump the most.
 */
function spectralPartition(vectors: Vectors, { clusters, most, neighbours, seed }: ClustersRequest, tell: Tell): Found {
  const near = nearestNeighbours(vectors, neighbours, seed, (share) => tell(0, share * 25, 'Finding neighbours'))
  const graph = neighbourGraph(near, vectors.count)
  const highest = Math.min(Math.max(most, clusters ?? 0), vectors.count - 1)
  const { eigenvalues, vectors: axes, components } = laplacianSpectrum(graph, highest + 1, seed, (share) => tell(25, share * 25, 'Eigenvectors of the graph'))
  const eigengaps = eigenvalues.slice(1).map((value, i) => value - eigenvalues[i])
  const k = clusters ?? 2 + eigengaps.slice(1, highest).reduce((best, gap, i, all) => gap > all[best] ? i : best, 0)
  const rows = new Float32Array(vectors.count * k)
  for (let row = 0; row < vectors.count; row++) {
    let squares = 0
    for (let axis = 0; axis < k; axis++) squares += axes[axis][row] ** 2
    const length = Math.sqrt(squares)
    if (length > 0) for (let axis = 0; axis < k; axis++) rows[row * k + axis] = axes[axis][row] / length
  }
  tell(50, 0, 'Dividing')
  const { of } = kMeans({ values: rows, count: vectors.count, size: k }, k, seed, startsFor(vectors.count))
  return { of, chosen: clusters === null ? 'eigengap' : 'request', eigenvalues, eigengaps, components, neighbourRecall: near.recall }
}

function kMeansPartition(vectors: Vectors, { clusters, most, seed }: ClustersRequest, tell: Tell): Found {
  const rows = drawn(vectors.count, CHOICE_SAMPLE, seed)
  const sample: Vectors = { values: new Float32Array(rows.length * vectors.size), count: rows.length, size: vectors.size }
  rows.forEach((row, i) => sample.values.set(vectors.values.subarray(row * vectors.size, (row + 1) * vectors.size), i * vectors.size))
  let best = { k: clusters ?? 2, value: -Infinity }
  if (clusters === null) {
    for (let k = 2; k <= Math.min(most, sample.count - 1); k++) {
      tell(0, (45 * k) / most, `Trying ${k} clusters`)
      const value = silhouette(sample, kMeans(sample, k, seed, 4).of, seed)
      if (value !== null && value > best.value) best = { k, value }
    }
  }
  tell(45, 0, 'Dividing')
  const { of } = kMeans(vectors, Math.min(best.k, vectors.count), seed, startsFor(vectors.count))
  return { of, chosen: clusters === null ? 'silhouette' : 'request', eigenvalues: [], eigengaps: [], components: 1, neighbourRecall: 1 }
}

const startsFor = (count: number): number => count > 20_000 ? 3 : 10

function describe({ cases, columns, suspicion }: ClustersInput, { vectors, rows, maps }: CaseVectors, of: Int32Array, index: number): MapCluster {
  const members = Array.from(of, (_, row) => row).filter((row) => of[row] === index)
  const places = members.map((row) => rows[row])
  const labelled = places.filter((place) => cases.labels[place] >= 0 && cases.predicted[place] >= 0)
  const suspicions = suspicion ? places.map((place) => suspicion[place]).filter(Number.isFinite) : []
  return {
    index, n: members.length,
    mean: maps && meanMap(maps, members),
    exemplars: closest(vectors, members).map((row) => ({ caseId: cases.ids[rows[row]], file: '' })),
    purity: columns.map((column) => purityOf(column, places, rows)),
    accuracy: proportion(labelled.filter((place) => cases.labels[place] === cases.predicted[place]).length, labelled.length),
    flagged: proportion(places.filter((place) => VERDICTS[cases.verdicts[place]] !== undefined).length, places.length),
    suspicion: suspicions.length > 0 ? { mean: suspicions.reduce((sum, one) => sum + one, 0) / suspicions.length, of: suspicions.length } : null,
  }
}

function meanMap({ grid, values }: NonNullable<CaseVectors['maps']>, members: readonly number[]): GridMap {
  const cells = grid[0] * grid[1]
  const sums = new Float64Array(cells)
  for (const row of members) for (let cell = 0; cell < cells; cell++) sums[cell] += values[row * cells + cell]
  return { grid, values: Array.from(sums, (sum) => sum / members.length) }
}

/** Rows nearest to the mean of them all, nearest first. */
function closest({ values, size }: Vectors, members: readonly number[]): number[] {
  const mean = new Float64Array(size)
  for (const row of members) for (let d = 0; d < size; d++) mean[d] += values[row * size + d] / members.length
  return members
    .map((row) => ({ row, distance: mean.reduce((sum, value, d) => sum + (values[row * size + d] - value) ** 2, 0) }))
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
    .slice(0, EXEMPLARS)
    .map(({ row }) => row)
}

/** The values of a column in a cluster, beside how frequent they are among all that were clustered. */
function purityOf({ column, levels, codes }: CodedColumn, places: readonly number[], all: Uint32Array): ClusterPurity {
  const count = (of: Iterable<number>) => {
    const counts = new Map<number, number>()
    for (const place of of) counts.set(codes[place], (counts.get(codes[place]) ?? 0) + 1)
    return counts
  }
  const own = [...count(places)].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  const share = own[0][1] / places.length
  return {
    column, purity: share,
    levels: own.slice(0, LEVELS_TOLD).map(([code, times]) => ({ value: levels[code], count: times, share: times / places.length })),
    lift: share / (count(all).get(own[0][0])! / all.length),
  }
}
