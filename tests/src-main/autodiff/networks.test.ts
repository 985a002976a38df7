import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { analyseModel, instrument } from '../../../src-main/model/instrument.ts'
import { asImage, loadReference, referenceFeeds, relativeError } from '../../fixtures/onnx/reference.ts'
import { openSession, runProbe } from '../../fixtures/onnx/runtime.ts'

/** Written by tests/reference/autodiff/export.py --fixtures: torchvision's and timm-style networks, small, with PyTorch's numbers; those called dynamo by PyTorch 2.13's exporter. */
const FOLDER = fileURLToPath(new URL('../../fixtures/onnx/networks', import.meta.url))
const names = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.onnx') ? [file.slice(0, -5)] : []))

/** Rounding in float32, and some more where PyTorch's own float32 needs more. */
const LAYER_TOLERANCE = 1e-5
const allowance = (own: number | undefined): number => Math.max(LAYER_TOLERANCE, 3 * (own ?? 0))

describe('networks of PyTorch, against its float64 gradients', () => {
  it.each(names)('%s: logits, the default layer and its gradient, the gradient at the input', async (name) => {
    const { reference, array } = loadReference(FOLDER, name)
    const bytes = readFileSync(join(FOLDER, `${name}.onnx`))
    const analysis = await analyseModel(bytes, { runProbe })
    expect(analysis.operatorsWithoutGradient).toEqual([])
    expect(analysis.scoreIsBeforeActivation).toBe(reference.options.activation ?? null)
    const layer = analysis.layers.find((candidate) => candidate.name === analysis.defaultLayer)!
    const instrumented = await instrument(bytes, { runProbe, layers: [layer.name], inputGradient: true })
    const session = await openSession(instrumented.bytes)
    const out = await session.run(referenceFeeds(reference, array('input')!, array('classes')!, analysis.classes, instrumented.inputName, instrumented.seedName))
    await session.release()
    expect(relativeError(out[instrumented.names.scores], array('logits')!)).toBeLessThan(LAYER_TOLERANCE)
    expect(relativeError(out[instrumented.names.inputGradient!], array('input.gradient')!)).toBeLessThan(allowance(reference.float32Error['input.gradient']))
    const activation = array('default.activation')
    if (!activation) return
    expect(relativeError(out[instrumented.names.activations[layer.name]], asImage(activation, layer)!)).toBeLessThan(LAYER_TOLERANCE)
    expect(relativeError(out[instrumented.names.gradients[layer.name]], asImage(array('default.gradient')!, layer)!)).toBeLessThan(allowance(reference.float32Error['default.gradient']))
  }, 120_000)

  it('there are networks of every family', () => {
    for (const family of ['densenet', 'shufflenet', 'squeezenet', 'vgg', 'residual', 'regnet', 'vit', 'swin', 'swin_v2', 'convnext', 'deit', 'mixture', 'dynamo']) expect(names.some((name) => name.includes(family))).toBe(true)
  })
})
