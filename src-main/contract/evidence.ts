import { z } from './zod.ts'
import type { ErrorRecord } from './errors.ts'
import { AttributionRequest, Filter, NO_FILTER, Region, type ParameterInfo, type Proportion } from './records.ts'

/** Whether a map can be believed: measures of a map, and what becomes of it when the model's weights are made random. docs/evidence.md explains them. */

/** One row of the table of measures as the window shows it. */
export interface MetricInfo {
  readonly id: string
  readonly name: string
  /** paper and equation */
  readonly source: string
  readonly better: 'higher' | 'lower'
  /** in words: how many runs of the model a case takes */
  readonly cost: string
  /** measured against a region of the image */
  readonly needsRegion: boolean
  /** what the number says, and what it does not */
  readonly about: string
  readonly limits: string
  /** what the control beside it is */
  readonly control: string
  readonly parameters: readonly ParameterInfo[]
}

export interface EvidenceCurve {
  readonly xLabel: string
  readonly yLabel: string
  readonly x: readonly number[]
  readonly lines: readonly { readonly name: string; readonly values: readonly number[] }[]
  /** the control's draws at each x */
  readonly control: { readonly mean: readonly number[]; readonly low: readonly number[]; readonly high: readonly number[] }
}

/** A measure of one map, beside the same measure of draws that know nothing. */
export interface Measurement {
  /** null: the map has nothing that could be measured; `note` says what is missing */
  readonly value: number | null
  readonly control: { readonly mean: number; readonly sd: number; readonly values: readonly number[] } | null
  /** share of the control's draws that the map is better than; ties count half */
  readonly beats: number | null
  readonly curve: EvidenceCurve | null
  readonly details: Readonly<Record<string, number>>
  readonly note: string
}

/** A mean with its 95 % percentile bootstrap interval over cases; low and high are null for a single case. */
export interface MeanInterval { readonly mean: number; readonly low: number | null; readonly high: number | null; readonly of: number }

export interface FaithfulnessReport {
  readonly metric: MetricInfo
  readonly parameters: Readonly<Record<string, number | string>>
  readonly cases: readonly (Measurement & { readonly caseId: number; readonly file: string; readonly className: string })[]
  readonly failed: readonly { readonly caseId: number; readonly file: string; readonly error: ErrorRecord }[]
  readonly mean: MeanInterval | null
  readonly controlMean: MeanInterval | null
  /** value − the case's own control, turned so that above zero is better than random */
  readonly advantage: MeanInterval | null
  /** cases whose map is better than the mean of its control, with Wilson's interval */
  readonly better: Proportion | null
  /** mean of the cases' curves */
  readonly curve: EvidenceCurve | null
}

export const RANDOMISATION_VERDICTS = {
  changes: 'The map changes when the weights do.',
  unclear: 'The map changes in part when the weights do.',
  hardly: 'The map hardly changes when the weights do: it does not show what the model learnt.',
} as const
export type RandomisationVerdict = keyof typeof RANDOMISATION_VERDICTS

/** How far maps are like those of the trained model. */
export interface Similarity {
  /** Spearman's rank correlation of the absolute maps */
  readonly spearman: MeanInterval
  /** the same with signs */
  readonly spearmanSigned: MeanInterval
  /** structural similarity of the absolute maps, each over its own maximum */
  readonly ssim: MeanInterval
}

export interface RandomisationPoint extends Similarity {
  /** how many layers with weights are random, counted from the scores */
  readonly depth: number
  /** the lowest of them */
  readonly layer: string
  /** maps that are the same everywhere: they count as unlike */
  readonly flat: number
  readonly maps: number
}

export interface RandomisationReport {
  readonly method: string
  readonly cases: readonly { readonly caseId: number; readonly file: string }[]
  readonly failed: readonly { readonly caseId: number; readonly file: string; readonly error: ErrorRecord }[]
  readonly draws: number
  readonly seed: number
  /** all layers with weights */
  readonly layers: number
  readonly points: readonly RandomisationPoint[]
  /** the trained model's maps with their cells in random order: alike by chance alone */
  readonly control: Similarity
  readonly verdict: RandomisationVerdict
  readonly words: string
}

/** Which cases: these, or so many drawn from the readable ones of a filter (all where there are fewer). */
const CASES = {
  caseIds: z.array(z.int().min(1)).min(1).max(1000).nullable().default(null),
  filter: Filter.default(NO_FILTER),
  sample: z.int().min(1).max(100_000).default(20),
  seed: z.int().min(0).max(0xffffffff).default(1),
}
const Values = z.record(z.string(), z.union([z.number(), z.string()]))

export const FaithfulnessRequest = z.object({
  ...CASES,
  attribution: AttributionRequest,
  metrics: z.array(z.string()).min(1).max(20),
  /** metric → its parameters */
  parameters: z.record(z.string(), Values).default({}),
  /** in image pixels; null: each case's flagged region. Used by measures that need one */
  region: Region.nullable().default(null),
})
export type FaithfulnessRequest = z.infer<typeof FaithfulnessRequest>

export const RandomisationRequest = z.object({
  ...CASES,
  sample: z.int().min(1).max(1000).default(8),
  attribution: AttributionRequest,
  /** points of the curve at most, spread over the layers */
  points: z.int().min(1).max(1000).default(8),
  /** how many random models at each point */
  draws: z.int().min(1).max(100).default(3),
})
export type RandomisationRequest = z.infer<typeof RandomisationRequest>
