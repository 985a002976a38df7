import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { completeParameters } from '../../../src-main/attribution/methods.ts'
import type { Measurement } from '../../../src-main/contract/evidence.ts'
import { imputeLinear } from '../../../src-main/evidence/impute.ts'
import { metricNamed } from '../../../src-main/evidence/metrics.ts'
import { spearman, ssim } from '../../../src-main/evidence/similarity.ts'
import type { EvidenceRuns, InputBox, Parameters } from '../../../src-main/evidence/types.ts'

/** Numbers of tests/reference/evidence/make-evidence.py: numpy and scipy, written from the papers. */
interface Fixture {
  rows: number; columns: number; channels: number; grid: [number, number]; seed: number; bias: number
  image: number[]; weights: number[]; values: number[]
  deletion: { curve: number[]; areas: number[] }
  insertion: { curve: number[]; areas: number[] }
  road: { combined: number[]; curves: [number[], number[]] }
  sensitivityN: { value: number; control: number[] }
  maxSensitivity: { own: number[]; max: number; mean: number }
  localisation: { box: InputBox; mass: number; rank: number }
  impute: { unknown: number[]; filled: number[] }
  spearman: { a: number[]; b: number[]; value: number; cells: number[]; withValues: number }
  ssim: { a: number[]; b: number[]; grid: [number, number]; value: number }
}
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/evidence/evidence.json', import.meta.url), 'utf8')) as Fixture
const { rows, columns, channels, grid, seed } = fixture
const area = rows * columns
const image = Float32Array.from(fixture.image)
const values = Float32Array.from(fixture.values)
const cellOf = (pixel: number) => Math.floor(((Math.floor(pixel / columns) + 0.5) * grid[0]) / rows) * grid[1] + Math.floor(((pixel % columns + 0.5) * grid[1]) / columns)

const runs: EvidenceRuns = {
  input: { data: image, channels, rows, columns },
  scores: (inputs) => Promise.resolve([...inputs].map((input) => {
    const logit = input.reduce((sum, value, i) => sum + Math.tanh(value * fixture.weights[i]), fixture.bias)
    return { logit, probability: 1 / (1 + Math.exp(-logit)) }
  })),
  fill: () => Float32Array.from(image, (_, i) => {
    const channel = Math.floor(i / area)
    return image.subarray(channel * area, (channel + 1) * area).reduce((sum, value) => sum + value, 0) / area
  }),
  explain(input) {
    const sums = new Float64Array(grid[0] * grid[1])
    input.forEach((value, i) => { sums[cellOf(i % area)] += Math.abs(value * fixture.weights[i]) })
    return Promise.resolve({ grid, values: Float32Array.from(sums) })
  },
}

function measure(id: string, parameters: Parameters, more: { values?: Float32Array; region?: InputBox } = {}): Promise<Measurement> {
  const metric = metricNamed(id)
  return metric.measure({ map: { grid, values: more.values ?? values, signed: false }, region: more.region ?? null, runs }, completeParameters(metric, { seed, ...parameters }))
}
const close = (actual: readonly number[], expected: readonly number[], digits = 5) => expect(actual).toEqual(expected.map((value) => expect.closeTo(value, digits) as number))

test.each(['deletion', 'insertion'] as const)('%s: the curve, its area and those of random orders', async (id) => {
  const { value, control, curve } = await measure(id, { steps: 8, draws: 4, fill: 'mean' })
  close(curve!.lines[0].values, fixture[id].curve)
  close([value!, ...control!.values], fixture[id].areas)
})

test('ROAD: imputation, noise, both orders and their combination, for copies of a channel and for others', async () => {
  const { value, control, curve } = await measure('road', { steps: 5, draws: 4 })
  close(curve!.lines[0].values, fixture.road.curves[0], 4)
  close(curve!.lines[1].values, fixture.road.curves[1], 4)
  close([value!, ...control!.values], fixture.road.combined, 4)
})

test('ROAD: the imputation solves its equations', () => {
  close([...imputeLinear(image.subarray(0, area), Uint8Array.from(fixture.impute.unknown), rows, columns)], fixture.impute.filled, 3)
})

test('sensitivity-n: correlation of sums and falls', async () => {
  const { value, control } = await measure('sensitivity-n', { sets: 40, share: 0.2, draws: 4 })
  close([value!, ...control!.values], [fixture.sensitivityN.value, ...fixture.sensitivityN.control])
})

test('max-sensitivity: the greatest relative change', async () => {
  const { value, details } = await measure('max-sensitivity', { copies: 6 }, { values: Float32Array.from(fixture.maxSensitivity.own) })
  close([value!, details.meanChange], [fixture.maxSensitivity.max, fixture.maxSensitivity.mean], 4)
})

test('relevance mass and rank in a region, counted on a fine raster', async () => {
  const region = fixture.localisation.box
  expect((await measure('relevance-mass', {}, { region })).value).toBeCloseTo(fixture.localisation.mass, 6)
  expect((await measure('relevance-rank', {}, { region })).value).toBeCloseTo(fixture.localisation.rank, 6)
})

test("Spearman's correlation with ties, and SSIM", () => {
  expect(spearman(fixture.spearman.a, fixture.spearman.b)).toBeCloseTo(fixture.spearman.value, 9)
  expect(spearman(values, fixture.spearman.cells)).toBeCloseTo(fixture.spearman.withValues, 9)
  expect(ssim(fixture.ssim.a, fixture.ssim.b, fixture.ssim.grid)).toBeCloseTo(fixture.ssim.value, 9)
})
