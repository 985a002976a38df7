import type { EvidenceCurve, Measurement, MetricInfo } from '../contract/evidence.ts'
import { extent } from '../tensor/statistics.ts'

/** A value beside the draws of its control; `better` is the measure's direction. */
export function beside(better: MetricInfo['better'], value: number, draws: readonly number[], more: Partial<Pick<Measurement, 'curve' | 'details' | 'note'>> = {}): Measurement {
  const { mean } = extent(draws)
  const spread = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0)
  const sign = better === 'higher' ? 1 : -1
  const points = draws.reduce((sum, draw) => sum + (draw === value ? 0.5 : Number(sign * (value - draw) > 0)), 0)
  return {
    value,
    control: { mean, sd: draws.length > 1 ? Math.sqrt(spread / (draws.length - 1)) : 0, values: draws },
    beats: points / draws.length,
    curve: null,
    details: {},
    note: '',
    ...more,
  }
}

/** There is nothing to measure: a stated result. */
export function nothing(note: string): Measurement {
  return { value: null, control: null, beats: null, curve: null, details: {}, note }
}

export const FLAT_NOTE = 'The map is the same everywhere, so it names no place.'

/** Area under a curve over x, by trapezoids; of a curve from 0 to 1 it is its mean height. */
export function area(x: readonly number[], y: readonly number[]): number {
  let sum = 0
  for (let i = 1; i < x.length; i++) sum += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2
  return sum
}

/** Mean, least and greatest of several curves at each x. */
export function band(curves: readonly (readonly number[])[]): EvidenceCurve['control'] {
  const at = curves[0].map((_, i) => extent(curves.map((curve) => curve[i])))
  return { mean: at.map(({ mean }) => mean), low: at.map(({ min }) => min), high: at.map(({ max }) => max) }
}
