import { z } from './zod.ts'
import { ColumnName, Filter, NO_FILTER, Reason, Region, Verdict, type CaseDetail, type Flag, type Outcome, type Proportion, type ReasonCode } from './records.ts'

/** A review by plan: who reads which cases, in which order, seeing what; and what comes out of it. docs/review.md explains the words and the numbers. */

// ---------------------------------------------------------------- plan

/** first: counts in the rates; second: the same reader once more, for the agreement with themselves; adjudication: settles what readers disagree on */
export const PASSES = ['first', 'second', 'adjudication'] as const
export const Pass = z.enum(PASSES)
export type Pass = z.infer<typeof Pass>

/** What a reader of a plan does not see before they have said what they see in the image themselves. */
export const HIDDEN = ['prediction', 'label', 'map'] as const
export type Hidden = (typeof HIDDEN)[number]

/** Strata by the values of a column; a column of numbers by bands: `edges` 0.5, 0.8 give below 0.5, from 0.5 to below 0.8, and from 0.8. */
export const Stratification = z.object({ column: ColumnName, edges: z.array(z.number()).max(50).default([]), allocation: z.enum(['proportional', 'equal']).default('proportional') })
export type Stratification = z.infer<typeof Stratification>

export const PlanRequest = z.object({
  name: z.string().trim().max(100).default(''),
  /** whom the rates are of: the readable cases of this filter. Not by a sample drawn before: its number means nothing on another machine */
  filter: Filter.default(NO_FILTER),
  size: z.int().min(1).max(100_000),
  seed: z.int().min(0).max(0xffffffff).default(1),
  stratify: Stratification.nullable().default(null),
  /** share of the sample that every reader reads a second time, after the first pass */
  secondLook: z.number().min(0).max(1).default(0),
  hidden: z.array(z.enum(HIDDEN)).max(HIDDEN.length).default([...HIDDEN]),
})
export type PlanRequest = z.infer<typeof PlanRequest>

/** How many cases give an interval of a wished width. */
export const SizeRequest = z.object({
  filter: Filter.default(NO_FILTER),
  /** of the whole 95 % interval: 0.1 is ±5 percentage points */
  width: z.number().gt(0).lt(1),
  /** the rate that is expected; 0.5 is the worst case */
  expected: z.number().min(0).max(1).default(0.5),
})
export interface SampleSize { readonly size: number; readonly population: number; /** of as many from an unlimited population */ readonly unlimited: number; readonly width: number; readonly expected: number }

export interface Stratum { readonly name: string; readonly population: number; readonly sampled: number }

export interface Plan {
  readonly id: number
  /** SHA-256 of what the plan says, the keys of its population and its model: equal on every machine that has the same data */
  readonly uid: string
  readonly name: string
  readonly filter: Filter
  readonly seed: number
  /** cases of the population, and how many were drawn */
  readonly population: number
  readonly size: number
  readonly stratify: Stratification | null
  /** one for a uniform sample */
  readonly strata: readonly Stratum[]
  readonly secondLook: number
  /** cases that every reader reads twice */
  readonly secondLooks: number
  readonly hidden: readonly Hidden[]
  /** the model whose predictions and maps are judged; null: planned before there was one */
  readonly model: PlanModel | null
  readonly madeBy: string
  /** ISO 8601, UTC */
  readonly madeAt: string
}
export interface PlanModel { readonly name: string; readonly sha256: string; readonly profileSha256: string }

/** How far a reader is. Times are from the first sight of a case to the verdict. */
export interface ReaderProgress {
  readonly reader: string
  readonly pass: Pass
  readonly done: number
  readonly of: number
  /** median over the cases done; null: none was timed */
  readonly secondsPerCase: number | null
}

// ---------------------------------------------------------------- reading

/** What was in sight, in its order; milliseconds from the first sight of the case. */
export const Sight = z.object({ what: z.enum(['image', 'answer', 'prediction', 'label', 'map', 'verdict']), atMs: z.number().min(0).max(1e9) })
export type Sight = z.infer<typeof Sight>
export const Seen = z.array(Sight).max(50)

