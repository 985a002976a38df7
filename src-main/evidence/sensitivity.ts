import { uniform } from '../tensor/random.ts'
import { correlation, extent } from '../tensor/statistics.ts'
import { cellsOf, isFlat, randomOrders, shuffled } from './cells.ts'
import { beside, FLAT_NOTE, nothing } from './control.ts'
import { CELLS, drawsOf, fillOf, SCORE, SEED } from './perturbation.ts'
import type { FillName, Metric, ScoreName } from './types.ts'

/** Sensitivity-n: whether the sum of the map over a set of cells foretells how far the score falls without them. */
export const sensitivityN: Metric = {
  id: 'sensitivity-n',
  name: 'Sensitivity-n',
  source: 'Ancona et al., ICLR 2018, sec. 4',
  better: 'higher',
  cost: 'one run for each set: 100',
  needsRegion: false,
  about: 'Random sets of cells are taken away. The value is the correlation, from −1 to 1, between what the map says of a set and how far the score falls without it.',
  limits: 'Maps whose cells are of different meaning from set to set (rectified ones) reach less than those that add up. The sets’ holes are unlike what the model was trained on.',
  control: 'the same cells in a random order, on the same runs',
  parameters: [
    { name: 'sets', label: 'Sets', kind: 'integer', default: 100, min: 3, max: 100_000 },
    { name: 'share', label: 'Share of the cells in a set', kind: 'number', default: 0.2, min: 0.001, max: 0.999 },
    CELLS, fillOf('mean'), { ...SCORE, default: 'logit' }, drawsOf(20), SEED,
  ],
  plan: (_, { sets }) => 1 + (sets as number),
  async measure({ map, runs }, parameters) {
    const seed = parameters.seed as number
    const cells = cellsOf(map, runs.input, parameters.cells as number)
    if (isFlat(cells.values)) return nothing(FLAT_NOTE)
    const size = Math.min(cells.count - 1, Math.max(1, Math.round((parameters.share as number) * cells.count)))
    const random = uniform(seed)
    const sets = Array.from({ length: parameters.sets as number }, () => shuffled(cells.count, random).subarray(0, size))
    const fill = runs.fill(parameters.fill as FillName)
    const plane = cells.ofPixel.length
    function* inputs(): Generator<Float32Array> {
      yield runs.input.data
      for (const set of sets) {
        const image = runs.input.data.slice()
        for (const cell of set) for (const pixel of cells.pixels[cell]) for (let at = pixel; at < image.length; at += plane) image[at] = fill[at]
        yield image
      }
    }
    const [score, ...without] = (await runs.scores(inputs())).map((one) => one[parameters.score as ScoreName])
    const falls = without.map((one) => score - one)
    if (isFlat(falls)) return nothing('The score is the same whatever is taken away.')
    const foretold = (values: (cell: number) => number): number => {
      const sums = sets.map((set) => set.reduce((sum, cell) => sum + values(cell), 0))
      return isFlat(sums) ? 0 : correlation(sums, falls)
    }
    const control = randomOrders(cells.count, parameters.draws as number, seed + 1).map((order) => foretold((cell) => cells.values[order[cell]]))
    return beside('higher', foretold((cell) => cells.values[cell]), control, { details: { cellsPerSet: size, cells: cells.count, meanFall: extent(falls).mean } })
  },
}

/** Max-sensitivity: how far the map moves when the image changes by less than the eye sees, relative to the map's norm. */
export const maxSensitivity: Metric = {
  id: 'max-sensitivity',
  name: 'Max-sensitivity',
  source: 'Yeh et al., NeurIPS 2019, def. 2',
  better: 'lower',
  cost: 'the map’s own cost, 10 times',
  needsRegion: false,
  about: 'A little uniform noise is put on the image several times. The value is the greatest change of the map, over the map’s own size: 0 is a map that stands still.',
  limits: 'A map that never moves can be wrong all the same. The model’s own unrest is in the number too.',
  control: 'the same map with its cells in a random order: as far apart as maps that have nothing to do with each other',
  parameters: [
    { name: 'radius', label: 'Noise, share of the image’s range', kind: 'number', default: 0.02, min: 1e-6, max: 1 },
    { name: 'copies', label: 'Noisy copies', kind: 'integer', default: 10, min: 1, max: 1000 }, drawsOf(20), SEED,
  ],
  plan: (_, { copies }) => copies as number,
  async measure({ map, runs }, { radius, copies, draws, seed }) {
    const { values } = map
    if (isFlat(values)) return nothing(FLAT_NOTE)
    const { min, max } = extent(runs.input.data)
    const random = uniform(seed as number)
    const size = norm(values)
    const changes: number[] = []
    for (let copy = 0; copy < (copies as number); copy++) {
      const noisy = runs.input.data.map((value) => value + (radius as number) * (max - min) * (2 * random() - 1))
      const other = await runs.explain(noisy)
      changes.push(norm(values.map((value, i) => other.values[i] - value)) / size)
    }
    const control = randomOrders(values.length, draws as number, seed as number).map((order) => norm(values.map((value, i) => values[order[i]] - value)) / size)
    return beside('lower', extent(changes).max, control, { details: { meanChange: extent(changes).mean } })
  },
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}
