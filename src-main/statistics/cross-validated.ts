import type { Auroc } from '../contract/patterns.ts'
import { scoreInterval } from './auroc.ts'
import { Z_95 } from './normal.ts'

/**
 * An AUROC of scores by cross-validation with an interval that knows it. Each fold's model learnt from the other folds' cases, so folds are not independent, and an interval that takes them
 * for one test set of a fixed model is too narrow: where nothing is to be found, 0.5 lies outside of it in 19 of 100 sets. The variance is multiplied by 1 + K/(K − 1), Nadeau & Bengio's
 * correction (2003, eq. 9, test over training cases being 1/(K − 1)) as it is used for K folds (Bouckaert & Frank 2004).
 */
export function crossValidatedAuroc(plain: Auroc, folds: number): Auroc {
  const factor = 1 + folds / (folds - 1)
  const { value, positives, negatives } = plain
  const se = plain.se * Math.sqrt(factor)
  if (plain.interval === 'score') return { ...plain, se, ...scoreInterval(value, positives / factor, negatives / factor) }
  const logit = Math.log(value / (1 - value))
  const half = (Z_95 * se) / (value * (1 - value))
  const back = (x: number) => 1 / (1 + Math.exp(-x))
  return { ...plain, se, low: back(logit - half), high: back(logit + half) }
}
