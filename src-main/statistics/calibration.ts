import type { Calibration, CalibrationBin, Interval } from '../contract/patterns.ts'
import { logistic } from './logistic.ts'
import { Z_95 } from './normal.ts'

export const CALIBRATION_BINS = 10
/** a probability closer to 0 or 1 has no logit that says anything */
const CLIPPED = 1e-6
/** above this slope the classes are as good as separated */
const STEEPEST = 1e3

/**
 * How far probabilities are what they say: expected calibration error over ten bins of equal width, each weighted by its cases (Guo et al. 2017, eq. 5, of
 * the positive class), Brier's score (1950), and logistic recalibration on the logit (Cox 1958): slope and intercept together, and the intercept at slope 1.
 *
 * probabilities and isPositive by case. null of nothing.
 */
export function calibration(probabilities: ArrayLike<number>, isPositive: ArrayLike<number>): Calibration | null {
  const n = probabilities.length
  if (n === 0) return null
  const sums = Array.from({ length: CALIBRATION_BINS }, () => ({ count: 0, score: 0, positives: 0 }))
  let brier = 0
  let positives = 0
  for (let i = 0; i < n; i++) {
    const p = probabilities[i]
    const bin = sums[Math.min(CALIBRATION_BINS - 1, Math.floor(p * CALIBRATION_BINS))]
    bin.count++
    bin.score += p
    bin.positives += isPositive[i]
    positives += isPositive[i]
    brier += (p - isPositive[i]) ** 2
  }
  const bins: CalibrationBin[] = sums.flatMap(({ count, score, positives: rate }, index) => count === 0 ? [] : [{ low: index / CALIBRATION_BINS, high: (index + 1) / CALIBRATION_BINS, count, meanScore: score / count, rate: rate / count }])
  const ece = bins.reduce((sum, { count, meanScore, rate }) => sum + (count / n) * Math.abs(meanScore - rate), 0)
  return { ece, bins, brier: brier / n, ...recalibration(probabilities, isPositive, positives) }
}

type Recalibration = Pick<Calibration, 'slope' | 'intercept' | 'inTheLarge' | 'note'>
const none = (note: string): Recalibration => ({ slope: null, intercept: null, inTheLarge: null, note })

function recalibration(probabilities: ArrayLike<number>, isPositive: ArrayLike<number>, positives: number): Recalibration {
  if (positives === 0 || positives === probabilities.length) return none('All cases have the same label, so there is nothing to recalibrate on.')
  const logits = Float64Array.from(probabilities, (p) => {
    const clipped = Math.min(1 - CLIPPED, Math.max(CLIPPED, p))
    return Math.log(clipped / (1 - clipped))
  })
  const large = logistic([], isPositive, { offset: logits })
  const inTheLarge = large ? interval(large.coefficients[0], large.se[0]) : null
  if (logits.every((logit) => logit === logits[0])) return { ...none('All scores are the same, so there is no slope.'), inTheLarge }
  const both = logistic([logits], isPositive)
  if (!both?.converged || Math.abs(both.coefficients[1]) > STEEPEST) return { ...none('The scores separate the classes perfectly, so there is no finite slope.'), inTheLarge }
  return { slope: interval(both.coefficients[1], both.se[1]), intercept: interval(both.coefficients[0], both.se[0]), inTheLarge, note: '' }
}

function interval(value: number, se: number): Interval {
  return { value, low: value - Z_95 * se, high: value + Z_95 * se }
}
