import { describe, expect, it } from 'vitest'
import { completeParameters } from '../../../src-main/attribution/methods.ts'
import type { Measurement } from '../../../src-main/contract/evidence.ts'
import { cellsOf } from '../../../src-main/evidence/cells.ts'
import { imputeLinear } from '../../../src-main/evidence/impute.ts'
import { METRICS, METRIC_INFOS, metricNamed } from '../../../src-main/evidence/metrics.ts'
import { summarise } from '../../../src-main/evidence/report.ts'
import { meanInterval } from '../../../src-main/statistics/mean-interval.ts'
import type { EvidenceRuns, InputBox, Parameters } from '../../../src-main/evidence/types.ts'
import { uniform } from '../../../src-main/tensor/random.ts'

const SIDE = 24
const GRID: [number, number] = [6, 6]
const CELLS = GRID[0] * GRID[1]

const cellAt = (pixel: number) => Math.floor(Math.floor(pixel / SIDE) / 4) * 6 + Math.floor((pixel % SIDE) / 4)
const random = uniform(5)
/** noise on a background, so that means and blurs of it tell nothing */
const image = Float32Array.from({ length: SIDE * SIDE }, () => random() - 0.5)
/** what the model uses of each cell: a few, for and against */
const uses = Float32Array.from({ length: CELLS }, (_, cell) => cell === 8 ? 1 : cell === 15 ? 0.8 : cell === 27 ? 0.6 : cell === 3 ? -0.5 : 0)
/** weights that follow the image's own signs, so that each cell gives its whole part of the score */
const weights = image.map((value, pixel) => uses[cellAt(pixel)] * Math.sign(value))

const linear: EvidenceRuns = {
  input: { data: image, channels: 1, rows: SIDE, columns: SIDE },
  scores: (inputs) => Promise.resolve([...inputs].map((input) => {
    const logit = input.reduce((sum, value, i) => sum + value * weights[i], 0)
    return { logit, probability: 1 / (1 + Math.exp(-logit)) }
  })),
  fill: () => new Float32Array(image.length),
  explain: () => Promise.resolve({ grid: GRID, values: uses }),
}

function measure(id: string, values: Float32Array, more: { parameters?: Parameters; region?: InputBox; runs?: EvidenceRuns; grid?: [number, number] } = {}): Promise<Measurement> {
  const metric = metricNamed(id)
  return metric.measure({ map: { grid: more.grid ?? GRID, values, signed: true }, region: more.region ?? null, runs: more.runs ?? linear }, completeParameters(metric, more.parameters ?? {}))
}

describe.each(['deletion', 'insertion', 'road', 'sensitivity-n'])('%s of a linear model', (id) => {
  const { better } = metricNamed(id)
  const isBetter = (a: number, b: number) => better === 'higher' ? a > b : a < b

  it('puts the map of what it uses before every random order, and random ones before the inverse', async () => {
    const [exact, inverse] = [await measure(id, uses), await measure(id, uses.map((use) => -use))]
    expect(exact.beats).toBe(1)
    expect(inverse.beats).toBeLessThanOrEqual(0.1)
    expect(isBetter(exact.value!, exact.control!.mean)).toBe(true)
    expect(isBetter(exact.control!.mean, inverse.value!)).toBe(true)
  })

  it('finds maps of noise no better than its control: they beat about half of it', async () => {
    const beats = await Promise.all(Array.from({ length: 24 }, async (_, draw) => {
      const noise = uniform(100 + draw)
      return (await measure(id, Float32Array.from({ length: CELLS }, noise), { parameters: { seed: draw, draws: 8 } })).beats!
    }))
    expect(beats.reduce((sum, share) => sum + share, 0) / beats.length).toBeGreaterThan(0.35)
    expect(beats.reduce((sum, share) => sum + share, 0) / beats.length).toBeLessThan(0.65)
  })

  it('says of a map that is the same everywhere that there is nothing to measure', async () => {
    expect(await measure(id, new Float32Array(CELLS))).toMatchObject({ value: null, control: null, note: expect.stringContaining('same everywhere') as string })
  })

  it('is the same for the same seed', async () => {
    expect(await measure(id, uses)).toEqual(await measure(id, uses))
  })
})

