import { z } from './zod.ts'
import type { ErrorRecord } from './errors.ts'
import type { MeanInterval } from './evidence.ts'
import { Filter, NO_FILTER, Region, type InputRecord, type ParameterInfo, type Proportion } from './records.ts'

/** Does the model cheat: checks by perturbing the image, zones, suspicion and calibration. docs/causal.md explains them. */

const CaseId = z.int().min(1)
const Coordinate = z.number().refine(Number.isFinite, 'must be a finite number')
/** Closed rings of [x, y]; what lies in an odd number of them is inside. */
export const Outline = z.array(z.array(z.tuple([Coordinate, Coordinate])).min(3).max(2000)).max(200)
export type Outline = readonly (readonly (readonly [number, number])[])[]

// ---------------------------------------------------------------- zones

/** What is looked for in every image. `cue`: no anatomy, so that an answer which rests on it is for the wrong reason. */
export const ZONES = {
  'outside-body': { label: 'Outside the body', cue: true },
  'border': { label: 'Border band', cue: true },
  'corners': { label: 'Corners', cue: true },
  'collimation': { label: 'Beyond the collimation edge', cue: true },
  'text': { label: 'Text', cue: true },
  'markers': { label: 'Small high-contrast objects', cue: true },
  'lines': { label: 'Lines and tubes', cue: true },
  'lungs': { label: 'Lungs', cue: false },
  'mediastinum': { label: 'Mediastinum', cue: false },
  'below-diaphragm': { label: 'Below the diaphragm', cue: false },
} as const satisfies Record<string, { label: string; cue: boolean }>
export type ZoneName = keyof typeof ZONES
/** How a zone is taken out of an image: air stays air, so that no body is grown into it. */
export const takenOutBy = (zone: string): OperationId => zone === 'outside-body' ? 'level' : 'erase'
/** a zone, or `template:NAME`, a user's own */
export const AnyZoneName = z.string().refine((name) => Object.hasOwn(ZONES, name) || /^template:.{1,100}$/.test(name), 'no such zone')

export interface Zone {
  readonly name: string
  readonly label: string
  readonly cue: boolean
  /** in image pixels; (0, 0) is the upper left corner of the first pixel. Empty: it was looked for and not found */
  readonly outline: Outline
  /** 0 … 1; 1 of what a person drew */
  readonly confidence: number
  readonly source: 'detected' | 'corrected' | 'template'
  /** share of the image */
  readonly area: number
}

/** A zone of the user's own over all cases, in fractions of the image or of the box around the body. */
export const ZoneTemplate = z.object({
  name: z.string().trim().min(1).max(100),
  frame: z.enum(['image', 'body']).default('image'),
  outline: Outline.min(1),
  cue: z.boolean().default(true),
})
export type ZoneTemplate = z.infer<typeof ZoneTemplate>

// ---------------------------------------------------------------- one check

export const OPERATION_IDS = [
  'erase', 'level', 'blur', 'mean', 'noise', 'move', 'mirror', 'paste', 'crop', 'gain', 'gamma', 'contrast', 'exposure', 'shift', 'rotation',
] as const
export const OperationId = z.enum(OPERATION_IDS)
export type OperationId = z.infer<typeof OperationId>

/** One row of the table of operations as the window shows it. */
export interface OperationInfo {
  readonly id: OperationId
  readonly name: string
  readonly about: string
  /** changes a region; else the whole image */
  readonly needsRegion: boolean
  /** takes the region's content from another case */
  readonly needsDonor: boolean
  /** what its control is, in words */
  readonly control: string
  readonly parameters: readonly ParameterInfo[]
}

export const CHECK_VERDICTS = {
  'supported': 'The answer rests on it: without it most of the margin is gone, and the controls do not do that.',
  'not-supported': 'The answer does not rest on it: it changes little, or controls change it as much.',
  'undecided': 'It cannot be told: part of the margin is gone, or there is too little to compare with.',
} as const
export type CheckVerdict = keyof typeof CHECK_VERDICTS

/** The model's answer to one image. */
export interface Answer {
  readonly logits: readonly number[]
  readonly probabilities: readonly number[]
  readonly predicted: number
  /** how far the predicted class of the unchanged image is from losing: its logit over the next one's, or over the threshold's; below 0 it has lost */
  readonly margin: number
}

