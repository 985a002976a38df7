import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { filledProfile, guessProfile } from '../../../src-main/model/guess-profile.ts'
import { analyseModel } from '../../../src-main/model/instrument.ts'
import { runProbe } from '../../../src-main/model/runtime.ts'
import { modelBytes, node, value } from '../../fixtures/onnx/build.ts'
import { mutant } from '../../fixtures/onnx/mutate.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'

/** tests/reference/autodiff/fuzz.ts runs as many as are wanted. */
const MUTANTS = 120
const FIRST = 20_261_127
const SMALL = ['residual_small', 'vgg_small', 'timm_vit_small', 'squeezenet_like'].map((name) => fileURLToPath(new URL(`../../fixtures/onnx/networks/${name}.onnx`, import.meta.url)))

/** 'valid', or the code of the refusal; what is thrown otherwise goes through. */
async function outcome(bytes: Uint8Array): Promise<string> {
  let classifier: Classifier | null = null
  try {
    const analysis = await analyseModel(bytes, { runProbe })
    classifier = new Classifier({ bytes, analysis, profile: filledProfile(guessProfile(analysis), analysis), provider: 'cpu' })
    await classifier.prepare()
    const { channels, height, width } = analysis.inputSize
    if (channels * height * width < 1e6) await classifier.run([{ input: new Float32Array(channels * height * width).fill(0.3), seed: null }], { layer: classifier.everydayLayer })
    return 'valid'
  } catch (thrown) {
    if (thrown instanceof ReviewError) return thrown.code
    throw thrown
  } finally {
    await classifier?.close()
  }
}

describe('hostile and damaged models', () => {
  it(`${MUTANTS} mutants of four networks (seeds from ${FIRST}): each runs or is refused with a reason`, async () => {
    const files = SMALL.map((path) => readFileSync(path))
    const outcomes = new Map<string, number>()
    for (let seed = FIRST; seed < FIRST + MUTANTS; seed++) {
      const found = await outcome(mutant(files[seed % files.length], seed)).catch((cause: unknown) => { throw new Error(`mutant ${seed} of ${SMALL[seed % files.length]}: ${String(cause)}`, { cause }) })
      outcomes.set(found, (outcomes.get(found) ?? 0) + 1)
    }
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['valid', 'onnx-damaged', 'unsupported-graph']))
    expect(outcomes.get('internal')).toBeUndefined()
  }, 120_000)

  it.each([
    ['an image that no memory holds', value('x', 'float32', ['N', 3, 2 ** 20, 2 ** 20])],
    ['a batch that no memory holds', value('x', 'float32', [2 ** 40, 3, 8, 8])],
  ])('%s is refused before anything is asked for', async (_, input) => {
    const bytes = modelBytes({ opset: 13, nodes: [node('GlobalAveragePool', ['x'], ['g']), node('Flatten', ['g'], ['y'])], inputs: [input], outputs: ['y'] })
    expect(await outcome(bytes)).toBe('unsupported-model')
  })

  it('a node that stands twice, a name that is made twice', async () => {
    const twice = [node('GlobalAveragePool', ['x'], ['g']), node('Flatten', ['g'], ['y']), node('Flatten', ['g'], ['y'])]
    expect(await outcome(modelBytes({ opset: 13, nodes: twice, inputs: [value('x', 'float32', ['N', 3, 8, 8])], outputs: ['y'] }))).toBe('unsupported-graph')
  })

  it('the network that they are made of runs', async () => {
    expect(await outcome(tinyClassifier({ size: 16 }))).toBe('valid')
  })
})