describe('deletion and insertion', () => {
  it('begin and end at the scores of the image and of the fill, crosswise', async () => {
    const [deletion, insertion] = [await measure('deletion', uses), await measure('insertion', uses)]
    const ends = ({ curve }: Measurement) => [curve!.lines[0].values[0], curve!.lines[0].values.at(-1)]
    expect(ends(deletion)).toEqual(ends(insertion).reverse())
    const [score, empty] = (await linear.scores([image, linear.fill('mean')])).map(({ probability }) => probability)
    expect(ends(deletion)).toEqual([score, empty])
  })

  it('are one another backwards: taking away in an order is putting back in the other', async () => {
    const apart = Float32Array.from({ length: CELLS }, (_, cell) => (cell * 7) % CELLS)
    const parameters = { steps: CELLS }
    const [deletion, insertion] = [await measure('deletion', apart, { parameters }), await measure('insertion', apart.map((value) => -value), { parameters })]
    expect(deletion.curve!.lines[0].values.map((value) => value.toFixed(6))).toEqual([...insertion.curve!.lines[0].values].reverse().map((value) => value.toFixed(6)))
    expect(deletion.value).toBeCloseTo(insertion.value!, 6)
  })

  it('say so where the score does not need the image at all', async () => {
    const sure: EvidenceRuns = { ...linear, scores: (inputs) => Promise.resolve([...inputs].map((_, i) => ({ logit: 4 + 0.001 * (i % 7), probability: 0.98 + 0.001 * (i % 7) }))) }
    expect((await measure('deletion', uses, { runs: sure })).note).toContain('much the same without the image')
    expect((await measure('deletion', uses)).note).toBe('')
  })

  it('go pixel by pixel where that is asked for', async () => {
    const { value, details } = await measure('deletion', image.map((pixel, i) => pixel * weights[i]), { grid: [SIDE, SIDE], parameters: { cells: SIDE, steps: 30 } })
    expect(details.cells).toBe(SIDE * SIDE)
    expect(value).toBeLessThan((await measure('deletion', uses)).value!)
  })
})

describe('ROAD', () => {
  it('is nought in the mean for random orders', async () => {
    const { control } = await measure('road', uses, { parameters: { draws: 40 } })
    expect(Math.abs(control!.mean)).toBeLessThan(3 * control!.sd / Math.sqrt(40))
  })

  it('imputes nothing that lies outside of what is known, and leaves what is known', () => {
    const draw = uniform(9)
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const unknown = Uint8Array.from(image, () => Number(draw() < share))
      unknown[0] = 0
      const filled = imputeLinear(image, unknown, SIDE, SIDE)
      const known = image.filter((_, i) => unknown[i] === 0)
      expect(Math.min(...filled)).toBeGreaterThanOrEqual(Math.min(...known) - 1e-4)
      expect(Math.max(...filled)).toBeLessThanOrEqual(Math.max(...known) + 1e-4)
      expect(filled.filter((_, i) => unknown[i] === 0)).toEqual(Float64Array.from(known))
    }
  })

  it('fills a hole in a plain surface with the surface', () => {
    const plane = Float32Array.from({ length: 40 * 40 }, (_, i) => 2 + 0.1 * Math.floor(i / 40) - 0.05 * (i % 40))
    const unknown = plane.map((_, i) => Number(Math.abs(Math.floor(i / 40) - 20) < 12 && Math.abs((i % 40) - 18) < 12))
    const filled = imputeLinear(plane, Uint8Array.from(unknown), 40, 40)
    expect(Math.max(...filled.map((value, i) => Math.abs(value - plane[i])))).toBeLessThan(2e-3)
  })
})

describe('relevance in a region', () => {
  const region = { x: 4, y: 8, width: 8, height: 4 }
  const inside = Float32Array.from({ length: CELLS }, (_, cell) => cell === 13 || cell === 14 ? 2 : 0)

  it.each(['relevance-mass', 'relevance-rank'])('%s is 1 for a map inside, 0 for one outside, and the share of the area for chance', async (id) => {
    expect((await measure(id, inside, { region })).value).toBe(1)
    expect((await measure(id, inside.map((value, cell) => cell < 6 ? 1 : value === 0 ? 0 : -1), { region })).value).toBe(0)
    const { control, details } = await measure(id, Float32Array.from({ length: CELLS }, uniform(4)), { region, parameters: { draws: 400 } })
    expect(details.regionShare).toBeCloseTo(2 / 36, 9)
    expect(Math.abs(control!.mean - 2 / 36)).toBeLessThan(3 * control!.sd / Math.sqrt(400))
  })

  it('counts cells that lie in the region in part by that part, and says what the grid can reach', async () => {
    const small = { x: 4, y: 8, width: 2, height: 2 }
    const { value, details } = await measure('relevance-mass', inside, { region: small })
    expect(value).toBeCloseTo(0.125, 9)
    expect(details.best).toBeCloseTo(0.25, 9)
  })

  it('says what is missing', async () => {
    expect((await measure('relevance-mass', inside)).note).toContain('no region')
    expect((await measure('relevance-mass', inside, { region: { x: 100, y: 0, width: 5, height: 5 } })).note).toContain('outside')
    expect((await measure('relevance-rank', inside.map((value) => -value), { region })).note).toContain('no positive evidence')
  })
})

