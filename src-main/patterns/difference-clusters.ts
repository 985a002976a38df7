import type { CarryingCase, DifferenceCluster, Interval, MapGroup, MapsRequest } from '../contract/patterns.ts'
import { welchInterval } from '../statistics/welch.ts'
import type { AlignedMaps } from './align.ts'
import type { PermutationResult, Units } from './cluster-permutation.ts'
import type { Group } from './types.ts'

/** A group with the maps of its cases, and what is told of them. */
export interface Gathered { readonly group: Group; readonly units: Units; readonly summary: MapGroup }

interface Compared {
  readonly aligned: AlignedMaps
  /** the map of each case; −1: none */
  readonly mapOf: Int32Array
  readonly ids: Int32Array
  readonly request: MapsRequest
  /** what Holm's procedure multiplied this pair's p by */
  readonly factor: number
  readonly pHolm: number
}

/** The clusters of a difference with what they weigh: how much of a map's mass moved there, and the cases of which that is most true. */
export function differenceClusters(found: PermutationResult, a: Gathered, b: Gathered, { aligned, mapOf, ids, request, factor, pHolm }: Compared): DifferenceCluster[] {
  const carrying = ({ group }: Gathered, cells: readonly number[], direction: number): CarryingCase[] => [...group.rows]
    .flatMap((row) => {
      const value = mapOf[row] < 0 || aligned.isFlat[mapOf[row]] ? null : meanOver(aligned, mapOf[row], cells)
      return value === null ? [] : [{ caseId: ids[row], file: '', value }]
    })
    .sort((x, y) => direction * (y.value - x.value) || x.caseId - y.caseId)
    .slice(0, request.top)
  return found.clusters.map(({ sign, cells, mass, p }) => {
    const adjusted = Math.max(pHolm, Math.min(1, p * factor))
    const isSignificant = adjusted <= request.level
    const moved = request.normalise === 'mass' ? welchInterval(massIn(a, cells), massIn(b, cells)) : null
    return { sign, cells, mass, p, pHolm: adjusted, isSignificant, moved, isMarked: isSignificant && moved !== null && leastOf(moved) >= request.moved, cases: { a: carrying(a, cells, sign), b: carrying(b, cells, -sign) } }
  })
}

/** The end of an interval that is nearer to 0; 0 where it holds 0. */
function leastOf({ low, high }: Interval): number {
  return low > 0 ? low : high < 0 ? -high : 0
}

/** Each unit's mass in the cells. Where a unit does not have one it gets the group's mean of it, so that the mean over units is the sum of the cells' means. */
function massIn({ units: { values, seen, count }, summary: { mean } }: Gathered, cells: readonly number[]): Float64Array {
  const size = mean.values.length
  return Float64Array.from({ length: count }, (_, unit) => cells.reduce((sum, cell) => sum + (seen && !seen[unit * size + cell] ? mean.values[cell] ?? 0 : values[unit * size + cell]), 0))
}

/** null: none of the cells was seen. */
function meanOver({ grid, values, seen }: AlignedMaps, map: number, cells: readonly number[]): number | null {
  const start = map * grid[0] * grid[1]
  const known = cells.filter((cell) => !seen || seen[start + cell])
  return known.length > 0 ? known.reduce((sum, cell) => sum + values[start + cell], 0) / known.length : null
}
