import { normal } from '../tensor/random.ts'
import { alignMaps, commonGrid } from './align.ts'
import type { AlignedMaps, MapStack } from './align.ts'
import type { Vectors } from './neighbours.ts'

/** What cases are compared by: maps, or the model's features, one row a case. */
export interface CaseVectors {
  readonly vectors: Vectors
  /** the case of each row, as a place in the table */
  readonly rows: Uint32Array
  readonly flat: number
  /** of maps: the normalised maps themselves, a row for a row of `vectors` */
  readonly maps: { readonly grid: readonly [number, number]; readonly values: Float32Array } | null
  readonly words: string
}

/** Features as a run stored them: [count, size]. */
export interface FeatureStack { readonly rows: Uint32Array; readonly values: Float32Array; readonly size: number }

/** beyond this, features are projected at random: distances keep to about a tenth (Johnson & Lindenstrauss 1984) */
const MOST_FEATURES = 128

/** Maps on a common grid, each over its absolute mass and then of length 1, so that the distance of two is that of their directions. Flat maps are left out. */
export function mapVectors(stack: MapStack): CaseVectors {
  const grid = commonGrid(stack.placements)
  const aligned: AlignedMaps = alignMaps(stack, grid, 'mass')
  const size = grid[0] * grid[1]
  const kept = Array.from(stack.rows, (_, map) => map).filter((map) => !aligned.isFlat[map])
  const maps = new Float32Array(kept.length * size)
  kept.forEach((map, i) => maps.set(aligned.values.subarray(map * size, (map + 1) * size), i * size))
  return {
    vectors: { values: ofLengthOne(maps.slice(), kept.length, size), count: kept.length, size },
    rows: Uint32Array.from(kept, (map) => stack.rows[map]), flat: stack.rows.length - kept.length, maps: { grid, values: maps },
    words: `maps on ${grid[0]}×${grid[1]} cells, each over its absolute mass, compared by direction`,
  }
}

/** Features about their mean, of length 1; many of them projected at random. A row that is the mean itself is left out. */
export function featureVectors({ rows, values, size }: FeatureStack, seed: number): CaseVectors {
  const count = rows.length
  const centred = values.slice()
  for (let d = 0; d < size; d++) {
    let sum = 0
    for (let row = 0; row < count; row++) sum += values[row * size + d]
    for (let row = 0; row < count; row++) centred[row * size + d] -= sum / count
  }
  const reduced = size > MOST_FEATURES ? project(centred, count, size, MOST_FEATURES, seed) : centred
  const width = Math.min(size, MOST_FEATURES)
  const kept = Array.from(rows, (_, row) => row).filter((row) => reduced.subarray(row * width, (row + 1) * width).some((value) => value !== 0))
  const packed = new Float32Array(kept.length * width)
  kept.forEach((row, i) => packed.set(reduced.subarray(row * width, (row + 1) * width), i * width))
  return {
    vectors: { values: ofLengthOne(packed, kept.length, width), count: kept.length, size: width },
    rows: Uint32Array.from(kept, (row) => rows[row]), flat: count - kept.length, maps: null,
    words: `the model's ${size} features about their mean${size > MOST_FEATURES ? `, projected at random to ${MOST_FEATURES}` : ''}, compared by direction`,
  }
}

/** A Gaussian random projection, seeded. */
export function project(values: Float32Array, count: number, size: number, to: number, seed: number): Float32Array {
  const random = normal(seed)
  const matrix = Float32Array.from({ length: size * to }, () => random() / Math.sqrt(to))
  const result = new Float32Array(count * to)
  const sums = new Float64Array(to)
  for (let row = 0; row < count; row++) {
    sums.fill(0)
    for (let d = 0; d < size; d++) {
      const value = values[row * size + d]
      if (value !== 0) for (let j = 0; j < to; j++) sums[j] += value * matrix[d * to + j]
    }
    result.set(sums, row * to)
  }
  return result
}

/** In place. */
function ofLengthOne(values: Float32Array, count: number, size: number): Float32Array {
  for (let row = 0; row < count; row++) {
    let sum = 0
    for (let at = row * size; at < (row + 1) * size; at++) sum += values[at] ** 2
    const length = Math.sqrt(sum)
    if (length > 0) for (let at = row * size; at < (row + 1) * size; at++) values[at] /= length
  }
  return values
}
