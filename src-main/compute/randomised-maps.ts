import { errorRecord } from '../contract/errors.ts'
import { Classifier } from '../model/classifier.ts'
import type { ModelFile } from '../model/inspect.ts'
import { randomiseWeights } from '../model/randomise.ts'
import { explain } from './explain.ts'
import type { Analyzer, RandomisedMaps, RandomisedOutcome, RandomisedRequest } from './types.ts'

/**
 * Maps of some inputs by a model of which the last layers have random weights. It runs on CPU: what a provider computes of
 * other weights was never compared. Throws `unsupported-model`, `bad-parameter`, `cancelled`.
 */
export async function randomisedMaps(model: ModelFile, trained: Classifier, engineOf: (classifier: Classifier) => Analyzer, { items, depth, seed }: RandomisedRequest, onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<RandomisedMaps> {
  const { bytes, layers } = randomiseWeights(model.bytes, depth, seed, model.externalData)
  const classifier = depth === 0 ? trained : new Classifier({ bytes, analysis: trained.analysis, profile: trained.profile, provider: 'cpu' })
  const engine = engineOf(classifier)
  try {
    const outcomes: RandomisedOutcome[] = []
    for (const [done, { input, attribution }] of items.entries()) {
      onProgress(done, items.length)
      outcomes.push(await explain(engine, input, attribution, signal).then((map) => ({ state: 'done' as const, map }), (thrown: unknown) => {
        if (signal.aborted) throw thrown
        return { state: 'failed' as const, error: errorRecord(thrown, 'run-failed') }
      }))
    }
    return { layers, outcomes }
  } finally {
    if (classifier !== trained) await classifier.close()
  }
}
