import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MapsRequest } from '../../../src-main/contract/patterns.ts'
import { NO_FILTER } from '../../../src-main/contract/records.ts'
import { alignMaps, commonGrid, shrinkMap } from '../../../src-main/patterns/align.ts'
import type { MapStack, Placement } from '../../../src-main/patterns/align.ts'
import { clusterPermutation } from '../../../src-main/patterns/cluster-permutation.ts'
import type { Units } from '../../../src-main/patterns/cluster-permutation.ts'
import { mapsByGroup } from '../../../src-main/patterns/maps.ts'
import type { MapsInput } from '../../../src-main/patterns/maps.ts'
import { normal, uniform } from '../../../src-main/tensor/random.ts'

interface Fixture { permutation: { a: number[]; b: number[]; n: number; m: number; grid: [number, number]; t: number[]; threshold: number; clusters: { sign: 1 | -1; cells: number[]; mass: number; p: number }[] }[] }
/** Numbers of tests/reference/patterns/make-maps.py: scipy, with permutations of its own. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/patterns/maps.json', import.meta.url), 'utf8')) as Fixture
const units = (values: ArrayLike<number>, count: number): Units => ({ values: Float64Array.from(values), seen: null, count })
const SILENT = { progress: () => undefined }

test.each(fixture.permutation)("t, clusters and their masses are scipy's; p to what 4,000 permutations can tell (%#)", ({ a, b, n, m, grid, t, threshold, clusters }) => {
  for (const [one, other, sign] of [[units(a, n), units(b, m), 1], [units(b, m), units(a, n), -1]] as const) {
    const found = clusterPermutation(one, other, grid, { permutations: 4000, cellLevel: 0.05, seed: 3 })
    expect(found.cellThreshold).toBeCloseTo(threshold, 7)
    t.forEach((value, cell) => expect(found.t[cell]).toBeCloseTo(sign * value, 8))
    expect(found.clusters.map(({ cells }) => cells)).toEqual(clusters.map(({ cells }) => cells))
    clusters.forEach(({ mass, p }, i) => {
      expect(found.clusters[i].mass).toBeCloseTo(sign * mass, 8)
      expect(Math.abs(found.clusters[i].p - p)).toBeLessThan(4 * Math.sqrt((2 * Math.max(p * (1 - p), 0.001)) / 4000))
    })
  }
})

test('the same seed gives the same p, and p is never 0', () => {
  const [{ a, b, n, m, grid }] = fixture.permutation
  const run = (seed: number) => clusterPermutation(units(a.map((value) => value + 5), n), units(b, m), grid, { permutations: 99, cellLevel: 0.05, seed })
  expect(run(1)).toEqual(run(1))
  expect(run(2).p).toBe(0.01)
})

test('where nothing differs p is uniform: 100 sets, few of them loud, at any level', () => {
  const ps = Array.from({ length: 100 }, (_, seed) => {
    const noise = normal(1000 + seed)
    const random = (count: number) => units(Float64Array.from({ length: count * 49 }, noise), count)
    return clusterPermutation(random(20), random(30), [7, 7], { permutations: 199, cellLevel: 0.05, seed }).p
  })
  expect(ps.filter((p) => p <= 0.01).length).toBeLessThanOrEqual(5)
  expect(ps.filter((p) => p <= 0.05).length).toBeLessThanOrEqual(11)
  expect(Math.abs(ps.filter((p) => p <= 0.5).length - 50)).toBeLessThanOrEqual(15)
})

test('cells that some units do not have are compared over those that have them, others not at all', () => {
  const noise = normal(5)
  const make = (count: number, shift: number): Units => {
    const values = Float64Array.from({ length: count * 4 }, (_, at) => noise() + (at % 4 === 1 ? shift : 0))
    const seen = Uint8Array.from({ length: count * 4 }, (_, at) => Number(at % 4 !== 3 && !(at % 4 === 1 && at < 4 * 5)))
    return { values, seen, count }
  }
  const found = clusterPermutation(make(20, 3), make(20, 0), [2, 2], { permutations: 199, cellLevel: 0.05, seed: 1 })
  expect(Number.isNaN(found.difference[3])).toBe(true)
  expect(found.difference[1]).toBeGreaterThan(2)
  expect(found.clusters[0]).toMatchObject({ cells: [1], sign: 1, p: 0.005 })
})

const whole = (grid: [number, number]): Placement => ({ grid, native: grid, left: 0, width: grid[1], top: 0, height: grid[0] })
const stack = (maps: number[][], placements: Placement[], placementOf = maps.map((_, i) => i % placements.length)): MapStack => {
  const starts = maps.map((_, i) => maps.slice(0, i).reduce((sum, { length }) => sum + length, 0))
  return { rows: Uint32Array.from(maps, (_, i) => i), values: Float32Array.from(maps.flat()), starts: Uint32Array.from(starts), placements, placementOf: Uint32Array.from(placementOf) }
}

test('maps of different grids meet on the finest; every cell is the constant patch that it is', () => {
  const placements = [whole([2, 2]), whole([4, 4])]
  expect(commonGrid(placements)).toEqual([4, 4])
  const { values, seen } = alignMaps(stack([[1, 2, 3, 4], Array.from({ length: 16 }, (_, i) => i)], placements), [4, 4], 'none')
  expect([...values.subarray(0, 16)]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
  expect([...values.subarray(16)]).toEqual(Array.from({ length: 16 }, (_, i) => i))
  expect(seen).toBeNull()
  expect([...shrinkMap(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3], [1, 1])]).toEqual([3.5])
})

test('what a centre crop cut off has no value', () => {
  const placement: Placement = { grid: [2, 2], native: [2, 2], left: -1, width: 4, top: 0, height: 2 }
  const { values, seen } = alignMaps(stack([[1, 2, 3, 4]], [placement]), commonGrid([placement]), 'none')
  expect([...seen!]).toEqual([0, 1, 1, 0, 0, 1, 1, 0])
  expect([...values]).toEqual([0, 1, 2, 0, 0, 3, 4, 0])
})

test('a map that is the same everywhere is flat; the mass of others is 1', () => {
  const { values, isFlat } = alignMaps(stack([[0, 0, 0, 0], [1, -3, 0, 0], [2, 2, 2, 2]], [whole([2, 2])]), [2, 2], 'mass')
  expect([...isFlat]).toEqual([1, 0, 1])
  expect([...values.subarray(4, 8)]).toEqual([0.25, -0.75, 0, 0])
})

/** Maps of two sites; in the north a corner lights up. */
function input(count: number, cue: number, seed: number, request: Partial<MapsRequest> = {}): MapsInput {
  const random = uniform(seed)
  const noise = normal(seed + 7)
  const sites = Array.from({ length: count }, () => Number(random() < 0.5))
  const maps = sites.map((site) => Array.from({ length: 49 }, (_, cell) => Math.max(0, 1 + noise() * 0.4 + (site === 1 && cell === 6 ? cue : 0))))
  const rows = (wanted: number) => Uint32Array.from(sites.flatMap((site, i) => site === wanted ? [i] : []))
  const group = (key: string, n: number) => ({ key, name: key, parts: [], filterId: null, filter: NO_FILTER, n })
  return {
    request: MapsRequest.parse({ by: { columns: ['group:site'] }, attribution: {}, permutations: 199, level: 0.05, ...request }),
    ids: Int32Array.from(sites, (_, i) => 100 + i), patients: Int32Array.from(sites, (_, i) => i >> 1),
    all: group('all', count), groups: [{ group: group('north', rows(1).length), rows: rows(1) }, { group: group('south', rows(0).length), rows: rows(0) }, { group: group('nobody', 0), rows: rows(2) }],
    maps: stack(maps, [whole([7, 7])]), signed: false,
    positions: { views: sites.map(() => 'PA'), aspects: new Float32Array(count).fill(1), bodies: null }, zones: { names: [], shares: new Float32Array() },
  }
}

