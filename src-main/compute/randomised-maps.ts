import { errorRecord, type ErrorRecord } from '../contract/errors.ts'
import { Classifier } from '../model/classifier.ts'
import type { ModelFile } from '../model/inspect.ts'
import { randomiseWeights } from '../model/randomise.ts'
import type { Engine } from './engine.ts'
import { explain } from './explain.ts'
import type { AttributionSpec, ComputedAttribution } from './types.ts'

export interface RandomisedRequest {
  readonly items: readonly { readonly input: Float32Array; readonly attribution: AttributionSpec }[]
  /** how many layers are random, from the scores down; 0: the trained model */
  readonly depth: number
  readonly seed: number
}
export type RandomisedOutcome = { readonly state: 'done'; readonly map: ComputedAttribution } | { readonly state: 'failed'; readonly error: ErrorRecord }
export interface RandomisedMaps {
  /** all layers with weights, from the scores down */
  readonly layers: readonly string[]
  /** in the order of the items */
  readonly outcomes: readonly RandomisedOutcome[]
}

/**
 * Maps of some inputs by a model of which the last layers have random weights. It runs on CPU: what a provider computes of
 * other weights was never compared. Throws `unsupported-model`, `bad-parameter`, `cancelled`.
 */
export async function randomisedMaps(model: ModelFile, trained: Classifier, engineOf: (classifier: Classifier) => Pick<Engine, 'analyze' | 'profile'>, { items, depth, seed }: RandomisedRequest, onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<RandomisedMaps> {
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
