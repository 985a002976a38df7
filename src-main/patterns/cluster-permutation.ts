import { uniform } from '../tensor/random.ts'
import { studentCritical } from '../statistics/student.ts'

/** Independent units on one grid: [units, cells]. */
export interface Units { readonly values: Float64Array; /** null: every cell of every unit has a value */ readonly seen: Uint8Array | null; readonly count: number }

export interface FoundCluster { readonly sign: 1 | -1; readonly cells: readonly number[]; readonly mass: number; readonly p: number }
export interface PermutationResult {
  /** mean of a less mean of b; NaN where a cell cannot be compared */
  readonly difference: Float64Array
  readonly t: Float64Array
  readonly cellThreshold: number
  /** strongest first */
  readonly clusters: readonly FoundCluster[]
  /** of the greatest cluster; 1 where there is none */
  readonly p: number
}

export interface PermutationOptions {
  readonly permutations: number
  /** two-sided, of a single cell: which cells join a cluster */
  readonly cellLevel: number
  readonly seed: number
  readonly onPermutation?: (done: number) => void
}

/** units of each group that a cell needs to be compared */
const LEAST_UNITS = 2

/**
 * Cluster-based permutation test of two independent groups (Maris & Oostenveld 2007): a pooled-variance t in each cell, neighbouring cells (4 of them) whose t
 * exceeds the critical value in the same direction form clusters, and each cluster's mass Σt is compared with the greatest |Σt| of as many random divisions of
 * the units. p counts the division at hand (Phipson & Smyth 2010), so it is never 0. Two-sided; controls the chance of any false cluster in the whole grid.
 */
export function clusterPermutation(a: Units, b: Units, grid: readonly [number, number], { permutations, cellLevel, seed, onPermutation }: PermutationOptions): PermutationResult {
  const cells = grid[0] * grid[1]
  const total = a.count + b.count
  const pooled = poolUnits(a, b, cells)
  const cellThreshold = studentCritical(cellLevel, Math.max(1, total - 2))
  const statistics = new CellStatistics(pooled, cells)
  const order = Uint32Array.from({ length: total }, (_, i) => i)

  // the smaller group is summed, the other is the rest
  const isASmaller = a.count <= b.count
  const chosen = isASmaller ? order.subarray(0, a.count) : order.subarray(a.count)
  statistics.divide(chosen, isASmaller ? 1 : -1)
  const difference = statistics.difference.slice()
  const t = statistics.t.slice()
  const observed = clustersOf(t, grid, cellThreshold)

  const exceeded = new Uint32Array(observed.length)
  if (observed.length > 0) {
    const random = uniform(seed)
    const take = Math.min(a.count, b.count)
    for (let permutation = 0; permutation < permutations; permutation++) {
      for (let i = 0; i < take; i++) {
        const other = i + Math.floor(random() * (total - i))
        const swapped = order[i]
        order[i] = order[other]
        order[other] = swapped
      }
      statistics.divide(order.subarray(0, take), 1)
      const greatest = greatestMass(statistics.t, grid, cellThreshold)
      for (let i = 0; i < observed.length; i++) if (greatest >= Math.abs(observed[i].mass) * (1 - 1e-12)) exceeded[i]++
      onPermutation?.(permutation + 1)
    }
  }
  const clusters = observed.map((cluster, i): FoundCluster => ({ ...cluster, p: (1 + exceeded[i]) / (1 + permutations) })).sort((x, y) => Math.abs(y.mass) - Math.abs(x.mass))
  return { difference, t, cellThreshold, clusters, p: clusters.length > 0 ? clusters[0].p : 1 }
}

function poolUnits(a: Units, b: Units, cells: number): Units {
  const values = new Float64Array((a.count + b.count) * cells)
  values.set(a.values)
  values.set(b.values, a.count * cells)
  if (!a.seen && !b.seen) return { values, seen: null, count: a.count + b.count }
  const seen = new Uint8Array(values.length).fill(1)
  if (a.seen) seen.set(a.seen)
  if (b.seen) seen.set(b.seen, a.count * cells)
  return { values, seen, count: a.count + b.count }
}

