import type { GridMap, MapDifference, MapsReport, MapsRequest, ZoneMass } from '../contract/patterns.ts'
import { holm } from '../statistics/holm.ts'
import { Z_95 } from '../statistics/normal.ts'
import { studentCritical } from '../statistics/student.ts'
import { alignMaps, commonGrid } from './align.ts'
import type { AlignedMaps, MapStack } from './align.ts'
import { clusterPermutation } from './cluster-permutation.ts'
import type { Units } from './cluster-permutation.ts'
import { differenceClusters } from './difference-clusters.ts'
import type { Gathered } from './difference-clusters.ts'
import { positioningWarnings } from './positioning.ts'
import type { Positions } from './positioning.ts'
import type { AnalysisNotes, Group } from './types.ts'

export interface MapsInput {
  readonly request: MapsRequest
  readonly ids: Int32Array
  readonly patients: Int32Array
  readonly all: Group['group']
  readonly groups: readonly Group[]
  readonly maps: MapStack
  readonly positions: Positions
  /** share of each map's mass in each zone, [maps, zones]; NaN: not known of this map */
  readonly zones: { readonly names: readonly string[]; readonly shares: Float32Array }
  readonly signed: boolean
}

/** What the service adds: words and file names. */
export type MapsOutput = Omit<MapsReport, 'attribution' | 'className' | 'frameNote' | 'withoutMap' | 'notes'>

/** Mean maps of groups in a common frame and the differences of every two of the largest. */
export function mapsByGroup(input: MapsInput, notes: AnalysisNotes): MapsOutput {
  const { request, groups, maps, positions } = input
  const grid = commonGrid(maps.placements)
  const aligned = alignMaps(maps, grid, request.normalise)
  const mapOf = new Int32Array(input.ids.length).fill(-1)
  maps.rows.forEach((row, map) => { mapOf[row] = map })
  const gathered = groups.map((group) => gather(input, aligned, mapOf, group))
  const compared = gathered.filter(({ summary }) => !summary.isBelowMinimum).sort((x, y) => y.units.count - x.units.count).slice(0, request.groups)
  const chosen = gathered.filter((one) => compared.includes(one))
  const pairs = chosen.flatMap((a, i) => chosen.slice(i + 1).map((b) => ({ a, b })))

  const results = pairs.map(({ a, b }, pair) => clusterPermutation(a.units, b.units, grid, {
    permutations: request.permutations, cellLevel: request.cellLevel, seed: request.seed + pair,
    onPermutation: (done) => notes.progress(pair * request.permutations + done, pairs.length * request.permutations, `${a.group.group.name} and ${b.group.group.name}`),
  }))
  const adjusted = holm(results.map(({ p }) => p))
  const differences = pairs.map(({ a, b }, pair): MapDifference => {
    const found = results[pair]
    const pHolm = adjusted[pair]!
    // what Holm's procedure multiplied this pair's p by
    const factor = results.length - results.filter((other, i) => other.p < found.p || (other.p === found.p && i < pair)).length
    const clusters = differenceClusters(found, a, b, { aligned, mapOf, ids: input.ids, request, factor, pHolm })
    return {
      a: a.group.group.key, b: b.group.group.key,
      difference: gridMap(grid, found.difference), t: gridMap(grid, found.t.map((t, cell) => Number.isNaN(found.difference[cell]) ? NaN : t)),
      cellThreshold: found.cellThreshold,
      clusters,
      p: found.p, pHolm, isSignificant: pHolm <= request.level, isMarked: clusters.some(({ isMarked }) => isMarked),
      zones: a.summary.zones.flatMap((of) => {
        const other = b.summary.zones.find(({ zone }) => zone === of.zone)
        return other ? [{ zone: of.zone, difference: { value: of.value - other.value, low: of.value - other.value - Math.hypot(of.value - of.low, other.high - other.value), high: of.value - other.value + Math.hypot(of.high - of.value, other.value - other.low) } }] : []
      }),
      warnings: positioningWarnings(positions, a.group, b.group, request.frame === 'body'),
    }
  })
  const everything: Group = { group: input.all, rows: Uint32Array.from({ length: input.ids.length }, (_, i) => i) }
  const { normalise, unit, frame, permutations, cellLevel, level, moved, minimum, seed } = request
  return {
    frame, normalise, unit, permutations, cellLevel, level, moved, minimum, seed, grid,
    signed: input.signed,
    nativeGrids: nativeGrids(maps),
    aspect: median(positions.aspects),
    overall: gather(input, aligned, mapOf, everything).summary.mean,
    groups: gathered.map(({ summary }) => summary),
    differences,
  }
}

