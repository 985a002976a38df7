import type { AttributionMap, Planes } from '../attribution/types.ts'
import type { Measurement, MetricInfo } from '../contract/evidence.ts'

export type Parameters = Readonly<Record<string, number | string>>

/** What the model says of an input: of the map's class. */
export interface ClassScore { readonly logit: number; readonly probability: number }
export const SCORES = ['probability', 'logit'] as const
export type ScoreName = (typeof SCORES)[number]

/** What stands for 'nothing there'. */
export const FILLS = ['mean', 'blur', 'black'] as const
export type FillName = (typeof FILLS)[number]

/** What a measure may ask of the model, for one image and one class. Inputs are [channels, height, width] in the model's own units. */
export interface EvidenceRuns {
  readonly input: Planes
  /** of each input, drawn from the iterable in small batches */
  scores(inputs: Iterable<Float32Array>): Promise<readonly ClassScore[]>
  /** the whole input replaced */
  fill(name: FillName): Float32Array
  /** the map of another input: same method, layer, class and parameters */
  explain(input: Float32Array): Promise<Pick<AttributionMap, 'grid' | 'values'>>
}

/** Part of the input in its own pixels; (0, 0) is the upper left corner of the first one. */
export interface InputBox { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** One map, with what it can be measured against. */
export interface Subject {
  readonly map: Pick<AttributionMap, 'grid' | 'values' | 'signed'>
  readonly region: InputBox | null
  readonly runs: EvidenceRuns
}

/** A measure. Runs are the model's, so `plan` says how many there will be, for the progress. */
export interface Metric extends MetricInfo {
  plan(subject: Pick<Subject, 'map'>, parameters: Parameters): number
  measure(subject: Subject, parameters: Parameters): Promise<Measurement>
}