/** t of every cell for a division of the units. Only sums over one part are needed: the sums over all stay the same. */
class CellStatistics {
  readonly difference: Float64Array
  readonly t: Float64Array
  readonly #units: Units
  readonly #cells: number
  readonly #sum: Float64Array
  readonly #squares: Float64Array
  readonly #count: Float64Array
  readonly #partSum: Float64Array
  readonly #partCount: Float64Array

  constructor(units: Units, cells: number) {
    this.#units = units
    this.#cells = cells
    ;[this.difference, this.t, this.#sum, this.#squares, this.#count, this.#partSum, this.#partCount] = Array.from({ length: 7 }, () => new Float64Array(cells)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
    const { values, seen, count } = units
    for (let unit = 0; unit < count; unit++) {
      for (let cell = 0, at = unit * cells; cell < cells; cell++, at++) {
        if (seen && !seen[at]) {
          values[at] = 0
          continue
        }
        this.#count[cell]++
        this.#sum[cell] += values[at]
      }
    }
    // about the mean of all, so that squares of small differences do not drown in it
    for (let cell = 0; cell < cells; cell++) {
      const mean = this.#count[cell] > 0 ? this.#sum[cell] / this.#count[cell] : 0
      let squares = 0
      let sum = 0
      for (let unit = 0, at = cell; unit < count; unit++, at += cells) {
        if (seen && !seen[at]) continue
        values[at] -= mean
        squares += values[at] ** 2
        sum += values[at]
      }
      this.#squares[cell] = squares
      this.#sum[cell] = sum
    }
  }

  /** `sign` 1: the part less the rest; −1: the rest less the part. */
  divide(part: Uint32Array, sign: 1 | -1): void {
    const { values, seen } = this.#units
    const cells = this.#cells
    const sum = this.#partSum.fill(0)
    const counted = this.#partCount.fill(seen ? 0 : part.length)
    for (let i = 0; i < part.length; i++) {
      const start = part[i] * cells
      for (let cell = 0; cell < cells; cell++) sum[cell] += values[start + cell]
      if (seen) for (let cell = 0; cell < cells; cell++) counted[cell] += seen[start + cell]
    }
    for (let cell = 0; cell < cells; cell++) {
      const [n, m] = [counted[cell], this.#count[cell] - counted[cell]]
      if (n < LEAST_UNITS || m < LEAST_UNITS) {
        this.difference[cell] = NaN
        this.t[cell] = 0
        continue
      }
      const [meanPart, meanRest] = [sum[cell] / n, (this.#sum[cell] - sum[cell]) / m]
      const squares = this.#squares[cell]
      // never quite 0, so that two groups that are each the same throughout differ by a great t, not an infinite one
      const within = Math.max(1e-12 * squares, squares - n * meanPart ** 2 - m * meanRest ** 2) / (n + m - 2)
      const difference = sign * (meanPart - meanRest)
      this.difference[cell] = difference
      this.t[cell] = squares > 0 ? difference / Math.sqrt(within * (1 / n + 1 / m)) : 0
    }
  }
}

/** Neighbouring cells beyond the threshold in one direction. */
export function clustersOf(t: Float64Array, [rows, columns]: readonly [number, number], threshold: number): { readonly sign: 1 | -1; readonly cells: readonly number[]; readonly mass: number }[] {
  const visited = new Uint8Array(t.length)
  const clusters = []
  for (let start = 0; start < t.length; start++) {
    if (visited[start] || !(Math.abs(t[start]) > threshold)) continue
    const sign = t[start] > 0 ? 1 : -1
    const cells = [start]
    visited[start] = 1
    let mass = 0
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]
      mass += t[cell]
      const [row, column] = [Math.floor(cell / columns), cell % columns]
      for (const next of [row > 0 ? cell - columns : -1, row < rows - 1 ? cell + columns : -1, column > 0 ? cell - 1 : -1, column < columns - 1 ? cell + 1 : -1]) {
        if (next < 0 || visited[next] || !(t[next] * sign > threshold)) continue
        visited[next] = 1
        cells.push(next)
      }
    }
    clusters.push({ sign, cells: cells.sort((x, y) => x - y), mass } as const)
  }
  return clusters
}

function greatestMass(t: Float64Array, grid: readonly [number, number], threshold: number): number {
  let greatest = 0
  for (const { mass } of clustersOf(t, grid, threshold)) greatest = Math.max(greatest, Math.abs(mass))
  return greatest
}
