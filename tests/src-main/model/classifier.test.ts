import { describe, expect, it } from 'vitest'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { analyseModel, instrument } from '../../../src-main/model/instrument.ts'
import type { RunRow } from '../../../src-main/model/rows.ts'
import { RuntimeSession, runProbe } from '../../../src-main/model/runtime.ts'
import { spread } from '../../../src-main/tensor/planes.ts'
import { maxRelativeError } from '../../../src-main/tensor/statistics.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { randomNumbers } from '../../fixtures/onnx/random.ts'
import { tinyClassifier, TINY_LAYER, type TinyOptions } from '../../fixtures/onnx/tiny-classifier.ts'

async function classifierOf(options: TinyOptions = {}, overrides: Parameters<typeof tinyProfile>[0] = {}): Promise<Classifier> {
  const bytes = tinyClassifier(options)
  return new Classifier({ bytes, analysis: await analyseModel(bytes, { runProbe }), profile: tinyProfile(overrides), provider: 'cpu' })
}

/** Images of noise, the same for every model of a test. */
function rows(count: number, seed: RunRow['seed'] = null): RunRow[] {
  return Array.from({ length: count }, (_, i) => {
    const random = randomNumbers(100 + i)
    return { input: Float32Array.from({ length: 768 }, random), seed }
  })
}

const TAIL = { layer: TINY_LAYER }
const expected = await (await classifierOf()).run(rows(5), TAIL)

describe('one run', () => {
  it('gives the gradients of the predicted class without being told which it is', async () => {
    const classifier = await classifierOf()
    for (const [i, result] of expected.entries()) {
      const [told] = await classifier.run([{ ...rows(5)[i], seed: classifier.seedOf(result.predicted) }], TAIL)
      expect(maxRelativeError(told.layer!.gradients.data, result.layer!.gradients.data)).toBeLessThan(1e-6)
    }
  })

  it('gives the gradients of the class that is asked for, and of a difference of classes', async () => {
    const classifier = await classifierOf()
    const [row] = rows(1)
    const gradient = async (seed: number[]): Promise<Float32Array> => (await classifier.run([{ ...row, seed: Float32Array.from(seed) }], TAIL))[0].layer!.gradients.data
    const [first, second, difference] = [await gradient([1, 0, 0]), await gradient([0, 0, 1]), await gradient([1, 0, -1])]
    expect(maxRelativeError(first, second)).toBeGreaterThan(0.01)
    expect(maxRelativeError(difference, first.map((value, i) => value - second[i]))).toBeLessThan(1e-5)
  })

  it('hands out once what is the same in every cell, and the saved model in every cell', async () => {
    const [{ layer }] = expected
    expect(layer!.gradients).toMatchObject({ channels: layer!.activations.channels, rows: 1, columns: 1 })
    const { bytes, inputName, seedName, names } = await instrument(tinyClassifier(), { runProbe, layers: [TINY_LAYER], findsClass: true })
    const session = await RuntimeSession.create(bytes, { provider: 'cpu' })
    const { [names.gradients[TINY_LAYER]]: full } = await session.run({ [inputName]: { data: rows(1)[0].input, dims: [1, 3, 16, 16] }, [seedName]: { data: new Float32Array(3), dims: [1, 3] } }, [names.gradients[TINY_LAYER]])
    await session.release()
    const { channels, rows: height, columns } = layer!.activations
    expect(full.dims).toEqual([1, channels, height, columns])
    expect(maxRelativeError(full.data, spread(layer!.gradients, layer!.activations).data)).toBeLessThan(1e-6)
  })

  it('gives the gradient at the input as well', async () => {
    const classifier = await classifierOf()
    const [row] = rows(1)
    const seed = classifier.seedOf(1)
    const [{ inputGradient, logits }] = await classifier.run([{ ...row, seed }], { layer: null, inputGradient: true })
    const step = 1e-2
    for (const at of [10, 300, 700]) {
      const moved = row.input.slice()
      moved[at] += step
      const [up] = await classifier.run([{ input: moved, seed }], { layer: null })
      expect((up.logits[1] - logits[1]) / step).toBeCloseTo(inputGradient![at], 3)
    }
  })

  it('follows the profile where a threshold makes another class the predicted one', async () => {
    const plain = expected[0]
    const other = plain.predicted === 0 ? 1 : 0
    const classifier = await classifierOf({}, { output: { threshold: 0, positiveClass: other } })
    const [result] = await classifier.run(rows(1), TAIL)
    expect(result.predicted).toBe(other)
    const [told] = await classifier.run([{ ...rows(1)[0], seed: classifier.seedOf(other) }], TAIL)
    expect(maxRelativeError(result.layer!.gradients.data, told.layer!.gradients.data)).toBeLessThan(1e-6)
  })
})

