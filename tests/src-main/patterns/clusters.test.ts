import { expect, test } from 'vitest'
import { ClustersRequest } from '../../../src-main/contract/patterns.ts'
import type { Placement } from '../../../src-main/patterns/align.ts'
import { clusterCases } from '../../../src-main/patterns/clusters.ts'
import type { ClustersInput } from '../../../src-main/patterns/clusters.ts'
import { componentsOf, neighbourGraph } from '../../../src-main/patterns/graph.ts'
import { kMeans } from '../../../src-main/patterns/k-means.ts'
import { LandmarkSearch } from '../../../src-main/patterns/landmarks.ts'
import { nearestNeighbours, squaredDistance } from '../../../src-main/patterns/neighbours.ts'
import { similarCases } from '../../../src-main/patterns/similar.ts'
import { laplacianSpectrum } from '../../../src-main/patterns/spectral.ts'
import { featureVectors } from '../../../src-main/patterns/vectors.ts'
import { normal, uniform } from '../../../src-main/tensor/random.ts'

const SILENT = { progress: () => undefined }
const WHOLE: Placement = { grid: [7, 7], native: [7, 7], left: 0, width: 7, top: 0, height: 7 }

/** Maps of lungs, and of a corner where a marker is the cue: `share` of the cases. */
function input(count: number, share: number, seed: number, request: Partial<ClustersRequest> = {}): ClustersInput & { isCue: boolean[] } {
  const random = uniform(seed)
  const noise = normal(seed + 1)
  const isCue = Array.from({ length: count }, () => random() < share)
  const values = Float32Array.from({ length: count * 49 }, (_, at) => {
    const [row, column] = [Math.floor((at % 49) / 7), at % 7]
    const spot = (r: number, c: number) => Math.exp(-((row - r) ** 2 + (column - c) ** 2) / 3)
    const place = Math.floor(at / 49)
    return Math.max(0, (isCue[place] ? spot(0, 6) : spot(3, 1) + spot(3, 5)) + noise() * 0.12)
  })
  const labels = Int32Array.from(isCue, (cue) => cue ? 1 : Number(random() < 0.5))
  return {
    isCue,
    request: ClustersRequest.parse({ attribution: {}, ...request }),
    cases: { ids: Int32Array.from(isCue, (_, i) => 10 + i), patients: new Int32Array(count).fill(-1), labels, predicted: labels, scores: new Float32Array(count), verdicts: new Int8Array(count).fill(-1) },
    maps: { rows: Uint32Array.from(isCue, (_, i) => i), values, starts: Uint32Array.from(isCue, (_, i) => i * 49), placements: [WHOLE], placementOf: new Uint32Array(count) },
    features: null,
    columns: [{ column: 'group:site', levels: ['Harbour', 'Hill'], codes: Int32Array.from(isCue, (cue) => Number(!cue)) }],
    suspicion: null,
  }
}

test.each(['spectral', 'k-means'] as const)('%s isolates the cases with a cue, and says what they share', (method) => {
  const of = input(300, 0.15, 4, { method })
  const { report, points } = clusterCases(of, SILENT)
  expect(report.chosen).toBe(method === 'spectral' ? 'eigengap' : 'silhouette')
  const cue = report.clusters.find(({ mean }) => mean!.values.indexOf(Math.max(...mean!.values.map(Number))) === 6)!
  expect(cue.purity[0]).toMatchObject({ column: 'group:site', levels: [{ value: 'Harbour' }] })
  expect(cue.purity[0].purity).toBeGreaterThanOrEqual(0.9)
  expect(cue.purity[0].lift).toBeGreaterThan(3)
  expect(cue.n).toBeGreaterThan(0.9 * of.isCue.filter(Boolean).length)
  expect(of.isCue[cue.exemplars[0].caseId - 10]).toBe(true)
  expect([...points.ids]).toEqual([...of.cases.ids])
  expect(points.x.every(Number.isFinite) && points.y.every(Number.isFinite)).toBe(true)
})

test('the same seed gives the same clusters and the same plane', () => {
  expect(clusterCases(input(120, 0.3, 1), SILENT)).toEqual(clusterCases(input(120, 0.3, 1), SILENT))
})

test('flat maps are left out and counted; too few maps are refused', () => {
  const of = input(40, 0.3, 1)
  of.maps!.values.fill(0, 0, 49 * 3)
  expect(clusterCases(of, SILENT).report).toMatchObject({ cases: 37, flat: 3 })
  of.maps!.values.fill(0)
  expect(() => clusterCases(of, SILENT)).toThrow(expect.objectContaining({ code: 'bad-filter' }))
})

test('maps that are all alike are one cluster, not an error', () => {
  const of = input(30, 0, 1)
  for (let i = 1; i < 30; i++) of.maps!.values.copyWithin(i * 49, 0, 49)
  const { report } = clusterCases(of, SILENT)
  expect(report.clusters.reduce((sum, { n }) => sum + n, 0)).toBe(30)
  expect(report.clusters.every(({ mean }) => mean!.values.every((value) => Number.isFinite(value)))).toBe(true)
})