/** What the reader sees in the image, before prediction, label and map: a class of the model, or null: cannot tell. */
export const Answer = z.object({ classIndex: z.int().min(0).nullable() })
export type Answer = z.infer<typeof Answer>

const Place = { planId: z.int(), caseId: z.int().min(1), pass: Pass.default('first') }
export const AnswerRequest = z.object({ ...Place, ...Answer.shape, seen: Seen.default([]) })
export const JudgeRequest = z.object({ ...Place, verdict: Verdict, reasons: z.array(Reason).max(20).default([]), note: z.string().max(10_000).default(''), region: Region.nullable().default(null), seen: Seen.default([]), elapsedMs: z.number().min(0).max(1e9).nullable().default(null) })
export const ItemRequest = z.object({ planId: z.int(), pass: Pass.default('first'), position: z.int().min(0) })

/** A case of a plan as its reader may see it now: what is hidden is null in `detail`, and so are others' flags. */
export interface PlanItem {
  readonly planId: number
  readonly pass: Pass
  /** from 0, in the plan's shuffled order */
  readonly position: number
  readonly of: number
  readonly caseId: number
  readonly hidden: readonly Hidden[]
  readonly answer: Answer | null
  /** what this reader said in this pass */
  readonly flag: Flag | null
  readonly detail: CaseDetail
  /** in an adjudication: what the readers said */
  readonly readings: readonly Reading[]
}

/** What one reader said of one case in one pass. */
export interface Reading {
  readonly caseId: number
  readonly reader: string
  readonly pass: Pass
  readonly verdict: Verdict
  readonly reasons: readonly ReasonCode[]
  readonly note: string
  readonly region: Region | null
  readonly answer: Answer | null
  readonly seen: readonly Sight[]
  readonly elapsedMs: number | null
  readonly time: string
}

// ---------------------------------------------------------------- results

export const ResultsRequest = z.object({
  planId: z.int(),
  /** null: what the readers together say: the adjudication, else the verdict of more than half of them; else the case is open */
  reader: z.string().max(100).nullable().default(null),
  /** further columns to break the rate down by, beside class and outcome */
  by: z.array(ColumnName).max(10).default([]),
})
export type ResultsRequest = z.infer<typeof ResultsRequest>

/** A rate of the population, weighted back by strata; 95 %. docs/review.md has the formulas. */
export interface PopulationRate {
  readonly value: number
  readonly low: number
  readonly high: number
  /** cases with a verdict that it rests on */
  readonly of: number
  /** cases of the population in strata where nothing was read: it says nothing of them */
  readonly uncovered: number
}

/** Right for the wrong reason: verdict 'wrong-reason' among the sample's cases with a verdict, 'unsure' included. */
export interface RateRow {
  /** e.g. 'pneumonia', 'correct', 'device' */
  readonly value: string | null
  /** of the sample as it was read, unweighted; null: no case */
  readonly sample: Proportion | null
  /** of the population; null: no case */
  readonly population: PopulationRate | null
  /** as `sample`, of correct predictions alone */
  readonly amongCorrect: Proportion | null
}

export interface RateTable { readonly column: string; readonly title: string; readonly rows: readonly RateRow[] }

export interface Kappa {
  /** null: not defined; `why` says it */
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly standardError: number | null
  readonly why: string
  /** cases and the share on which there is agreement */
  readonly agreement: Proportion | null
}

/** Rows: what the one said, columns: the other; in the order of VERDICTS. */
export interface AgreementPair { readonly a: string; readonly b: string; readonly counts: readonly (readonly number[])[]; readonly kappa: Kappa }