/** A group's units, and their mean with its standard error. */
function gather({ request, patients, zones }: MapsInput, aligned: AlignedMaps, mapOf: Int32Array, group: Group): Gathered {
  const cells = aligned.grid[0] * aligned.grid[1]
  const members = [...group.rows].map((row) => ({ row, map: mapOf[row] })).filter(({ map }) => map >= 0)
  const usable = members.filter(({ map }) => !aligned.isFlat[map])
  const unitOf = new Map<number, number[]>()
  for (const { row, map } of usable) {
    // a case without a patient is a unit by itself
    const key = request.unit === 'patient' && patients[row] >= 0 ? patients[row] : -1 - row
    const known = unitOf.get(key)
    if (known) known.push(map)
    else unitOf.set(key, [map])
  }
  const parts = [...unitOf.values()]
  const units = unitMeans(aligned, parts, cells)
  const { mean, se } = meanAndError(units, cells)
  const { length: count } = parts
  return {
    group, units,
    summary: {
      ...group.group, units: count, maps: members.length, flat: members.length - usable.length,
      mean: gridMap(aligned.grid, mean), se: gridMap(aligned.grid, se),
      zones: zones.names.flatMap((zone, place) => zoneMass(zone, parts.map((maps) => maps.map((map) => zones.shares[map * zones.names.length + place]))) ?? []),
      isBelowMinimum: count < request.minimum,
    },
  }
}

/** Each unit's mean over its maps, cell by cell over those that have the cell. */
function unitMeans({ values, seen }: AlignedMaps, parts: readonly (readonly number[])[], cells: number): Units {
  const result = new Float64Array(parts.length * cells)
  const has = seen && new Uint8Array(parts.length * cells)
  parts.forEach((maps, unit) => {
    for (let cell = 0; cell < cells; cell++) {
      let [sum, count] = [0, 0]
      for (const map of maps) {
        const at = map * cells + cell
        if (seen && !seen[at]) continue
        sum += values[at]
        count++
      }
      if (count > 0) result[unit * cells + cell] = sum / count
      if (has) has[unit * cells + cell] = Number(count > 0)
    }
  })
  return { values: result, seen: has, count: parts.length }
}

function meanAndError({ values, seen, count }: Units, cells: number): { readonly mean: Float64Array; readonly se: Float64Array } {
  const mean = new Float64Array(cells).fill(NaN)
  const se = new Float64Array(cells).fill(NaN)
  for (let cell = 0; cell < cells; cell++) {
    let [n, sum, squares] = [0, 0, 0]
    for (let at = cell; at < count * cells; at += cells) {
      if (seen && !seen[at]) continue
      n++
      sum += values[at]
    }
    if (n === 0) continue
    mean[cell] = sum / n
    for (let at = cell; at < count * cells; at += cells) if (!seen || seen[at]) squares += (values[at] - mean[cell]) ** 2
    if (n > 1) se[cell] = Math.sqrt(squares / (n - 1) / n)
  }
  return { mean, se }
}

/** Mean of the units' shares with Student's 95 % interval; null: fewer than two units are known. */
function zoneMass(zone: string, units: readonly (readonly number[])[]): ZoneMass | null {
  const means = units.map((shares) => shares.filter(Number.isFinite)).filter((shares) => shares.length > 0).map((shares) => shares.reduce((sum, share) => sum + share, 0) / shares.length)
  if (means.length < 2) return null
  const value = means.reduce((sum, one) => sum + one, 0) / means.length
  const se = Math.sqrt(means.reduce((sum, one) => sum + (one - value) ** 2, 0) / (means.length - 1) / means.length)
  const half = (means.length > 1000 ? Z_95 : studentCritical(0.05, means.length - 1)) * se
  return { zone, value, low: Math.max(0, value - half), high: Math.min(1, value + half), units: means.length }
}

function nativeGrids({ placements, placementOf }: MapStack): MapsReport['nativeGrids'] {
  const counts = new Map<string, { grid: readonly [number, number]; maps: number }>()
  for (const placement of placementOf) {
    const { native: grid } = placements[placement]
    const known = counts.get(grid.join('×'))
    if (known) known.maps++
    else counts.set(grid.join('×'), { grid, maps: 1 })
  }
  return [...counts.values()].sort((x, y) => y.maps - x.maps)
}

function gridMap(grid: readonly [number, number], values: Float64Array): GridMap {
  return { grid, values: Array.from(values, (value) => Number.isFinite(value) ? value : null) }
}

function median(values: Float32Array): number {
  const known = values.filter(Number.isFinite).sort()
  return known.length > 0 ? known[known.length >> 1] : 1
}
