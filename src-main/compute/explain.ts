import { ReviewError } from '../contract/errors.ts'
import { IDENTITY } from '../tensor/affine.ts'
import type { Analyzer, AttributionSpec, ComputedAttribution, Outcome } from './types.ts'

/** One map of an input by itself, as an everyday run gives it. Throws the run's error, and `cancelled`. */
export async function explain(engine: Analyzer, data: Float32Array, spec: AttributionSpec, signal: AbortSignal): Promise<ComputedAttribution> {
  if (signal.aborted) throw new ReviewError('cancelled', 'The run was cancelled.')
  const { width, height, channels } = engine.profile.input
  const outcomes: Outcome[] = []
  await engine.analyze([{ id: 0, input: { data, width, height, channels, affine: IDENTITY }, pixelSha256: '', attributions: [spec] }], (_, outcome) => { outcomes.push(outcome) }, signal)
  const [outcome] = outcomes
  if (outcome.state === 'failed') throw ReviewError.fromRecord(outcome.error)
  return outcome.attributions[0]
}