/** Changes of one kind beside each other: the one in question, and its controls. */
export interface Effect {
  /** Δ logit of the predicted class of the unchanged image */
  readonly deltaLogit: number
  /** Δ logit of that class under each control */
  readonly controls: readonly number[]
  /** share of the margin that is lost beyond the controls' median; 1: all of it */
  readonly share: number
  /** the same in units of the controls' spread (robust, with a floor) */
  readonly score: number
  /** share of the controls that take at least as much of the margin */
  readonly rank: number | null
  readonly flips: boolean
  /** how many controls change the predicted class too */
  readonly controlFlips: number
  readonly verdict: CheckVerdict
}

export interface CausalCheck extends Effect {
  readonly id: number
  readonly caseId: number
  readonly operation: OperationId
  readonly parameters: Readonly<Record<string, number | string>>
  /** in image pixels; null: the whole image, or a zone's outline */
  readonly region: Region | null
  readonly zone: string | null
  readonly donorCaseId: number | null
  readonly seed: number
  readonly classIndex: number
  readonly className: string
  readonly before: Answer
  readonly after: Answer
  /** the verdict with its numbers in a sentence */
  readonly words: string
  readonly reader: string
  /** ISO 8601, UTC */
  readonly time: string
}

export const CheckRequest = z.object({
  caseId: CaseId,
  operation: OperationId.default('erase'),
  region: Region.nullable().default(null),
  /** instead of a region */
  zone: AnyZoneName.nullable().default(null),
  parameters: z.record(z.string(), z.union([z.number(), z.string()])).default({}),
  donorCaseId: CaseId.nullable().default(null),
  controls: z.int().min(4).max(200).default(24),
  seed: z.int().min(0).max(0xffffffff).default(1),
})
export type CheckRequest = z.infer<typeof CheckRequest>

/** What the model saw: the tensor before and after. */
export interface CheckPicture { readonly before: InputRecord; readonly after: InputRecord }

// ---------------------------------------------------------------- suspects

/** What can make a case suspect: a zone that is no anatomy, erased, or the exposure brought to the project's own. */
export interface SuspicionTerm {
  /** a zone's name, or `exposure`, `noise` */
  readonly term: string
  readonly label: string
  /** 0 … 1; 0.5: as much as the whole margin is lost by it alone. The suspicion is the greatest of them */
  readonly value: number
  readonly effect: Effect | null
  /** the box of the part that told most, in image pixels, where a zone's parts were taken out one by one; null: it was taken out whole */
  readonly region: Region | null
  /** share of the map's positive attribution in it, and its share of the image; null: there is no map, or no zone */
  readonly mass: number | null
  readonly area: number | null
  /** why there is no value */
  readonly note: string
}

export interface ZoneEvidence extends Zone {
  /** share of the map's positive attribution that lies in it; null: no map is stored */
  readonly mass: number | null
  /** what erasing it does; null: not found, or not run */
  readonly effect: Effect | null
}

export interface CaseEvidence {
  readonly caseId: number
  /** 0 … 1; null: the job has not looked at it */
  readonly suspicion: number | null
  /** the greatest first */
  readonly terms: readonly SuspicionTerm[]
  readonly zones: readonly ZoneEvidence[]
  readonly checks: readonly CausalCheck[]
}

/** a case at or above it is accused; fixed on seeds 9001 to 9004 of the planted family (docs/causal.md) */
export const SUSPICION_THRESHOLD = 0.46

export const SuspectRequest = z.object({
  filter: Filter.default(NO_FILTER),
  caseIds: z.array(CaseId).min(1).max(100_000).nullable().default(null),
  /** looks again at cases that were looked at before */
  again: z.boolean().default(false),
})
export type SuspectRequest = z.infer<typeof SuspectRequest>

export interface SuspectReport {
  readonly cases: number
  readonly known: number
  readonly failed: readonly { readonly caseId: number; readonly file: string; readonly error: ErrorRecord }[]
  readonly threshold: number
  readonly accused: number
  readonly accusedCorrect: Proportion | null
  /** the most suspect first, at most 20 */
  readonly first: readonly { readonly caseId: number; readonly file: string; readonly suspicion: number; readonly term: string }[]
  /** how many accused cases each term accounts for */
  readonly byTerm: readonly { readonly term: string; readonly label: string; readonly count: number }[]
  readonly cancelled: boolean
}

