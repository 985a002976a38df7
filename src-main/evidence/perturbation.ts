import type { ParameterInfo } from '../contract/records.ts'
import { area, band, beside, FLAT_NOTE, nothing } from './control.ts'
import { cellCount, cellsOf, isFlat, orderOf, randomOrders, type Cells } from './cells.ts'
import { FILLS, SCORES, type FillName, type Metric, type ScoreName } from './types.ts'

export const CELLS: ParameterInfo = { name: 'cells', label: 'Cells a side at most', kind: 'integer', default: 16, min: 2, max: 8192 }
export const SCORE: ParameterInfo = { name: 'score', label: 'Score', kind: 'choice', default: 'probability', choices: [...SCORES] }
export const SEED: ParameterInfo = { name: 'seed', label: 'Seed', kind: 'integer', default: 1, min: 0, max: 0xffffffff }
export const drawsOf = (count: number): ParameterInfo => ({ name: 'draws', label: 'Random draws', kind: 'integer', default: count, min: 1, max: 1000 })
export const fillOf = (name: FillName): ParameterInfo => ({ name: 'fill', label: 'Replaced by', kind: 'choice', default: name, choices: [...FILLS] })

/** a probability that moves by less between the image and nothing leaves little for a map to explain */
const LITTLE = 0.1

/** How many cells are exchanged at each step, from none to all. */
export function stepsOf(cells: number, steps: number): number[] {
  const count = Math.min(cells, steps)
  return Array.from({ length: count + 1 }, (_, k) => Math.round((k * cells) / count))
}

/** `from` with its cells, in this order, replaced by those of `to`: an image after each step but the first and the last, which are `from` and `to`. */
function* exchanges(from: Float32Array, to: Float32Array, { pixels, ofPixel }: Cells, order: Int32Array, steps: readonly number[]): Generator<Float32Array> {
  const image = from.slice()
  const plane = ofPixel.length
  for (let k = 1; k < steps.length - 1; k++) {
    for (let i = steps[k - 1]; i < steps[k]; i++)
      for (const pixel of pixels[order[i]])
        for (let at = pixel; at < image.length; at += plane) image[at] = to[at]
    yield image.slice()
  }
}

interface Kind extends Pick<Metric, 'id' | 'name' | 'better' | 'about' | 'limits'> {
  readonly fill: FillName
  readonly yLabel: string
  /** what is begun with, and what takes its place */
  ends(image: Float32Array, fill: Float32Array): readonly [Float32Array, Float32Array]
}

/**
 * The score of the class while cells are exchanged from the most to the least relevant; the value is the area under the
 * curve. The control exchanges the same cells in random orders, with the same fill at the same grain.
 */
function exchangeMetric({ ends, fill, yLabel, ...info }: Kind): Metric {
  return {
    ...info,
    source: 'Petsiuk et al., BMVC 2018, sec. 4.2',
    cost: 'about 170 runs at 20 steps and 8 draws',
    needsRegion: false,
    control: 'the same cells exchanged in a random order',
    parameters: [{ name: 'steps', label: 'Steps', kind: 'integer', default: 20, min: 2, max: 10_000 }, CELLS, fillOf(fill), SCORE, drawsOf(8), SEED],
    plan: (subject, { steps, cells, draws }) => (stepsOf(cellCount(subject, cells as number), steps as number).length - 2) * (1 + (draws as number)) + 2,
    async measure({ map, runs }, parameters) {
      const seed = parameters.seed as number
      const cells = cellsOf(map, runs.input, parameters.cells as number)
      if (isFlat(cells.values)) return nothing(FLAT_NOTE)
      const steps = stepsOf(cells.count, parameters.steps as number)
      const [from, to] = ends(runs.input.data, runs.fill(parameters.fill as FillName))
      const orders = [orderOf(cells.values, seed), ...randomOrders(cells.count, parameters.draws as number, seed)]
      function* inputs(): Generator<Float32Array> {
        yield from
        yield to
        for (const order of orders) yield* exchanges(from, to, cells, order, steps)
      }
      const [first, last, ...between] = (await runs.scores(inputs())).map((score) => score[parameters.score as ScoreName])
      const inner = steps.length - 2
      const curves = orders.map((_, i) => [first, ...between.slice(i * inner, (i + 1) * inner), last])
      const x = steps.map((count) => count / cells.count)
      const [own, ...random] = curves
      return beside(info.better, area(x, own), random.map((curve) => area(x, curve)), {
        details: { startScore: first, endScore: last, cells: cells.count },
        note: parameters.score === 'probability' && Math.abs(first - last) < LITTLE ? `The score is much the same without the image (${first.toFixed(3)} and ${last.toFixed(3)}): there is little that a map could explain.` : '',
        curve: { xLabel: 'Share of the image exchanged', yLabel, x, lines: [{ name: 'This map', values: own }], control: band(random) },
      })
    },
  }
}

export const deletion = exchangeMetric({
  id: 'deletion',
  name: 'Deletion',
  better: 'lower',
  fill: 'mean',
  yLabel: 'Score while the most relevant is taken away',
  ends: (image, fill) => [image, fill],
  about: 'The most relevant cells are taken away first. A map that marks what the score rests on makes it fall at once, so that the area under the curve is small.',
  limits: 'Images with holes are unlike those the model was trained on, and a score may fall for that alone: read it beside the random order, not by itself.',
})

export const insertion = exchangeMetric({
  id: 'insertion',
  name: 'Insertion',
  better: 'higher',
  fill: 'blur',
  yLabel: 'Score while the most relevant is put in',
  ends: (image, fill) => [fill, image],
  about: 'The most relevant cells are put back first into an image without detail. A map that marks what the score rests on brings it back at once, so that the area under the curve is great.',
  limits: 'Where the image without detail has the class already, there is nothing to bring back; the score at the start says so.',
})
