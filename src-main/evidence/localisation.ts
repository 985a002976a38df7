import { extent } from '../tensor/statistics.ts'
import { beside, nothing } from './control.ts'
import { randomOrders } from './cells.ts'
import { drawsOf, SEED } from './perturbation.ts'
import type { InputBox, Metric, Subject } from './types.ts'

/** How much of each cell of a map's own grid lies in a region, in cells. */
export function coverage([rows, columns]: readonly [number, number], input: { readonly rows: number; readonly columns: number }, region: InputBox): Float64Array {
  const along = (cells: number, size: number, start: number, length: number): number[] => {
    const [from, to] = [start, start + length].map((edge) => Math.min(cells, Math.max(0, (edge * cells) / size)))
    return Array.from({ length: cells }, (_, i) => Math.max(0, Math.min(i + 1, to) - Math.max(i, from)))
  }
  const down = along(rows, input.rows, region.y, region.height)
  const across = along(columns, input.columns, region.x, region.width)
  return Float64Array.from({ length: rows * columns }, (_, i) => down[Math.floor(i / columns)] * across[i % columns])
}

/** Share of the positive relevance that lies in the region; NaN where there is none. */
export function massAccuracy(values: ArrayLike<number>, inside: Float64Array): number {
  let sum = 0
  let within = 0
  for (let i = 0; i < inside.length; i++) {
    const positive = Math.max(0, values[i])
    sum += positive
    within += positive * inside[i]
  }
  return within / sum
}

/**
 * Of an area as great as the region, filled with the most relevant cells first, the share that lies in the region.
 * Cells of equal value, and the last one that fits in part only, count with the mean of what they could give.
 */
export function rankAccuracy(values: ArrayLike<number>, inside: Float64Array): number {
  const order = Int32Array.from({ length: inside.length }, (_, i) => i).sort((a, b) => values[b] - values[a])
  const wanted = inside.reduce((sum, part) => sum + part, 0)
  let left = wanted
  let hit = 0
  for (let i = 0; i < order.length && left > 0;) {
    let end = i
    let within = 0
    while (end < order.length && values[order[end]] === values[order[i]]) within += inside[order[end++]]
    const taken = Math.min(left, end - i)
    hit += (taken / (end - i)) * within
    left -= taken
    i = end
  }
  return hit / wanted
}

interface Kind extends Pick<Metric, 'id' | 'name' | 'source' | 'about' | 'limits'> {
  of(values: ArrayLike<number>, inside: Float64Array): number
  /** the greatest value that any map of the same grid can have */
  best(inside: Float64Array): number
}

function localisationMetric({ of, best, ...info }: Kind): Metric {
  const value = ({ map: { grid, values }, region, runs: { input } }: Subject): { values: Float32Array; inside: Float64Array } => ({ values, inside: coverage(grid, input, region!) })
  return {
    ...info,
    better: 'higher',
    cost: 'no run of the model',
    needsRegion: true,
    control: 'the same cells in a random order; on the mean, the region’s share of the image',
    parameters: [drawsOf(20), SEED],
    plan: () => 0,
    measure: async (subject, { draws, seed }) => {
      if (!subject.region) return nothing('There is no region: draw one, or flag the case with one.')
      const { values, inside } = value(subject)
      const area = inside.reduce((sum, part) => sum + part, 0)
      if (area === 0) return nothing('The region lies outside of what the model was given.')
      if (!values.some((one) => one > 0)) return nothing('The map has no positive evidence, so nothing can lie in the region.')
      const random = randomOrders(inside.length, draws as number, seed as number).map((order) => of(Float64Array.from(order, (cell) => values[cell]), inside))
      return beside('higher', of(values, inside), random, { details: { regionShare: area / inside.length, best: best(inside) } })
    },
  }
}

export const relevanceMass = localisationMetric({
  id: 'relevance-mass',
  name: 'Relevance mass in the region',
  source: 'Arras et al., Information Fusion 2022, eq. 3',
  about: 'The share of the positive relevance that lies in the region.',
  limits: 'It tells where the map is, not whether the model needs the region. A map of few cells spills over a region smaller than a cell: ‘best’ is what such a grid can reach at most.',
  of: massAccuracy,
  best: (inside) => extent(inside).max,
})

export const relevanceRank = localisationMetric({
  id: 'relevance-rank',
  name: 'Relevance rank in the region',
  source: 'Arras et al., Information Fusion 2022, eq. 4',
  about: 'As many of the most relevant pixels as the region has: the share of them that lies in it. One very high value counts no more than any other.',
  limits: 'It tells where the map is, not whether the model needs the region. A map of few cells cannot follow a small region: ‘best’ is what such a grid can reach at most.',
  of: rankAccuracy,
  best: (inside) => rankAccuracy(inside, inside),
})
