import type { ModelRuns, Planes } from '../attribution/types.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Classifier } from '../model/classifier.ts'
import { requireFiniteLayer } from '../model/rows.ts'
import { targetLogit, type ClassTarget } from '../model/single-score.ts'

/** Rows of one run where a method asks for many: bounds memory, whatever the number of steps or masks. */
const INNER_BATCH = 8

/** An input of the classifier as planes. */
export function imageOf({ analysis: { inputSize: { channels, height, width } } }: Classifier, data: Float32Array): Planes {
  return { data, channels, rows: height, columns: width }
}

/** The input's value of displayed black, per channel. */
export function blackOf({ analysis, profile: { values: { offset, mean, std } } }: Classifier): number[] {
  return Array.from({ length: analysis.inputSize.channels }, (_, c) => (offset - mean[c % mean.length]) / std[c % std.length])
}

/** What a method may ask of a classifier, for one image and one class. Stops with `cancelled` between two runs. */
export function modelRuns(classifier: Classifier, input: Float32Array, layer: string | null, target: ClassTarget, signal: AbortSignal): ModelRuns {
  const seed = classifier.seedOf(target)
  const inBatches = async <T>(inputs: Iterable<Float32Array>, run: (part: readonly Float32Array[]) => Promise<readonly T[]>): Promise<T[]> => {
    const results: T[] = []
    const flush = async (part: readonly Float32Array[]): Promise<void> => {
      if (signal.aborted) throw new ReviewError('cancelled', 'The run was cancelled.')
      results.push(...await run(part))
    }
    let part: Float32Array[] = []
    for (const input of inputs) {
      part.push(input)
      if (part.length < INNER_BATCH) continue
      await flush(part)
      part = []
    }
    if (part.length > 0) await flush(part)
    return results
  }
  return {
    input: imageOf(classifier, input),
    black: blackOf(classifier),
    async scores(inputs) {
      const rows = await inBatches(inputs, (part) => classifier.run(part.map((data) => ({ input: data, seed })), { layer: classifier.everydayLayer }))
      return Float32Array.from(rows, ({ logits }) => targetLogit(logits, target))
    },
    async inputGradients(inputs, use) {
      let index = 0
      const scores = await inBatches(inputs, async (part) => {
        const rows = await classifier.run(part.map((data) => ({ input: data, seed })), { layer: null, inputGradient: true })
        for (const { inputGradient } of rows) use(inputGradient!, index++)
        return rows.map(({ logits }) => targetLogit(logits, target))
      })
      return Float32Array.from(scores)
    },
    async layer() {
      const [result] = await classifier.run([{ input, seed }], { layer: requireLayer(layer) })
      return requireFiniteLayer(result.layer!)
    },
    attention: () => classifier.attention(input),
    async scoresWithLayer(alternatives) {
      const rows = await inBatches(alternatives, (part) => classifier.logitsWithLayer(input, requireLayer(layer), part))
      return Float32Array.from(rows, (logits) => targetLogit(logits, target))
    },
  }
}

export function requireLayer(layer: string | null): string {
  if (layer !== null) return layer
  throw new ReviewError('no-target-layer', 'The model has no layer with a grid. Choose a method that works on the input: occlusion, RISE or integrated gradients.')
}