export interface Results {
  readonly plan: Plan
  readonly reader: string | null
  readonly readers: readonly string[]
  /** cases of the sample, with a verdict, and without one because the readers disagree or a reading is in conflict */
  readonly cases: number
  readonly read: number
  readonly open: number
  readonly overall: RateRow
  readonly byVerdict: readonly { readonly verdict: Verdict; readonly sample: Proportion | null }[]
  /** outcome, predicted class, label, stratum, and the columns that were asked for */
  readonly tables: readonly RateTable[]
  /** share of the read cases with this reason for a wrong-reason verdict; a case may have several */
  readonly byReason: readonly { readonly reason: ReasonCode; readonly sample: Proportion }[]
  readonly byReader: readonly { readonly reader: string; readonly row: RateRow; readonly secondsPerCase: number | null }[]
  /** Cohen's κ of every two readers, on the cases that both have read */
  readonly pairs: readonly AgreementPair[]
  /** Fleiss' κ of all of them; null: fewer than two readers */
  readonly fleiss: (Kappa & { readonly cases: number; readonly readers: number }) | null
  /** every reader with themselves: first against second look */
  readonly selves: readonly AgreementPair[]
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** what has to be said with the numbers, in sentences */
  readonly notes: readonly string[]
}

// ---------------------------------------------------------------- several readers

/** A case that is not settled. */
export interface Conflict {
  readonly caseId: number
  readonly file: string
  /** readers: they say different things; copies: one reader said different things in two copies of the project */
  readonly kind: 'readers' | 'copies'
  readonly reader: string | null
  readonly pass: Pass
  readonly readings: readonly Reading[]
  readonly settled: boolean
}

export interface MergeReport {
  readonly file: string
  readonly readers: readonly string[]
  /** what came in that was not there before; all 0: nothing new */
  readonly readings: number
  readonly plans: number
  readonly audit: number
  readonly conflicts: readonly { readonly planId: number | null; readonly caseId: number; readonly file: string; readonly reader: string; readonly pass: Pass }[]
}

// ---------------------------------------------------------------- another model on old flags

export interface ProjectModel { readonly id: number; readonly name: string; readonly file: string; readonly sha256: string; readonly profileSha256: string; readonly classes: readonly string[]; readonly scored: number; readonly maps: number; readonly inUse: boolean; readonly usedAt: string }

/**
 * What became of a flag. fixed and still-wrong-reason need a reader's verdict on the new model's own map; without one the case is `to-look-at`,
 * however the map has moved. newly-broken and no-longer-right are told by the prediction alone.
 */
export const FATES = ['fixed', 'still-wrong-reason', 'newly-wrong-reason', 'newly-broken', 'no-longer-right', 'still-wrong', 'unchanged', 'to-look-at', 'not-run'] as const
export type Fate = (typeof FATES)[number]

export interface MapChange {
  /** Spearman's rank correlation of the two maps on the finer one's cells */
  readonly spearman: number
  /** share of the positive attribution within the flagged region; null: no region, or no positive attribution */
  readonly inRegionBefore: number | null
  readonly inRegionAfter: number | null
}

/** What erasing and exposing did to each model's answer (docs/causal.md); `term`: what the most rests on. */
export interface SuspicionChange { readonly before: Suspected; readonly after: Suspected }
export interface Suspected { /** 0 … 1 */ readonly suspicion: number; readonly term: string }

export interface ModelPrediction { readonly predictedClass: number | null; readonly confidence: number | null; readonly outcome: Outcome }

export interface FlagFate {
  readonly caseId: number
  readonly file: string
  readonly before: ModelPrediction & { readonly flag: Flag }
  /** flag: a verdict given while the new model was in use */
  readonly after: ModelPrediction & { readonly flag: Flag | null }
  readonly map: MapChange | null
  /** null: one of the two models was not searched for wrong reasons on this case */
  readonly suspicion: SuspicionChange | null
  readonly fate: Fate
}

export interface ModelComparison {
  readonly before: ProjectModel
  readonly after: ProjectModel
  readonly counts: Readonly<Record<Fate, number>>
  readonly rows: readonly FlagFate[]
  readonly notes: readonly string[]
}

// ---------------------------------------------------------------- audit and rescue

/** Append-only. `before` and `after`: what a flag was, null: none; of what is no flag, `details` tells. */
export interface AuditEntry {
  readonly uid: string
  readonly time: string
  readonly reader: string
  readonly action: string
  readonly caseId: number | null
  readonly file: string | null
  readonly before: unknown
  readonly after: unknown
  readonly details: Readonly<Record<string, unknown>>
}

export interface SalvageReport {
  readonly out: string
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly damaged: boolean }[]
  readonly cases: number
  readonly flags: number
}