describe('models of every make give the same as the plain one', () => {
  const makes: Record<string, TinyOptions> = {
    'a fixed batch of 1': { batch: 1 },
    'a fixed batch of 4, with zeros in what is left': { batch: 4 },
    'channels last': { layout: 'NHWC' },
    'a Softmax in the graph': { activation: 'Softmax' },
    'a LogSoftmax in the graph': { activation: 'LogSoftmax' },
  }
  for (const [name, options] of Object.entries(makes))
    it(name, async () => {
      const results = await (await classifierOf(options)).run(rows(5), TAIL)
      results.forEach((result, i) => {
        expect(maxRelativeError(result.logits, expected[i].logits)).toBeLessThan(1e-5)
        expect(maxRelativeError(result.probabilities, expected[i].probabilities)).toBeLessThan(1e-5)
        expect(maxRelativeError(result.layer!.activations.data, expected[i].layer!.activations.data)).toBeLessThan(1e-5)
        expect(maxRelativeError(result.layer!.gradients.data, expected[i].layer!.gradients.data)).toBeLessThan(1e-5)
      })
    })

  it('half precision, within its precision', async () => {
    const results = await (await classifierOf({ type: 'float16' })).run(rows(5), TAIL)
    results.forEach((result, i) => {
      expect(maxRelativeError(result.logits, expected[i].logits)).toBeLessThan(5e-3)
      expect(maxRelativeError(result.layer!.gradients.data, expected[i].layer!.gradients.data)).toBeLessThan(5e-3)
    })
  })

  it('several labels at once: probabilities by class, the logits before the Sigmoid', async () => {
    const [result] = await (await classifierOf({ activation: 'Sigmoid' })).run(rows(1), TAIL)
    expect(maxRelativeError(result.logits, expected[0].logits)).toBeLessThan(1e-5)
    result.probabilities.forEach((probability, i) => expect(probability).toBeCloseTo(1 / (1 + Math.exp(-result.logits[i])), 5))
  })
})

describe('one score', () => {
  for (const activation of ['Sigmoid', null] as const)
    it(`${activation ? 'behind a Sigmoid' : 'without an activation'} is read as two classes, no and yes`, async () => {
      const classifier = await classifierOf({ classes: 1, activation })
      const results = await classifier.run(rows(5), TAIL)
      for (const [i, { logits, probabilities, predicted, layer }] of results.entries()) {
        expect(logits[0]).toBe(-logits[1])
        expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-logits[1])), 5)
        expect(probabilities[0] + probabilities[1]).toBeCloseTo(1, 6)
        expect(predicted).toBe(logits[1] >= 0 ? 1 : 0)
        const [no, yes] = await classifier.run([0, 1].map((index) => ({ ...rows(5)[i], seed: classifier.seedOf(index) })), TAIL)
        expect(maxRelativeError(no.layer!.gradients.data, yes.layer!.gradients.data.map((value) => -value))).toBeLessThan(1e-6)
        expect(maxRelativeError(layer!.gradients.data, [no, yes][predicted].layer!.gradients.data)).toBeLessThan(1e-6)
      }
      expect(() => classifier.seedOf(2)).toThrow(/2 classes/)
    })

  it('follows a threshold', async () => {
    const [never] = await (await classifierOf({ classes: 1 }, { output: { threshold: 1, positiveClass: 1 } })).run(rows(1), TAIL)
    const [always] = await (await classifierOf({ classes: 1 }, { output: { threshold: 0, positiveClass: 1 } })).run(rows(1), TAIL)
    expect([never.predicted, always.predicted]).toEqual([0, 1])
  })
})

describe('what goes wrong', () => {
  it('NaN is an error that says so, never a map', async () => {
    await expect((await classifierOf({ isBroken: true })).run(rows(1), TAIL)).rejects.toMatchObject({ code: 'non-finite' })
  })

  it('a class or layer that is not there is named', async () => {
    const classifier = await classifierOf()
    expect(() => classifier.seedOf(3)).toThrow(/3 classes, counted from 0/)
    await expect(classifier.run(rows(1), { layer: 'nowhere' })).rejects.toMatchObject({ code: 'no-such-layer' })
  })

  it('an input of another size is refused before it reaches the model', async () => {
    await expect((await classifierOf()).run([{ input: new Float32Array(10), seed: null }], TAIL)).rejects.toMatchObject({ code: 'profile-mismatch' })
  })
})

describe('sessions', () => {
  it('are bounded, and a layer that was let go can be asked for again', async () => {
    const classifier = await classifierOf({ blocks: 6 })
    const layers = classifier.analysis.layers.map(({ name }) => name)
    expect(layers.length).toBeGreaterThan(5)
    for (const layer of [...layers, layers[0]]) {
      const [result] = await classifier.run(rows(1), { layer })
      expect(result.layer!.activations.data.length).toBeGreaterThan(0)
    }
  })
})
