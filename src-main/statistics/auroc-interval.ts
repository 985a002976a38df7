import { uniform } from '../tensor/random.ts'
import { placementsOf } from './auroc.ts'

const RESAMPLES = 1000
const SEED = 95

export interface AurocInterval { readonly value: number; readonly low: number; readonly high: number; readonly of: number }

/**
 * AUROC with its 95 % percentile bootstrap interval over cases, positives and negatives drawn apart (1,000 resamples, seeded). null: one of the classes is missing.
 */
export function aurocInterval(scores: readonly number[], isPositive: readonly boolean[]): AurocInterval | null {
  const positives = scores.filter((_, i) => isPositive[i])
  const negatives = scores.filter((_, i) => !isPositive[i])
  const value = areaOf(positives, negatives)
  if (value === null) return null
  const random = uniform(SEED)
  const drawn = (from: readonly number[]): number[] => Array.from(from, () => from[Math.floor(random() * from.length)])
  const areas = Float64Array.from({ length: RESAMPLES }, () => areaOf(drawn(positives), drawn(negatives))!).sort()
  return { value, low: areas[Math.floor(0.025 * RESAMPLES)], high: areas[Math.ceil(0.975 * RESAMPLES) - 1], of: scores.length }
}

function areaOf(positives: readonly number[], negatives: readonly number[]): number | null {
  const scores = [...positives, ...negatives]
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b])
  return placementsOf(scores, scores.map((_, i) => Number(i < positives.length)), order)?.area ?? null
}
