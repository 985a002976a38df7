import type { Planes } from '../attribution/types.ts'
import { normal } from '../tensor/random.ts'
import { extent } from '../tensor/statistics.ts'
import { cellCount, cellsOf, isFlat, orderOf, randomOrders, type Cells } from './cells.ts'
import { band, beside, FLAT_NOTE, nothing } from './control.ts'
import { imputeLinear } from './impute.ts'
import { CELLS, drawsOf, SCORE, SEED } from './perturbation.ts'
import type { Metric, ScoreName } from './types.ts'

/** standard deviation of the noise over the range of the image (Rong et al. 2022 take 0.01 of images from 0 to 1) */
const NOISE = 0.01

/** Shares of the image that are removed, evenly between none and all: 10 % … 90 % for nine. */
export function removedShares(steps: number): number[] {
  return Array.from({ length: steps }, (_, k) => (k + 1) / (steps + 1))
}

/**
 * The input with the pixels of some cells imputed: the weighted mean of the neighbours, and normal noise on top.
 * A channel that is a copy of the first, scaled and shifted, as normalised grey is, gets the same noise, so that it stays one.
 */
export function imputed({ data, channels, rows, columns }: Planes, { pixels }: Cells, removed: Int32Array, noise: () => number): Float32Array {
  const area = rows * columns
  const unknown = new Uint8Array(area)
  for (const cell of removed) for (const pixel of pixels[cell]) unknown[pixel] = 1
  const plane = (channel: number): Float32Array => data.subarray(channel * area, (channel + 1) * area)
  const filledPlane = (channel: number): Float64Array => {
    const { min, max } = extent(plane(channel))
    const filled = imputeLinear(plane(channel), unknown, rows, columns)
    return filled.map((value, i) => unknown[i] ? value + NOISE * (max - min) * noise() : value)
  }
  const first = filledPlane(0)
  const result = new Float32Array(data.length)
  for (let channel = 0; channel < channels; channel++) {
    const copy = channel === 0 ? { scale: 1, shift: 0 } : asCopy(plane(channel), plane(0))
    result.set(copy ? first.map((value) => copy.scale * value + copy.shift) : filledPlane(channel), channel * area)
  }
  return result
}

/** `plane` as scale · first + shift, within rounding; null where it is none. Imputing keeps such a relation, as its weights sum to 1. */
function asCopy(plane: Float32Array, first: Float32Array): { readonly scale: number; readonly shift: number } | null {
  let low = 0
  let high = 0
  for (let i = 1; i < first.length; i++) {
    if (first[i] < first[low]) low = i
    if (first[i] > first[high]) high = i
  }
  if (first[low] === first[high]) return null
  const scale = (plane[high] - plane[low]) / (first[high] - first[low])
  const shift = plane[low] - scale * first[low]
  const tolerance = 1e-5 * Math.max(Math.abs(plane[low]), Math.abs(plane[high]))
  return plane.every((value, i) => Math.abs(value - (scale * first[i] + shift)) <= tolerance) ? { scale, shift } : null
}

/**
 * ROAD: parts are removed by an imputation that does not tell the model their shape, most relevant first (MoRF) and least
 * relevant first (LeRF). The value is half the difference of the two scores, LeRF − MoRF, averaged over the shares removed.
 */
export const road: Metric = {
  id: 'road',
  name: 'ROAD, combined',
  source: 'Rong et al., ICML 2022, sec. 4 and 5',
  better: 'higher',
  cost: 'about 50 runs and imputations at 5 shares and 4 draws',
  needsRegion: false,
  about: 'Parts are taken away by a blurred guess from what lies around them. Without the most relevant parts the score should fall, without the least relevant ones it should stay: the value is half the gap between the two.',
  limits: 'Zero is what a random order gives. Where the surroundings tell as much as what was removed, the gap is small for every map.',
  control: 'the same cells removed in a random order',
  parameters: [{ name: 'steps', label: 'Shares removed', kind: 'integer', default: 5, min: 1, max: 99 }, CELLS, SCORE, drawsOf(4), SEED],
  plan: (subject, { steps, draws, cells }) => countsOf(cellCount(subject, cells as number), steps as number).length * 2 * (1 + (draws as number)),
  async measure({ map, runs }, parameters) {
    const seed = parameters.seed as number
    const cells = cellsOf(map, runs.input, parameters.cells as number)
    if (isFlat(cells.values)) return nothing(FLAT_NOTE)
    const counts = countsOf(cells.count, parameters.steps as number)
    const orders = [orderOf(cells.values, seed), ...randomOrders(cells.count, parameters.draws as number, seed)]
    const noise = normal(seed)
    function* inputs(): Generator<Float32Array> {
      for (const order of orders)
        for (const fromEnd of [false, true])
          for (const count of counts) yield imputed(runs.input, cells, fromEnd ? order.slice(cells.count - count) : order.slice(0, count), noise)
    }
    const scores = (await runs.scores(inputs())).map((score) => score[parameters.score as ScoreName])
    const curves = orders.flatMap((_, i) => [0, 1].map((half) => scores.slice((2 * i + half) * counts.length, (2 * i + half + 1) * counts.length)))
    const combined = orders.map((_, i) => extent(counts.map((_, k) => (curves[2 * i + 1][k] - curves[2 * i][k]) / 2)).mean)
    const [most, least, ...random] = curves
    return beside('higher', combined[0], combined.slice(1), {
      details: { mostRelevantFirst: extent(most).mean, leastRelevantFirst: extent(least).mean, cells: cells.count },
      curve: {
        xLabel: 'Share of the image removed', yLabel: 'Score of what is left', x: counts.map((count) => count / cells.count),
        lines: [{ name: 'Most relevant first', values: most }, { name: 'Least relevant first', values: least }], control: band(random),
      },
    })
  },
}

/** How many cells are removed: never none and never all, each count once. */
function countsOf(cells: number, steps: number): number[] {
  return [...new Set(removedShares(steps).map((share) => Math.min(cells - 1, Math.max(1, Math.round(share * cells)))))]
}