test('a corner that lights up at one site is found, with the cases that carry it', () => {
  const { differences: [difference], groups, grid, overall } = mapsByGroup(input(120, 2, 3), SILENT)
  expect(grid).toEqual([7, 7])
  expect(difference).toMatchObject({ a: 'north', b: 'south', isSignificant: true, p: 0.005, warnings: [] })
  const [cluster] = difference.clusters
  expect(cluster.cells).toContain(6)
  expect(cluster.sign).toBe(1)
  const { cases } = cluster
  expect(cases.a).toHaveLength(24)
  expect(cases.a[0].value).toBeGreaterThan(cases.a.at(-1)!.value)
  expect(cases.b[0].value).toBeLessThan(cases.b.at(-1)!.value)
  expect(groups[2]).toMatchObject({ units: 0, isBelowMinimum: true, mean: { values: Array(49).fill(null) } })
  expect(overall.values.reduce((sum: number, value) => sum + value!, 0)).toBeCloseTo(1, 5)
})

test('maps of a patient are one unit of a group', () => {
  const of = input(40, 0, 1)
  const byPatient = mapsByGroup(of, SILENT).groups[0]
  const byCase = mapsByGroup({ ...of, request: { ...of.request, unit: 'case' } }, SILENT).groups[0]
  expect(byCase.units).toBe(byCase.maps)
  expect(byPatient.units).toBeLessThan(byPatient.maps)
})

test('groups that lie differently are warned of, unless the frame is the body', () => {
  const of = input(80, 0, 2)
  const isNorth = new Set(of.groups[0].rows)
  const positions = { views: of.positions.views.map((_, i) => isNorth.has(i) ? 'AP' : 'PA'), aspects: of.positions.aspects.map((_, i) => isNorth.has(i) ? 0.8 : 1.1), bodies: Float32Array.from({ length: 320 }, (_, at) => at % 4 === 0 ? (isNorth.has(at >> 2) ? 0.4 : 0.5) : 0.5) }
  const warnings = (frame: 'image' | 'body') => mapsByGroup({ ...of, positions, request: { ...of.request, frame } }, SILENT).differences[0].warnings
  expect(warnings('image').join(' ')).toMatch(/other views: PA in 0 % of north and 100 % of south.*proportions.*left or right/)
  expect(warnings('body')).toHaveLength(1)
})
