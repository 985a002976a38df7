import type { Answer } from '../contract/causal.ts'
import type { Profile } from '../contract/profile.ts'

type Output = Pick<Profile['output'], 'threshold' | 'positiveClass'>
interface Scores { readonly logits: ArrayLike<number>; readonly probabilities: ArrayLike<number> }

/**
 * How far a class is from losing, in logits; below 0 it has lost. With a threshold: how far the positive class's log-odds are from those of the
 * threshold, on the side of `classIndex`; else its logit over the greatest of the others.
 */
export function marginOf({ logits, probabilities }: Scores, classIndex: number, { threshold, positiveClass }: Output): number {
  if (threshold !== null && positiveClass !== null && positiveClass < probabilities.length) {
    const margin = logOdds({ logits, probabilities }, positiveClass) - Math.log(threshold / (1 - threshold))
    return Math.max(-MOST, Math.min(MOST, classIndex === positiveClass ? margin : -margin))
  }
  let other = -Infinity
  for (let i = 0; i < logits.length; i++) if (i !== classIndex && logits[i] > other) other = logits[i]
  return logits[classIndex] - other
}

/** where a probability is 0 or 1 after rounding, or a threshold is */
const MOST = 100

/** Of two classes by their logits, which do not round to 0 and 1 as probabilities do: where the probability is their softmax, or the sigmoid of a single score. */
function logOdds({ logits, probabilities }: Scores, index: number): number {
  const p = probabilities[index]
  const own = Math.log(p / (1 - p))
  if (logits.length !== 2) return own
  const [difference, single] = [logits[index] - logits[1 - index], logits[index]]
  if (Number.isFinite(own)) return own
  return Math.abs(logits[0] + logits[1]) < 1e-6 ? single : difference
}

export function answerOf(scores: Scores & { readonly predicted: number }, classIndex: number, output: Output): Answer {
  return { logits: Array.from(scores.logits), probabilities: Array.from(scores.probabilities), predicted: scores.predicted, margin: marginOf(scores, classIndex, output) }
}
