import type { Profile } from '../contract/profile.ts'
import { uniform } from '../tensor/random.ts'
import { maxRelativeError } from '../tensor/statistics.ts'
import type { ModelAnalysis } from './instrument.ts'
import type { RunResult, RunRow } from './rows.ts'

/**
 * Whether a provider computes what CPU computes is found out on seeded images of noise: two, where the model takes a batch,
 * since some kernels go wrong only then.
 */

/** Scores, activations and gradients may differ from CPU's by no more than this, relative to the greatest value of each. */
export const PROVIDER_TOLERANCE = 1e-3
const SEED = 20_241

export interface Probed { readonly analysis: ModelAnalysis; readonly profile: Profile }

/** Noise within the range of values that the profile makes. */
export function probeRows({ analysis, profile }: Probed): RunRow[] {
  const { channels, height, width } = analysis.inputSize
  const { scale, offset, mean, std } = profile.values
  const area = height * width
  const random = uniform(SEED)
  const image = (): Float32Array => Float32Array.from({ length: channels * area }, (_, i) => {
    const channel = Math.floor(i / area)
    return (random() * 255 * scale + offset - mean[channel % mean.length]) / std[channel % std.length]
  })
  return Array.from({ length: analysis.fixedBatch === 1 ? 1 : 2 }, () => ({ input: image(), seed: null }))
}

/** The greatest relative difference of anything that two runs of the same rows gave. */
export function largestDifference(actual: readonly RunResult[], expected: readonly RunResult[]): number {
  return Math.max(...actual.flatMap((one, i) => {
    const other = expected[i]
    return [
      maxRelativeError(one.logits, other.logits),
      ...one.layers.flatMap(({ activations, gradients }, k) => [maxRelativeError(activations.data, other.layers[k].activations.data), maxRelativeError(gradients.data, other.layers[k].gradients.data)]),
      ...(one.inputGradient && other.inputGradient ? [maxRelativeError(one.inputGradient, other.inputGradient)] : []),
    ]
  }))
}
