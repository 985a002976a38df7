import { EXPOSURE_STATISTICS } from '../contract/patterns.ts'
import type { ExposureReport, ExposureRow, ExposureStatistic, SubgroupTable } from '../contract/patterns.ts'
import { auroc } from '../statistics/auroc.ts'
import { ascending, spearmanInterval } from '../statistics/ranks.ts'
import type { AnalysisNotes, CaseTable } from './types.ts'

export interface ExposureInput {
  readonly cases: CaseTable
  readonly positive: SubgroupTable['positive']
  readonly bins: number
  /** by case */
  readonly statistics: Readonly<Record<ExposureStatistic, Float32Array>>
}
export type ExposureOutput = Pick<ExposureReport, 'positive' | 'cases' | 'rows'>

/** Histograms of simple statistics of the images by label, and how the score follows each where there is nothing to find. */
export function exposureDrift({ cases, positive, bins, statistics }: ExposureInput, _notes: AnalysisNotes): ExposureOutput {
  const rows = (Object.keys(EXPOSURE_STATISTICS) as ExposureStatistic[]).map((statistic) => rowOf(statistic, statistics[statistic], cases, positive.index, bins))
  return { positive, cases: cases.ids.length, rows }
}

function rowOf(statistic: ExposureStatistic, values: Float32Array, { labels, predicted, scores, patients }: CaseTable, positive: number, bins: number): ExposureRow {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity)
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity)
  // all the same: one bin has them, and the others are there all the same
  const width = (high > low ? high - low : Math.max(1e-6, Math.abs(low) * 1e-3)) / bins
  const edges = Array.from({ length: bins + 1 }, (_, i) => i === bins && high > low ? high : low + i * width)
  const counts = { positives: new Array<number>(bins).fill(0), negatives: new Array<number>(bins).fill(0), unlabelled: new Array<number>(bins).fill(0) }
  const scored = Array.from({ length: bins }, () => ({ sum: 0, count: 0 }))
  values.forEach((value, i) => {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width))
    counts[labels[i] < 0 ? 'unlabelled' : labels[i] === positive ? 'positives' : 'negatives'][bin]++
    if (predicted[i] < 0) return
    scored[bin].sum += scores[i]
    scored[bin].count++
  })
  const isPositive = Uint8Array.from(labels, (label) => Number(label === positive))
  const negatives = Array.from(labels, (_, i) => i).filter((i) => labels[i] >= 0 && labels[i] !== positive && predicted[i] >= 0)
  return {
    statistic, edges, ...counts,
    meanScore: scored.map(({ sum, count }) => count > 0 ? sum / count : null),
    auroc: auroc(values, isPositive, ascending(values).filter((i) => labels[i] >= 0), patients),
    withScore: spearmanInterval(negatives.map((i) => values[i]), negatives.map((i) => scores[i])),
  }
}
