import type { Auroc } from '../contract/patterns.ts'
import { logitInterval, scoreInterval } from './auroc.ts'

/**
 * An AUROC of scores by cross-validation with an interval that knows it. Each fold's model learnt from the other folds' cases, so folds are not independent, and an interval that takes them
 * for one test set of a fixed model is too narrow: where nothing is to be found, 0.5 lies outside of it in 19 of 100 sets. The variance is multiplied by 1 + K/(K − 1), Nadeau & Bengio's
 * correction (2003, eq. 9, test over training cases being 1/(K − 1)) as it is used for K folds (Bouckaert & Frank 2004).
 */
export function crossValidatedAuroc(plain: Auroc, folds: number): Auroc {
  const factor = 1 + folds / (folds - 1)
  const { value, positives, negatives } = plain
  const se = plain.se * Math.sqrt(factor)
  const onLogit = plain.interval === 'score' ? null : logitInterval(value, se)
  return { ...plain, se, ...onLogit ?? scoreInterval(value, positives / factor, negatives / factor) }
}