/** The region of one case in others: does it make them this class? */
export const SpreadRequest = z.object({
  caseId: CaseId,
  region: Region,
  /** how many cases of another class it is pasted into */
  sample: z.int().min(1).max(500).default(32),
  filter: Filter.default(NO_FILTER),
  seed: z.int().min(0).max(0xffffffff).default(1),
})
export type SpreadRequest = z.infer<typeof SpreadRequest>

export interface SpreadReport {
  readonly caseId: number
  readonly className: string
  readonly cases: readonly { readonly caseId: number; readonly file: string; readonly deltaLogit: number; readonly turned: boolean; readonly controlDeltaLogit: number; readonly controlTurned: boolean }[]
  readonly failed: readonly { readonly caseId: number; readonly file: string; readonly error: ErrorRecord }[]
  readonly turned: Proportion | null
  /** the same with a patch of the same shape from elsewhere in the same case */
  readonly controlTurned: Proportion | null
  /** Δ logit beyond the control's, over cases */
  readonly gain: MeanInterval | null
  readonly words: string
}

// ---------------------------------------------------------------- calibration

export const CalibrateRequest = z.object({
  /** a folder with a planted test set a model; null: made here from the generator */
  folder: z.string().min(1).max(4096).nullable().default(null),
  cues: z.array(z.string().max(50)).max(20).default([]),
  strengths: z.array(z.int().min(0).max(100)).max(20).default([95]),
  /** images of each test set */
  count: z.int().min(10).max(5000).default(100),
  seed: z.int().min(0).max(0xffffffff).default(7),
  methods: z.array(z.string()).max(20).default(['gradcam', 'hirescam', 'integrated-gradients', 'occlusion']),
})
export type CalibrateRequest = z.infer<typeof CalibrateRequest>

/** A number with its 95 % bootstrap interval over cases. */
export interface Estimate { readonly value: number; readonly low: number; readonly high: number; readonly of: number }

/** One planted cue: how well what is planted is found on the model that learnt it, and how often its clean twin is accused. */
export interface CueCalibration {
  readonly cue: string
  readonly strength: number
  readonly model: string
  readonly cleanModel: string | null
  readonly correct: number
  readonly wrongReason: number
  /** of the suspicion, truly wrong-reason among correct cases; null: there are none, or nothing else */
  readonly auroc: Estimate | null
  /** accused, of the truly wrong-reason ones */
  readonly found: Proportion | null
  /** accused, of the clean twin's correct cases */
  readonly falseAlarms: Proportion | null
  readonly terms: readonly { readonly term: string; readonly auroc: Estimate | null }[]
  /** the check of the planted box: agreement with erasure in the generator, and 'supported' without a cue */
  readonly agreement: Proportion | null
  readonly supportedWithout: Proportion | null
  /** share of the cue's pixels among the 10 % greatest of each method's map (Sun et al. 2023) */
  readonly methods: readonly { readonly method: string; readonly share: MeanInterval | null }[]
}
export interface CalibrationReport { readonly threshold: number; readonly seed: number; readonly count: number; readonly cues: readonly CueCalibration[] }

/** A token drawn into the user's own images, and a reliance on it grafted onto the user's own model: would it be noticed? */
export const PlantRequest = z.object({
  filter: Filter.default(NO_FILTER),
  sample: z.int().min(2).max(1000).default(40),
  /** height over the image's */
  size: z.number().min(0.01).max(0.5).default(0.05),
  place: z.enum(['corner', 'edge', 'anywhere']).default('corner'),
  /** how much the token adds to the logit of the class, in units of the cases' median margin */
  strength: z.number().min(0).max(10).default(1.5),
  seed: z.int().min(0).max(0xffffffff).default(1),
})
export type PlantRequest = z.infer<typeof PlantRequest>

export interface PlantReport {
  readonly threshold: number
  readonly cases: readonly { readonly caseId: number; readonly file: string; readonly planted: boolean; readonly suspicion: number; readonly term: string }[]
  readonly failed: readonly { readonly caseId: number; readonly file: string; readonly error: ErrorRecord }[]
  /** accused with the token */
  readonly noticed: Proportion | null
  /** accused without */
  readonly falseAlarms: Proportion | null
  readonly auroc: Estimate | null
  readonly words: string
}

