import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttributionRecord, AttributionRequest } from '../../../src-main/contract/records.ts'
import { maxRelativeError } from '../../../src-main/tensor/statistics.ts'
import { makeStudies, tinyProfile, type Studies } from '../../fixtures/compute.ts'
import { serviceBench, type Bench } from '../../fixtures/service.ts'

let bench: Bench
let studies: Studies
beforeAll(async () => {
  studies = makeStudies(1, { blocks: 1 })
  bench = serviceBench()
  await bench.call('project.create', { file: join(bench.folder, 'choices.rightreason') })
  await bench.job('import.start', { folder: studies.folder })
  await bench.call('model.use', { file: studies.model, profile: tinyProfile({ output: { classes: ['normal', 'pneumonia', 'device'] } }) })
})
afterAll(async () => {
  await bench.close()
  studies.remove()
})

const get = (request: Partial<AttributionRequest>) => bench.call('attribution.get', { caseId: 1, request: { parameters: {}, ...request } })
async function values({ url }: AttributionRecord): Promise<Float32Array> {
  return new Float32Array((await bench.service.bytes(url)).body.slice().buffer)
}
const SIGNED = { parameters: { evidence: 'signed' } }

describe('the difference of two classes', () => {
  it("is one class's map minus the other's, where the map is linear in the gradient", async () => {
    const [one, other, difference] = await Promise.all([{ classIndex: 1 }, { classIndex: 0 }, { classIndex: { index: 1, minus: 0 } }].map((choice) => get({ ...choice, ...SIGNED })))
    expect(difference).toMatchObject({ classIndex: 1, minus: 0, className: 'pneumonia − normal' })
    const [a, b] = [await values(one), await values(other)]
    expect(maxRelativeError(await values(difference), a.map((value, i) => value - b[i]))).toBeLessThan(1e-5)
  })

  it('is kept beside the map of the class itself, and found again', async () => {
    const again = await get({ classIndex: { index: 1, minus: 0 }, ...SIGNED })
    const plain = await get({ classIndex: 1, ...SIGNED })
    expect(again.id).not.toBe(plain.id)
    expect((await get({ classIndex: { index: 1, minus: 0 }, ...SIGNED })).id).toBe(again.id)
  })

  it('holds for methods that ask for runs of their own', async () => {
    const { diagnostics } = await get({ method: 'integrated-gradients', classIndex: { index: 2, minus: 1 }, parameters: { steps: 8 } })
    const { logits } = await bench.call('cases.get', { caseId: 1 })
    expect(diagnostics.score).toBeCloseTo(logits![2] - logits![1], 4)
  })

  it('refuses classes that the model has not', async () => {
    await expect(get({ classIndex: { index: 1, minus: 3 } })).rejects.toMatchObject({ code: 'no-such-class' })
    await expect(get({ classIndex: { index: 1, minus: 1 } })).rejects.toThrow(/minus itself/)
  })
})

describe('the mean over layers', () => {
  const BOTH = ['relu_first', 'relu_last']
  it('says so in the layer and in the caveat, has the finest grid, and is the mean of the layers\' maps over their greatest values', async () => {
    const mean = await get({ layers: [...BOTH].reverse(), classIndex: 1 })
    expect(mean).toMatchObject({ layer: 'relu_first + relu_last', grid: [16, 16], diagnostics: { layers: 2 } })
    expect(mean.caveat).toBe('Grad-CAM, mean of 2 layers, each over its greatest value, 16×16 cells, interpolated; not a segmentation')
    const [fine] = [await values(await get({ layer: 'relu_first', classIndex: 1 }))]
    const all = await values(mean)
    const peak = Math.max(...fine)
    // what the coarse layer adds is what is left, and lies between 0 and half
    all.forEach((value, i) => {
      expect(value - (peak > 0 ? fine[i] / peak / 2 : 0)).toBeGreaterThan(-1e-6)
      expect(value - (peak > 0 ? fine[i] / peak / 2 : 0)).toBeLessThan(0.5 + 1e-6)
    })
    expect((await get({ layers: BOTH, classIndex: 1 })).id).toBe(mean.id)
  })

  it('one layer in the list is that layer', async () => {
    expect((await get({ layers: ['relu_last'], classIndex: 1 })).id).toBe((await get({ layer: 'relu_last', classIndex: 1 })).id)
  })

  it('refuses a layer that there is not', async () => {
    await expect(get({ layers: ['relu_last', 'nowhere'] })).rejects.toMatchObject({ code: 'no-such-layer' })
  })

  it('is exported with its layers and classes', async () => {
    const out = join(bench.folder, 'choices.json')
    const request: AttributionRequest = { method: 'gradcam', layer: null, layers: BOTH, classIndex: { index: 2, minus: 0 }, parameters: {} }
    await bench.job('run.start', { attribution: request })
    await bench.job('export.start', { format: 'json', out, attribution: request })
    const { cases } = JSON.parse(readFileSync(out, 'utf8')) as { cases: { attributions: object[] }[] }
    expect(cases.map(({ attributions }) => attributions.length)).toEqual([1])
    expect(cases[0].attributions[0]).toMatchObject({ layer: 'relu_first + relu_last', classIndex: 2, minusClass: 0, className: 'device − normal', grid: [16, 16] })
  })
})
