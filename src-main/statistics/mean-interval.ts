import type { MeanInterval } from '../contract/evidence.ts'
import { uniform } from '../tensor/random.ts'
import { extent } from '../tensor/statistics.ts'

const RESAMPLES = 2000
const SEED = 95

/** Mean with its 95 % percentile bootstrap interval (Efron 1979; 2,000 resamples, seeded); null of nothing, no interval for one. */
export function meanInterval(values: readonly number[]): MeanInterval | null {
  if (values.length === 0) return null
  const { mean } = extent(values)
  if (values.length === 1) return { mean, low: null, high: null, of: 1 }
  const random = uniform(SEED)
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)]
    return sum / values.length
  }).sort()
  return { mean, low: means[Math.floor(0.025 * RESAMPLES)], high: means[Math.ceil(0.975 * RESAMPLES) - 1], of: values.length }
}
