import type { NORMALISATIONS } from '../contract/patterns.ts'

/** Where the common frame lies on a map's own grid, in cells: its left edge and width, its top and height. */
export interface Placement {
  readonly grid: readonly [number, number]
  /** the grid that the map was computed on, where it was made coarser since */
  readonly native: readonly [number, number]
  readonly left: number
  readonly width: number
  readonly top: number
  readonly height: number
}

/** Maps of cases as they are in the project, one after the other, each on its own grid. */
export interface MapStack {
  /** the case of each map, as a place in the table */
  readonly rows: Uint32Array
  readonly values: Float32Array
  /** of each map in `values` */
  readonly starts: Uint32Array
  readonly placements: readonly Placement[]
  readonly placementOf: Uint32Array
}

/** Maps on one grid over the common frame, row-major, and which of their cells the model saw. */
export interface AlignedMaps {
  readonly grid: readonly [number, number]
  /** [maps, cells], normalised */
  readonly values: Float32Array
  /** [maps, cells]; null: all are seen */
  readonly seen: Uint8Array | null
  /** maps that are 0 everywhere, or the same: nothing can be normalised */
  readonly isFlat: Uint8Array
}

/** cells on a side of the common grid, however fine the maps are: a cell is a question, and too many small ones answer none */
const MOST_CELLS = 32
/** a cell of the common grid of which less than this was seen has no value */
const SEEN = 0.5

/** As fine as the finest of the maps is over the frame, and no finer. */
export function commonGrid(placements: readonly Placement[]): readonly [number, number] {
  const finest = (size: (placement: Placement) => number) => Math.max(1, Math.min(MOST_CELLS, Math.round(placements.reduce((most, placement) => Math.max(most, size(placement)), 1))))
  return [finest(({ height }) => height), finest(({ width }) => width)]
}

/**
 * Every map over the common frame: a cell's value is the mean over the area that it covers, each cell of a map taken as the constant patch that it is, so that
 * nothing is finer than it was computed. Then normalised as told, over what was seen.
 */
export function alignMaps({ values, starts, placements, placementOf }: MapStack, grid: readonly [number, number], normalise: (typeof NORMALISATIONS)[number]): AlignedMaps {
  const count = starts.length
  const [rows, columns] = grid
  const cells = rows * columns
  const result = new Float32Array(count * cells)
  const isFlat = new Uint8Array(count)
  let seen: Uint8Array | null = null
  const axes = placements.map((placement) => ({ down: overlaps(placement.top, placement.height, rows, placement.grid[0]), across: overlaps(placement.left, placement.width, columns, placement.grid[1]) }))
  for (let map = 0; map < count; map++) {
    const { down, across } = axes[placementOf[map]]
    const width = placements[placementOf[map]].grid[1]
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = map * cells + row * columns + column
        if (down.covered[row] < SEEN || across.covered[column] < SEEN) {
          seen ??= new Uint8Array(count * cells).fill(1)
          seen[at] = 0
          continue
        }
        let sum = 0
        for (let i = 0; i < down.count[row]; i++)
          for (let j = 0; j < across.count[column]; j++)
            sum += down.weights[row][i] * across.weights[column][j] * values[starts[map] + (down.first[row] + i) * width + across.first[column] + j]
        result[at] = sum
      }
    }
    isFlat[map] = Number(!normaliseMap(result, map * cells, cells, seen, normalise))
  }
  return { grid, values: result, seen, isFlat }
}

/** A map on a coarser grid: means over the areas of its cells. */
export function shrinkMap(values: Float32Array, [rows, columns]: readonly [number, number], [toRows, toColumns]: readonly [number, number]): Float32Array {
  const down = overlaps(0, rows, toRows, rows)
  const across = overlaps(0, columns, toColumns, columns)
  const result = new Float32Array(toRows * toColumns)
  for (let row = 0; row < toRows; row++) {
    for (let column = 0; column < toColumns; column++) {
      let sum = 0
      for (let i = 0; i < down.count[row]; i++) for (let j = 0; j < across.count[column]; j++) sum += down.weights[row][i] * across.weights[column][j] * values[(down.first[row] + i) * columns + across.first[column] + j]
      result[row * toColumns + column] = sum
    }
  }
  return result
}

interface Overlaps { readonly first: Int32Array; readonly count: Int32Array; readonly weights: readonly Float64Array[]; /** share of the interval that lies on the grid */ readonly covered: Float64Array }

/** How much of each source cell lies in each of `targets` equal intervals of [start, start + length], as shares of what lies on the grid. */
function overlaps(start: number, length: number, targets: number, cells: number): Overlaps {
  const first = new Int32Array(targets)
  const count = new Int32Array(targets)
  const covered = new Float64Array(targets)
  const weights: Float64Array[] = []
  const step = length / targets
  for (let target = 0; target < targets; target++) {
    const from = Math.max(0, start + target * step)
    const to = Math.min(cells, start + (target + 1) * step)
    covered[target] = Math.max(0, to - from) / step
    first[target] = Math.min(cells - 1, Math.max(0, Math.floor(from + 1e-9)))
    count[target] = covered[target] > 0 ? Math.max(1, Math.ceil(to - 1e-9) - first[target]) : 0
    weights.push(Float64Array.from({ length: count[target] }, (_, i) => (Math.min(to, first[target] + i + 1) - Math.max(from, first[target] + i)) / (to - from)))
  }
  return { first, count, weights, covered }
}

/** In place; false: the map is the same everywhere. */
function normaliseMap(values: Float32Array, start: number, cells: number, seen: Uint8Array | null, normalise: (typeof NORMALISATIONS)[number]): boolean {
  let [sum, most, low, high] = [0, 0, Infinity, -Infinity]
  for (let at = start; at < start + cells; at++) {
    if (seen && !seen[at]) continue
    const size = Math.abs(values[at])
    sum += size
    most = Math.max(most, size)
    low = Math.min(low, values[at])
    high = Math.max(high, values[at])
  }
  if (!(high > low)) return false
  const scale = normalise === 'mass' ? 1 / sum : normalise === 'max' ? 1 / most : 1
  for (let at = start; at < start + cells; at++) values[at] *= scale
  return true
}
