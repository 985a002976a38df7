import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { completeParameters, methodNamed } from '../../../src-main/attribution/methods.ts'
import type { AttributionMap, Parameters, RunsMethod } from '../../../src-main/attribution/types.ts'
import { modelRuns } from '../../../src-main/compute/model-runs.ts'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { analyseModel } from '../../../src-main/model/instrument.ts'
import { runProbe } from '../../../src-main/model/runtime.ts'
import { maxRelativeError } from '../../../src-main/tensor/statistics.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { Network } from '../../fixtures/onnx/network.ts'
import { loadReference } from '../../fixtures/onnx/reference.ts'

interface Row { readonly parameters: Parameters; readonly grid: [number, number]; readonly attentions: number; readonly values: number[] }
const NETWORKS = fileURLToPath(new URL('../../fixtures/onnx/networks', import.meta.url))
const rows = JSON.parse(readFileSync(new URL('../../fixtures/attribution/rollout.json', import.meta.url), 'utf8')) as Record<string, Row[]>
const method = methodNamed('attention-rollout') as RunsMethod
const opened: Classifier[] = []
afterAll(() => Promise.all(opened.map((classifier) => classifier.close())))

async function open(bytes: Uint8Array, size = 32): Promise<Classifier> {
  const classifier = new Classifier({ bytes, analysis: await analyseModel(bytes, { runProbe, inputSize: { width: size, height: size } }), profile: tinyProfile({ input: { width: size, height: size } }), provider: 'cpu' })
  opened.push(classifier)
  return classifier
}
const rollout = (classifier: Classifier, image: Float32Array, parameters: Parameters = {}): Promise<AttributionMap> =>
  method.map(modelRuns(classifier, image, null, { index: 0 }, new AbortController().signal), completeParameters(method, parameters))

describe("attention rollout agrees with PyTorch's attention taken by hooks", () => {
  for (const [name, settings] of Object.entries(rows))
    it(`${name}: ${settings.map(({ parameters }) => Object.values(parameters).join(' ') || 'as it comes').join('; ')}`, async () => {
      const classifier = await open(readFileSync(`${NETWORKS}/${name}.onnx`))
      const image = Float32Array.from(loadReference(NETWORKS, name).array('input')!.data.subarray(0, 3 * 32 * 32))
      for (const { parameters, grid, attentions, values } of settings) {
        const map = await rollout(classifier, image, parameters)
        expect(map).toMatchObject({ grid, signed: false, diagnostics: { attentions } })
        expect(maxRelativeError(map.values, values)).toBeLessThan(2e-5)
      }
    })
})

describe('models without an attention that can be rolled out', () => {
  it.each([['residual_small', /no attention of all tokens/], ['swin_small', /that of windows cannot be rolled out/], ['maxvit_small', /that of windows cannot be rolled out/]])('%s is refused, with what to choose', async (name, message) => {
    const classifier = await open(readFileSync(`${NETWORKS}/${name}.onnx`))
    await expect(rollout(classifier, new Float32Array(3 * 32 * 32))).rejects.toMatchObject({ code: 'no-attention', message: expect.stringMatching(message) as string })
  })
})

describe("the standard's fused attention", () => {
  /** Patches of 4×4 as tokens without a class token, one attention in either spelling, the mean of the tokens. */
  function network(isFused: boolean): Uint8Array {
    const net = new Network(3)
    const patches = net.op('Conv', ['image', net.weights([8, 3, 4, 4])], { kernel_shape: [4, 4], strides: [4, 4] })
    const tokens = net.op('Transpose', [net.op('Reshape', [patches, net.ints(0, 8, -1)])], { perm: [0, 2, 1] })
    const heads = (): string => net.op('Transpose', [net.op('Reshape', [net.op('MatMul', [tokens, net.weights([8, 8])]), net.ints(0, 0, 2, 4)])], { perm: [0, 2, 1, 3] })
    const [q, k, v] = [heads(), heads(), heads()]
    const weights = (): string => net.op('Softmax', [net.op('Mul', [net.op('MatMul', [q, net.op('Transpose', [k], { perm: [0, 1, 3, 2] })]), net.constant([], [0.5])])], { axis: -1 })
    const mixed = isFused ? net.op('Attention', [q, k, v]) : net.op('MatMul', [weights(), v])
    const joined = net.op('Reshape', [net.op('Transpose', [mixed], { perm: [0, 2, 1, 3] }), net.ints(0, 0, 8)])
    const logits = net.linear(net.op('Reshape', [net.op('ReduceMean', [joined, net.ints(1)], { keepdims: 0 }), net.ints(-1, 8)]), 8, 3)
    return net.bytes(logits, ['N', 3, 16, 16], 23)
  }

  it('gives the map of the same attention written out', async () => {
    const image = Float32Array.from({ length: 3 * 256 }, (_, i) => Math.sin(i * 0.7))
    const [fused, apart] = await Promise.all([true, false].map(async (isFused) => rollout(await open(network(isFused), 16), image)))
    expect(fused.grid).toEqual([4, 4])
    expect(maxRelativeError(fused.values, apart.values)).toBeLessThan(1e-5)
  })
})
