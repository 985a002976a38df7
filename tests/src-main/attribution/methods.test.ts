import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { completeParameters, METHODS, methodNamed } from '../../../src-main/attribution/methods.ts'
import type { AttributionMap, LayerMethod, Parameters } from '../../../src-main/attribution/types.ts'
import { methodMap } from '../../../src-main/compute/method-maps.ts'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { analyseModel } from '../../../src-main/model/instrument.ts'
import { runProbe } from '../../../src-main/model/runtime.ts'
import { maxRelativeError } from '../../../src-main/tensor/statistics.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { randomNumbers } from '../../fixtures/onnx/random.ts'

interface Fixture {
  size: number; target: number; layer: string; logits: number[]; input: number[]
  parameters: Record<string, Parameters>
  maps: Record<string, { grid: [number, number]; values: number[] }>
}
const folder = new URL('../../fixtures/attribution/', import.meta.url)
const fixture = JSON.parse(readFileSync(new URL('methods.json', folder), 'utf8')) as Fixture
const input = Float32Array.from(fixture.input)
let classifier: Classifier

async function mapOf(name: string, of: Classifier, image: Float32Array, layer: string, target: number, parameters: Parameters = {}): Promise<AttributionMap> {
  const method = methodNamed(name)
  const complete = completeParameters(method, parameters)
  const layers = method.needs === 'layer' || method.usesLayer ? [layer] : []
  const [run] = await of.run([{ input: image, seed: of.seedOf(target) }], { layer: null, layers })
  return methodMap(of, { method, parameters: complete, layers }, image, run, { index: target }, new AbortController().signal)
}

beforeAll(async () => {
  const bytes = readFileSync(new URL('small.onnx', folder))
  // displayed black is −1 in the fixture's input
  const profile = tinyProfile({ input: { width: 24, height: 24 }, values: { scale: 1 / 127.5, offset: -1 } })
  classifier = new Classifier({ bytes, analysis: await analyseModel(bytes, { runProbe }), profile, provider: 'cpu' })
})

describe('every method agrees with an independent PyTorch implementation', () => {
  for (const [name, { grid, values }] of Object.entries(fixture.maps))
    it(name, async () => {
      const map = await mapOf(name.split('/')[0], classifier, input, fixture.layer, fixture.target, fixture.parameters[name])
      expect(map.grid).toEqual(grid)
      expect(maxRelativeError(map.values, values)).toBeLessThan(2e-5)
    })

  it('and none is left out', () => {
    // Attention rollout has vision transformers of its own (attention-rollout.test.ts).
    expect(METHODS.map(({ id }) => id).filter((id) => !Object.hasOwn(fixture.maps, id))).toEqual(['attention-rollout'])
  })
})

describe('a gradient that is the same in every cell', () => {
  const activations = { data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)), channels: 6, rows: 2, columns: 2 }
  const once = { data: Float32Array.of(0.5, -1, 2, 0, 0.25, -0.125), channels: 6, rows: 1, columns: 1 }
  const gradients = { ...activations, data: Float32Array.from({ length: 24 }, (_, i) => once.data[Math.floor(i / 4)]) }

  it.each(METHODS.flatMap((method) => method.needs === 'layer' ? [method] : []))('$name: the same map whether it comes once or cell by cell', (method) => {
    const parameters = completeParameters(method, {})
    const map = method.map({ activations, gradients: once }, parameters)
    expect(map.grid).toEqual([2, 2])
    expect(maxRelativeError(map.values, method.map({ activations, gradients }, parameters).values)).toBeLessThan(1e-6)
  })

  it('is refused where it is of another number of channels', () => {
    expect(() => (methodNamed('gradcam') as LayerMethod).map({ activations, gradients: { ...once, data: once.data.subarray(1), channels: 5 } }, {})).toThrow(/do not belong/)
  })
})

describe('the table of methods', () => {
  it('has each id once, a source, a cost, and parameters whose defaults are valid', () => {
    expect(new Set(METHODS.map(({ id }) => id)).size).toBe(METHODS.length)
    for (const method of METHODS) {
      expect(method.source.length).toBeGreaterThan(10)
      expect(method.cost.length).toBeGreaterThan(5)
      expect(() => completeParameters(method, {})).not.toThrow()
    }
  })

  it('refuses unknown names and values out of range, saying what is allowed', () => {
    expect(() => methodNamed('gradcam2')).toThrow(/Choose one of: gradcam, hirescam/)
    expect(() => completeParameters(methodNamed('occlusion'), { side: 3 })).toThrow(/takes: size, stride, fill/)
    expect(() => completeParameters(methodNamed('integrated-gradients'), { steps: 0 })).toThrow(/whole number from 1 to 1000/)
    expect(() => completeParameters(methodNamed('integrated-gradients'), { steps: 2.5 })).toThrow(/whole number/)
    expect(() => completeParameters(methodNamed('integrated-gradients'), { baseline: 'white' })).toThrow(/black, mean, blur/)
  })
})

describe('properties', () => {
  it('Grad-CAM is HiResCAM where the head is global average pooling and a linear layer', async () => {
    const bytes = tinyClassifier()
    const gap = new Classifier({ bytes, analysis: await analyseModel(bytes, { runProbe }), profile: tinyProfile(), provider: 'cpu' })
    const random = randomNumbers(2)
    const image = Float32Array.from({ length: 3 * 256 }, random)
    for (const target of [0, 1, 2]) {
      const maps = await Promise.all(['gradcam', 'hirescam'].map((name) => mapOf(name, gap, image, 'relu_last', target, { evidence: 'signed' })))
      expect(maxRelativeError(maps[1].values, maps[0].values)).toBeLessThan(1e-5)
    }
  })

  it('integrated gradients are complete: their sum is the difference of the scores, for every baseline', async () => {
    for (const baseline of ['black', 'mean', 'blur']) {
      const { values, diagnostics } = await mapOf('integrated-gradients', classifier, input, fixture.layer, fixture.target, { baseline })
      const sum = values.reduce((total, value) => total + value, 0)
      expect(Math.abs(sum - (diagnostics.score - diagnostics.baselineScore))).toBeLessThan(1e-3 * Math.abs(diagnostics.score - diagnostics.baselineScore))
      expect(diagnostics.convergenceDelta).toBeCloseTo(sum - (diagnostics.score - diagnostics.baselineScore), 6)
    }
  })

  it('the same seed gives the same map, another seed another', async () => {
    const draw = (seed: number) => mapOf('rise', classifier, input, fixture.layer, fixture.target, { masks: 20, seed })
    const [a, b, c] = [await draw(1), await draw(1), await draw(2)]
    expect(a.values).toEqual(b.values)
    expect(a.values).not.toEqual(c.values)
  })

  it('rectified maps are never below zero, and signed ones say so', async () => {
    for (const method of METHODS.filter(({ parameters }) => parameters.some(({ name }) => name === 'evidence'))) {
      const positive = await mapOf(method.id, classifier, input, fixture.layer, fixture.target)
      expect(positive.signed).toBe(false)
      expect(Math.min(...positive.values)).toBeGreaterThanOrEqual(0)
      const signed = await mapOf(method.id, classifier, input, fixture.layer, fixture.target, { evidence: 'signed' })
      expect(signed.signed).toBe(true)
      expect(Array.from(signed.values, (value) => Math.max(0, value))).toEqual([...positive.values])
    }
  })
})