const cloud = (count: number, size: number, seed: number, centres: number) => {
  const noise = normal(seed)
  const random = uniform(seed)
  const at = Array.from({ length: centres * size }, () => noise() * 4)
  return { values: Float32Array.from({ length: count * size }, (() => { let centre = 0; return (_: unknown, i: number) => { if (i % size === 0) centre = Math.floor(random() * centres); return at[centre * size + (i % size)] + noise() } })()), count, size }
}

test('the forest finds at least nine of ten neighbours, and says how many', () => {
  const vectors = cloud(4000, 12, 3, 5)
  const found = nearestNeighbours(vectors, 10, 1)
  expect(found.recall).toBeGreaterThan(0.9)
  expect(found.recall).toBeLessThanOrEqual(1)
  for (let i = 0; i < 4000; i += 131) {
    const own = [...found.indices.subarray(i * 10, i * 10 + 10)]
    expect(new Set(own).size).toBe(10)
    expect(own).not.toContain(i)
    expect([...found.distances.subarray(i * 10, i * 10 + 10)]).toEqual([...found.distances.subarray(i * 10, i * 10 + 10)].sort((a, b) => a - b))
  }
})

test('the nearest landmarks are those of looking at each, where eight do not go into their number as well', () => {
  const landmarks = cloud(83, 5, 2, 3)
  const others = cloud(40, 5, 3, 3)
  const search = new LandmarkSearch(landmarks, 4)
  for (let row = 0; row < others.count; row++) {
    const both = { values: Float32Array.from([...landmarks.values, ...others.values.subarray(row * 5, row * 5 + 5)]), count: 84, size: 5 }
    const all = Array.from({ length: 83 }, (_, i) => ({ i, distance: squaredDistance(both, i, 83) })).sort((a, b) => a.distance - b.distance)
    const { which, distances } = search.nearest(others.values, row * 5)
    expect([...which]).toEqual(all.slice(0, 4).map(({ i }) => i))
    distances.forEach((distance, i) => expect(distance).toBeCloseTo(all[i].distance, 4))
  }
})

test("eigenvalues are those of the whole matrix, each part's 0 included", () => {
  const vectors = cloud(90, 6, 8, 3)
  const graph = neighbourGraph(nearestNeighbours(vectors, 5, 1), 90)
  const { eigenvalues, vectors: axes, components, residual } = laplacianSpectrum(graph, 8, 1)
  expect(components).toBe(componentsOf(graph).sizes.length)
  expect(residual).toBeLessThan(1e-3)
  // L·u = λ·u, multiplied out
  axes.forEach((u, axis) => {
    const left = u.map((value, i) => {
      let sum = value
      for (let at = graph.starts[i]; at < graph.starts[i + 1]; at++) sum -= (graph.weights[at] * u[graph.targets[at]]) / Math.sqrt(graph.degrees[i] * graph.degrees[graph.targets[at]])
      return sum
    })
    left.forEach((value, i) => expect(Math.abs(value - eigenvalues[axis] * u[i])).toBeLessThan(1e-3))
  })
  expect(eigenvalues).toEqual([...eigenvalues].sort((a, b) => a - b))
})

test('k-means finds what is far apart, with fewer different rows than clusters as well', () => {
  const vectors = cloud(300, 3, 5, 3)
  const { of, inertia } = kMeans(vectors, 3, 1, 10)
  expect(new Set(of).size).toBe(3)
  expect(inertia / 300).toBeLessThan(4)
  expect(new Set(kMeans({ values: Float32Array.from([1, 1, 2, 2, 1, 1]), count: 3, size: 2 }, 3, 1, 2).of).size).toBe(2)
})

test('similar cases have the same direction, the case itself is not among them', () => {
  const of = input(60, 0.3, 2)
  const cue = of.isCue.indexOf(true)
  const found = similarCases({ ids: of.cases.ids, caseId: 10 + cue, top: 5, maps: of.maps, features: null }, SILENT)!
  expect(found.every(({ caseId }) => of.isCue[caseId - 10] && caseId !== 10 + cue)).toBe(true)
  expect(found[0].cosine).toBeGreaterThanOrEqual(found[4].cosine)
  expect(similarCases({ ids: of.cases.ids, caseId: 999, top: 5, maps: of.maps, features: null }, SILENT)).toBeNull()
})

test('many features are projected to fewer with their neighbours kept', () => {
  const { values } = cloud(80, 400, 6, 4)
  const { vectors, words } = featureVectors({ rows: Uint32Array.from({ length: 80 }, (_, i) => i), values, size: 400 }, 1)
  expect([vectors.size, vectors.count]).toEqual([128, 80])
  expect(words).toMatch(/400 features.*128/)
})
