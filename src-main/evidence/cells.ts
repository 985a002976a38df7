import type { Planes } from '../attribution/types.ts'
import { uniform } from '../tensor/random.ts'
import type { Subject } from './types.ts'

/**
 * A map cut into the pieces by which an input is taken apart: its own cells where they are few, else means over blocks.
 * Cell i of n along a side spans [i, i + 1)/n of the input; a pixel belongs to the cell that holds its centre.
 */
export interface Cells {
  readonly count: number
  /** mean of the map in each cell */
  readonly values: Float64Array
  /** cell of each pixel of the input, row-major */
  readonly ofPixel: Int32Array
  /** pixels of each cell */
  readonly pixels: readonly Int32Array[]
}

/** Cells along one side: the map's own, unless they are more than `most`. */
const along = (own: number, most: number): number => Math.min(own, most)

export function cellCount({ map: { grid: [rows, columns] } }: Pick<Subject, 'map'>, most: number): number {
  return along(rows, most) * along(columns, most)
}

export function cellsOf({ grid: [mapRows, mapColumns], values }: Subject['map'], { rows, columns }: Planes, most: number): Cells {
  const [cellRows, cellColumns] = [along(mapRows, most), along(mapColumns, most)]
  const count = cellRows * cellColumns
  const place = (i: number, size: number, cells: number): number => Math.floor(((i + 0.5) * cells) / size)
  const sums = new Float64Array(count)
  const sizes = new Uint32Array(count)
  for (let row = 0; row < mapRows; row++)
    for (let column = 0; column < mapColumns; column++) {
      const cell = place(row, mapRows, cellRows) * cellColumns + place(column, mapColumns, cellColumns)
      sums[cell] += values[row * mapColumns + column]
      sizes[cell]++
    }
  const ofPixel = new Int32Array(rows * columns)
  const pixels: number[][] = Array.from({ length: count }, () => [])
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const pixel = row * columns + column
      const cell = place(row, rows, cellRows) * cellColumns + place(column, columns, cellColumns)
      ofPixel[pixel] = cell
      pixels[cell].push(pixel)
    }
  return { count, values: sums.map((sum, i) => sum / sizes[i]), ofPixel, pixels: pixels.map((list) => Int32Array.from(list)) }
}

/** Indices 0 … count − 1 in random order (Fisher and Yates). */
export function shuffled(count: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    ;[order[i], order[other]] = [order[other], order[i]]
  }
  return order
}

/** Draws of random orders, one after the other. */
export function randomOrders(count: number, draws: number, seed: number): Int32Array[] {
  const random = uniform(seed)
  return Array.from({ length: draws }, () => shuffled(count, random))
}

const TIES = 0x7135
/**
 * Cells from the greatest value to the least. Equal ones, as the zeros of a rectified map, come in a random order of the
 * seed: from left to right would be an opinion.
 */
export function orderOf(values: Float64Array, seed: number): Int32Array {
  const rank = shuffled(values.length, uniform((seed ^ TIES) >>> 0))
  return Int32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[b] - values[a] || rank[a] - rank[b])
}

/** A map that says the same everywhere says nothing of where. */
export function isFlat(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
  return true
}
