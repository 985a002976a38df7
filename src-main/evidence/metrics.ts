import { ReviewError } from '../contract/errors.ts'
import type { MetricInfo } from '../contract/evidence.ts'
import { relevanceMass, relevanceRank } from './localisation.ts'
import { deletion, insertion } from './perturbation.ts'
import { road } from './road.ts'
import { maxSensitivity, sensitivityN } from './sensitivity.ts'
import type { Metric } from './types.ts'

/** Every measure of a map, in the order in which the window shows them. */
export const METRICS: readonly Metric[] = [deletion, insertion, road, sensitivityN, maxSensitivity, relevanceMass, relevanceRank]

export const METRIC_INFOS: readonly MetricInfo[] = METRICS.map(({ id, name, source, better, cost, needsRegion, about, limits, control, parameters }) => ({ id, name, source, better, cost, needsRegion, about, limits, control, parameters }))

/** Throws `bad-parameter`, listing those that exist. */
export function metricNamed(id: string): Metric {
  const metric = METRICS.find((row) => row.id === id)
  if (metric) return metric
  throw new ReviewError('bad-parameter', `There is no measure '${id}'. Choose among: ${METRICS.map((row) => row.id).join(', ')}.`)
}
