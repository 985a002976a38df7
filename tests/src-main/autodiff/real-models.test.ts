import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { analyseModel, instrument } from '../../../src-main/model/instrument.ts'
import { openSession, runProbe } from '../../fixtures/onnx/runtime.ts'
import { sharedData } from '../../fixtures/shared-data.ts'

const SIDE = 224
const LAST = '/last/last.2/Clip_output_0'
const BLOCK_12 = '/blocks/blocks.12/Add_output_0'

/** [model, whose reference it has]. The third is the second as its exporter left it: padding computed by sub-graphs. */
const MODELS = [
  ['kermany_pneumonia_mobilenetv2', 'kermany_pneumonia_mobilenetv2'],
  ['tm_covid_mobilenetv2', 'tm_covid_mobilenetv2'],
  ['tm_covid_mobilenetv2_padops', 'tm_covid_mobilenetv2'],
] as const

function floats(...path: string[]): Float32Array {
  const bytes = readFileSync(join(sharedData!, ...path))
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / n
  const [meanA, meanB] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB)
    aa += (a[i] - meanA) ** 2
    bb += (b[i] - meanB) ** 2
  }
  return ab / Math.sqrt(aa * bb)
}

/** Selvaraju et al. 2017: ReLU of the activations, each channel weighted by its mean gradient. */
function gradCam(activation: Float64Array, gradient: Float64Array, channels: number, cells: number): Float64Array {
  const map = new Float64Array(cells)
  for (let c = 0; c < channels; c++) {
    const weight = gradient.subarray(c * cells, (c + 1) * cells).reduce((sum, g) => sum + g, 0) / cells
    for (let i = 0; i < cells; i++) map[i] += weight * activation[c * cells + i]
  }
  return map.map((v) => Math.max(0, v))
}

describe.skipIf(sharedData === null)('real models against PyTorch\'s reference', () => {
  it.each(MODELS)('%s: the default layer, logits within 1e-3, Grad-CAM of both layers correlated at least 0.999', async (model, referenceName) => {
    const bytes = readFileSync(join(sharedData!, 'models', `${model}.onnx`))
    const analysis = await analyseModel(bytes, { runProbe })
    expect(analysis.defaultLayer).toBe(LAST)
    expect(analysis.layers.find(({ name }) => name === LAST)).toMatchObject({ grid: [7, 7], channels: 1280 })
    expect(analysis.layers.find(({ name }) => name === BLOCK_12)).toMatchObject({ grid: [14, 14], channels: 32 })
    expect(analysis.operatorsWithoutGradient).toEqual([])

    const [input, logits, target] = ['input.f32', 'logits.f32', 'target.f32'].map((file) => floats('reference', referenceName, file))
    const images = Math.min(6, target.length)
    const pixels = SIDE * SIDE
    const image = Float32Array.from({ length: images * 3 * pixels }, (_, i) => input[Math.floor(i / (3 * pixels)) * pixels + (i % pixels)])
    const seed = new Float32Array(images * analysis.classes)
    for (let n = 0; n < images; n++) seed[n * analysis.classes + target[n]] = 1
    const { bytes: instrumented, inputName, seedName, names } = await instrument(bytes, { runProbe, layers: [LAST, BLOCK_12] })
    const session = await openSession(instrumented)
    const out = await session.run({
      [inputName]: { type: 'float32', dims: [images, 3, SIDE, SIDE], data: image },
      [seedName]: { type: 'float32', dims: [images, analysis.classes], data: seed },
    })
    await session.release()
    out[names.scores].data.forEach((found, i) => expect(Math.abs(found - logits[i])).toBeLessThan(1e-3))
    for (const [layer, file] of [[LAST, 'gradcam.f32'], [BLOCK_12, 'b12_gradcam.f32']]) {
      const wanted = floats('reference', referenceName, file)
      const { dims: [, channels, rows, columns], data } = out[names.activations[layer]]
      const cells = rows * columns
      for (let n = 0; n < images; n++) {
        const part = (values: Float64Array) => values.subarray(n * channels * cells, (n + 1) * channels * cells)
        const map = gradCam(part(data), part(out[names.gradients[layer]].data), channels, cells)
        expect(correlation(map, wanted.subarray(n * cells, (n + 1) * cells))).toBeGreaterThan(0.999)
      }
    }
  })
})