describe('max-sensitivity', () => {
  it('is 0 for a map that stands still, and as great as its control for one that has nothing to do with the image', async () => {
    expect((await measure('max-sensitivity', uses)).value).toBe(0)
    const noise = uniform(77)
    const restless: EvidenceRuns = { ...linear, explain: () => Promise.resolve({ grid: GRID, values: Float32Array.from(uses, () => noise()) }) }
    const { value, control } = await measure('max-sensitivity', Float32Array.from({ length: CELLS }, noise), { runs: restless, parameters: { copies: 20 } })
    expect(value! / control!.mean).toBeGreaterThan(0.8)
  })
})

describe('cells', () => {
  it('are the map’s own where they are few, else means of blocks; every pixel has one', () => {
    const fine = Float32Array.from({ length: SIDE * SIDE }, (_, i) => i % SIDE)
    const { count, values, ofPixel, pixels } = cellsOf({ grid: [SIDE, SIDE], values: fine, signed: false }, linear.input, 8)
    expect(count).toBe(64)
    expect(values.slice(0, 3)).toEqual(Float64Array.of(1, 4, 7))
    expect(pixels.reduce((sum, list) => sum + list.length, 0)).toBe(SIDE * SIDE)
    expect(new Set(ofPixel).size).toBe(64)
    expect(cellsOf({ grid: GRID, values: uses, signed: false }, linear.input, 8).values).toEqual(Float64Array.from(uses))
  })
})

describe('the table of measures', () => {
  it('has each id once, a source, what it says and what it does not, and parameters whose defaults are valid', () => {
    expect(new Set(METRICS.map(({ id }) => id)).size).toBe(METRICS.length)
    for (const info of METRIC_INFOS) {
      expect(info.source).toMatch(/\d{4}/)
      for (const text of [info.cost, info.about, info.limits, info.control]) expect(text.length).toBeGreaterThan(10)
      expect(() => completeParameters(info, {})).not.toThrow()
    }
  })

  it('refuses unknown names and values, saying what there is', () => {
    expect(() => metricNamed('auc')).toThrow(/Choose among: deletion, insertion/)
    expect(() => completeParameters(metricNamed('deletion'), { steps: 1 })).toThrow(/Deletion.*whole number from 2/)
  })

  it('plans as many runs as it makes', async () => {
    for (const metric of METRICS) {
      let made = 0
      const counted: EvidenceRuns = { ...linear, scores: (inputs) => { const all = [...inputs]; made += all.length; return linear.scores(all) }, explain: (input) => { made++; return linear.explain(input) } }
      const subject = { map: { grid: GRID, values: uses, signed: true }, region: { x: 0, y: 0, width: 4, height: 4 }, runs: counted }
      const parameters = completeParameters(metric, {})
      await metric.measure(subject, parameters)
      expect([metric.id, made]).toEqual([metric.id, metric.plan(subject, parameters)])
    }
  })
})

describe('over several cases', () => {
  const one = (value: number | null, control: number, more: Partial<Measurement> = {}) => ({ caseId: 1, file: 'a.dcm', className: 'a', value, control: value === null ? null : { mean: control, sd: 0, values: [control] }, beats: 1, curve: null, details: {}, note: '', ...more })

  it('turns what is better into above zero, counts the cases, and leaves those without a value out', () => {
    const { mean, advantage, better } = summarise('lower', [one(0.2, 0.5), one(0.4, 0.3), one(null, 0), one(0.1, 0.4)])
    expect(mean).toMatchObject({ of: 3, mean: expect.closeTo(0.7 / 3, 9) as number })
    expect(advantage!.mean).toBeCloseTo(0.5 / 3, 9)
    expect(better).toMatchObject({ count: 2, of: 3, low: expect.closeTo(0.2077, 3) as number, high: expect.closeTo(0.9385, 3) as number })
  })

  it('gives an interval that holds the mean, none for one case, and nothing for none', () => {
    const values = Array.from({ length: 40 }, uniform(8))
    const { mean, low, high } = meanInterval(values)!
    expect(low!).toBeLessThan(mean)
    expect(high!).toBeGreaterThan(mean)
    // the normal approximation of the same interval: ±1.96 · 0.289 / √40
    expect(high! - low!).toBeCloseTo(0.179, 1)
    expect(meanInterval([0.3])).toEqual({ mean: 0.3, low: null, high: null, of: 1 })
    expect(meanInterval([])).toBeNull()
  })

  it('has a mean curve only where all are over the same shares', () => {
    const curve = (x: number[], height: number) => ({ xLabel: '', yLabel: '', x, lines: [{ name: 'This map', values: x.map(() => height) }], control: { mean: x, low: x, high: x } })
    expect(summarise('higher', [one(1, 0, { curve: curve([0, 1], 1) }), one(1, 0, { curve: curve([0, 1], 3) })]).curve!.lines[0].values).toEqual([2, 2])
    expect(summarise('higher', [one(1, 0, { curve: curve([0, 1], 1) }), one(1, 0, { curve: curve([0, 0.5, 1], 3) })]).curve).toBeNull()
  })
})
