import { describe, expect, it } from 'vitest'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { analyseModel } from '../../../src-main/model/instrument.ts'
import { randomiseWeights, weightLayers } from '../../../src-main/model/randomise.ts'
import { runProbe } from '../../../src-main/model/runtime.ts'
import { makeTensor, readValues } from '../../../src-main/onnx/tensors.ts'
import { readModel } from '../../../src-main/onnx/read-model.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { modelBytes, node, value } from '../../fixtures/onnx/build.ts'
import { randomNumbers } from '../../fixtures/onnx/random.ts'
import { tinyClassifier, TINY_LAYER } from '../../fixtures/onnx/tiny-classifier.ts'

const bytes = tinyClassifier({ blocks: 1, classes: 7 })
/** from the scores down, each with its bias */
const WEIGHTS = [['w3', 'b3'], ['w2', 'b2'], ['w_mid0'], ['w1', 'b1']]

function weightsOf(model: Uint8Array): Map<string, readonly number[]> {
  return new Map((readModel(model).graph!.initializer ?? []).map((tensor) => [tensor.name!, readValues(tensor)!.data]))
}
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)

describe('randomised weights', () => {
  it('are those of the layers from the scores down, in another order, and of no other', () => {
    const before = weightsOf(bytes)
    for (let depth = 0; depth <= WEIGHTS.length; depth++) {
      const { bytes: random, layers } = randomiseWeights(bytes, depth, 5)
      const after = weightsOf(random)
      expect(layers).toEqual(['logits', 'conv_last', 'conv_mid0', 'conv_first'])
      for (const [place, names] of WEIGHTS.entries())
        for (const name of names) {
          expect(sorted(after.get(name)!)).toEqual(sorted(before.get(name)!))
          expect([name, String(after.get(name)) === String(before.get(name))]).toEqual([name, place >= depth])
        }
    }
  })

  it('are one cascade: a deeper one keeps what was random above, and the seed decides', () => {
    const [shallow, deep, again, other] = [[1, 5], [4, 5], [1, 5], [1, 6]].map(([depth, seed]) => weightsOf(randomiseWeights(bytes, depth, seed).bytes).get('w3'))
    expect(deep).toEqual(shallow)
    expect(again).toEqual(shallow)
    expect(other).not.toEqual(shallow)
  })

  it('leave the bytes that they are made from as they were', () => {
    const copy = bytes.slice()
    randomiseWeights(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 4, 1)
    expect(bytes).toEqual(copy)
  })

  it('make a model that runs, with other scores and other gradients', async () => {
    const analysis = await analyseModel(bytes, { runProbe })
    const random = randomNumbers(4)
    const input = Float32Array.from({ length: 3 * 256 }, random)
    const [trained, untrained] = await Promise.all([bytes, randomiseWeights(bytes, 4, 1).bytes].map(async (of) => {
      const classifier = new Classifier({ bytes: of, analysis, profile: tinyProfile(), provider: 'cpu' })
      const [run] = await classifier.run([{ input, seed: classifier.seedOf(1) }], { layer: TINY_LAYER })
      await classifier.close()
      return run
    }))
    expect(untrained.logits.every(Number.isFinite)).toBe(true)
    expect(untrained.logits).not.toEqual(trained.logits)
    expect(untrained.layer!.gradients.data).not.toEqual(trained.layer!.gradients.data)
  })

  it('keep float16 as it is stored', () => {
    const half = tinyClassifier({ type: 'float16' })
    expect(sorted(weightsOf(randomiseWeights(half, 3, 2).bytes).get('w2')!)).toEqual(sorted(weightsOf(half).get('w2')!))
  })

  it('are refused where there are none, or fewer than asked for', () => {
    const empty = modelBytes({ opset: 13, inputs: [value('image', 'float32', ['N', 1, 4, 4])], outputs: ['flat'], nodes: [node('GlobalAveragePool', ['image'], ['pooled']), node('Flatten', ['pooled'], ['flat'], { axis: 1 })], initializers: [] })
    expect(() => randomiseWeights(empty, 1, 1)).toThrow(/No layer with weights/)
    expect(() => randomiseWeights(bytes, 5, 1)).toThrow(/4 layers with weights/)
  })
})

describe('layers with weights', () => {
  it('take normalisations, slopes and written-out biases along, weights behind a Transpose too; the input’s normalisation and masks are none', () => {
    const tensor = (name: string, dims: number[]) => makeTensor(name, 'float32', dims, Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i + 1))
    const model = modelBytes({
      opset: 13,
      inputs: [value('image', 'float32', ['N', 3, 4, 4])],
      outputs: ['out'],
      nodes: [
        node('Sub', ['image', 'mean'], ['centred']),
        node('Conv', ['centred', 'w'], ['conv'], { kernel_shape: [1, 1] }),
        node('BatchNormalization', ['conv', 'gamma', 'beta', 'mu', 'sigma'], ['normed']),
        node('PRelu', ['normed', 'slope'], ['active']),
        node('Mul', ['active', 'scale'], ['scaled']),
        node('GlobalAveragePool', ['scaled'], ['pooled']),
        node('Flatten', ['pooled'], ['flat'], { axis: 1 }),
        node('Transpose', ['v'], ['vt'], { perm: [1, 0] }),
        node('MatMul', ['flat', 'vt'], ['product']),
        node('Add', ['product', 'bias'], ['biased']),
        node('Add', ['biased', 'mask'], ['out']),
      ],
      initializers: [tensor('mean', [1, 3, 1, 1]), tensor('w', [5, 3, 1, 1]), ...['gamma', 'beta', 'mu', 'sigma'].map((name) => tensor(name, [5])), tensor('slope', [5, 1, 1]), tensor('scale', []), tensor('v', [2, 5]), tensor('bias', [2]), tensor('mask', [2, 2])],
    })
    expect(weightLayers(readModel(model))).toEqual([
      { name: 'conv', weights: ['w', 'gamma', 'beta', 'mu', 'sigma', 'slope'] },
      { name: 'product', weights: ['v', 'bias'] },
    ])
  })
})
