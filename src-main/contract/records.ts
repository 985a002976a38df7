import { z } from './zod.ts'
import { ERROR_CODES, type ErrorCode, type ErrorRecord } from './errors.ts'
import type { GrayscalePipeline } from '../display/grayscale-types.ts'
import type { Profile } from './profile.ts'

export const ErrorRecordSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
})

// ---------------------------------------------------------------- review

export const VERDICTS = ['right-reason', 'wrong-reason', 'wrong', 'unsure'] as const
export const Verdict = z.enum(VERDICTS)
export type Verdict = z.infer<typeof Verdict>

/** Reason codes (features.md). Labels are the window's; the codes stand in exports. */
export const REASONS = {
  'laterality-marker': 'Laterality marker',
  'device': 'Tube, line or device',
  'exposure': 'Exposure',
  'positioning': 'Positioning',
  'border': 'Border or collimation',
  'burned-in-text': 'Burned-in text',
  'anatomy-elsewhere': 'Anatomy elsewhere',
  'other': 'Other',
} as const
export type ReasonCode = keyof typeof REASONS
export const Reason = z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]])

/** A region drawn on the image, in image pixels; (0, 0) is the upper left corner of the first pixel. */
export const Region = z.object({
  kind: z.literal('rectangle'),
  x: z.number(), y: z.number(), width: z.number().positive(), height: z.number().positive(),
})
export type Region = z.infer<typeof Region>

export interface Flag {
  readonly verdict: Verdict
  readonly reasons: readonly ReasonCode[]
  readonly note: string
  readonly region: Region | null
  readonly reader: string
  /** ISO 8601, UTC */
  readonly time: string
}

export const OUTCOMES = ['correct', 'incorrect', 'unlabelled', 'not-run'] as const
export type Outcome = (typeof OUTCOMES)[number]

// ---------------------------------------------------------------- work list

/** The fixed columns of the work list, in their order; `group:<name>` are the project's own. */
export const CASE_COLUMNS = {
  id: 'number', file: 'text', sopInstanceUid: 'text', patientId: 'text', accession: 'text', modality: 'text', sex: 'text', ageYears: 'number',
  manufacturer: 'text', modelName: 'text', station: 'text', institution: 'text', view: 'text', bodyPart: 'text',
  rows: 'number', columns: 'number', label: 'text', labelClass: 'number', predictedClass: 'number', confidence: 'number',
  outcome: 'text', verdict: 'text', reasons: 'text', note: 'text', flaggedAt: 'text', suspicion: 'number', suspectTerm: 'text', status: 'text',
} as const satisfies Record<string, 'text' | 'number'>
export type CaseColumn = keyof typeof CASE_COLUMNS

export const ColumnName = z.string().refine((name) => Object.hasOwn(CASE_COLUMNS, name) || (name.startsWith('group:') && name.length <= 206), 'no such column')

export const Condition = z.object({
  column: ColumnName,
  op: z.enum(['is', 'is-not', 'in', 'contains', 'less', 'at-most', 'more', 'at-least', 'empty', 'not-empty']),
  value: z.union([z.string().max(1000), z.number(), z.null(), z.array(z.union([z.string().max(1000), z.number()])).max(500)]).default(null),
})
export type Condition = z.infer<typeof Condition>

/** All conditions hold, and the text occurs in file, identifiers, label, note or a group column. */
export const Filter = z.object({
  text: z.string().max(500).default(''),
  conditions: z.array(Condition).max(50).default([]),
  /** only the cases of this drawn sample */
  sampleId: z.int().nullable().default(null),
})
export type Filter = z.infer<typeof Filter>
export const NO_FILTER: Filter = { text: '', conditions: [], sampleId: null }

export const Sort = z.object({ column: ColumnName, descending: z.boolean().default(false) })
export type Sort = z.infer<typeof Sort>

export interface CaseRow {
  readonly id: number
  /** path relative to its studies folder, with forward slashes */
  readonly file: string
  readonly sopInstanceUid: string
  readonly patientId: string
  readonly accession: string
  readonly modality: string
  readonly sex: string
  readonly ageYears: number | null
  readonly manufacturer: string
  readonly modelName: string
  readonly station: string
  readonly institution: string
  readonly view: string
  readonly bodyPart: string
  readonly rows: number | null
  readonly columns: number | null
  readonly label: string | null
  readonly labelClass: number | null
  readonly predictedClass: number | null
  /** probability of the predicted class */
  readonly confidence: number | null
  readonly outcome: Outcome
  readonly verdict: Verdict | null
  readonly reasons: readonly ReasonCode[]
  readonly note: string
  readonly flaggedAt: string | null
  /** 0 … 1, how much of the answer rests on what is no anatomy; null: the job has not looked at it */
  readonly suspicion: number | null
  /** what weighs most in it: a zone, or the exposure; '' where there is none */
  readonly suspectTerm: string
  readonly status: 'ready' | 'unreadable'
  /** why the file cannot be read */
  readonly error: ErrorRecord | null
  /** a failed model run of this case, with what to do */
  readonly runError: ErrorRecord | null
  readonly groups: Readonly<Record<string, string>>
}

export interface Notice { readonly code: string; readonly message: string }

export interface CaseDetail extends CaseRow {
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly frames: number
  readonly transferSyntax: string
  readonly photometric: string
  readonly logits: readonly number[] | null
  readonly probabilities: readonly number[] | null
  readonly flag: Flag | null
  readonly notices: readonly Notice[]
  /** how often the compute process ended during this case's run */
  readonly crashes: number
}

export interface HeaderTag { readonly tag: string; readonly name: string; readonly vr: string; readonly value: string }

// ---------------------------------------------------------------- project

export interface ProjectInfo {
  readonly file: string
  readonly name: string
  readonly isDemo: boolean
  readonly cases: number
  readonly unreadable: number
  readonly studiesFolders: readonly string[]
  readonly labelsFile: string | null
  readonly groupColumns: readonly string[]
  readonly model: ModelInUse | null
  readonly scored: number
  readonly flagged: number
}

export interface RecentProject { readonly file: string; readonly name: string; readonly openedAt: string; readonly exists: boolean }

export interface SavedFilter { readonly id: number; readonly name: string; readonly filter: Filter; readonly sort: Sort | null }
export interface Sample { readonly id: number; readonly name: string; readonly seed: number; readonly size: number; readonly drawnAt: string; readonly stratifyBy: string | null }

/** Outcome × verdict, and proportions with Wilson 95 % intervals (Wilson 1927). */
export interface Summary {
  readonly cases: number
  readonly byOutcome: Readonly<Record<Outcome, number>>
  readonly table: readonly { readonly outcome: Outcome; readonly verdict: Verdict | null; readonly count: number }[]
  readonly reasons: readonly { readonly reason: ReasonCode; readonly count: number }[]
  readonly accuracy: Proportion | null
  /** wrong-reason among the reviewed correct predictions */
  readonly wrongReasonAmongCorrect: Proportion | null
}
export interface Proportion { readonly count: number; readonly of: number; readonly value: number; readonly low: number; readonly high: number }

// ---------------------------------------------------------------- import and labels

export interface ImportReport {
  readonly folder: string
  readonly found: number
  readonly added: number
  readonly known: number
  readonly unreadable: number
  readonly notDicomCount: number
  /** the first thousand, relative to the folder */
  readonly notDicom: readonly string[]
  readonly problems: readonly { readonly file: string; readonly error: ErrorRecord }[]
  readonly cancelled: boolean
}

export const JOINS = ['file', 'sopInstanceUid', 'patientId', 'accession'] as const
export const LabelMapping = z.object({
  join: z.enum(JOINS),
  joinColumn: z.string(),
  labelColumn: z.string().nullable().default(null),
  /** label text → class index of the model; what is not listed stays a text without an outcome */
  classOf: z.record(z.string(), z.int().min(0)).default({}),
  groupColumns: z.array(z.string().max(200)).max(200).default([]),
})
export type LabelMapping = z.infer<typeof LabelMapping>

export interface LabelPreview {
  readonly file: string
  readonly delimiter: ',' | '\t' | ';'
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly rowCount: number
  /** distinct values of every column, at most 50 each */
  readonly distinct: Readonly<Record<string, readonly string[]>>
  readonly guess: LabelMapping
}

export interface LabelMatch {
  readonly matchedRows: number
  readonly matchedCases: number
  readonly unmatchedRowCount: number
  readonly unmatchedRows: readonly { readonly line: number; readonly key: string }[]
  readonly unmatchedCaseCount: number
  readonly unmatchedCases: readonly { readonly id: number; readonly file: string }[]
  /** two rows claim one case: the last one counts */
  readonly duplicateRows: readonly { readonly line: number; readonly key: string }[]
  readonly problems: readonly string[]
}

// ---------------------------------------------------------------- model

export interface ModelTensor { readonly name: string; readonly elementType: string; readonly dims: readonly (number | string | null)[] }

export interface LayerInfo {
  readonly name: string
  readonly op: string
  readonly channels: number
  /** [height, width] of its cells */
  readonly grid: readonly [number, number]
}

export interface ModelInspection {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  readonly inputs: readonly ModelTensor[]
  readonly outputs: readonly ModelTensor[]
  readonly opset: number
  readonly producer: string
  readonly metadata: Readonly<Record<string, string>>
  readonly layers: readonly LayerInfo[]
  readonly defaultLayer: string | null
  readonly classCount: number | null
  /** the tensor that is differentiated, and the final activation that was stepped over */
  readonly scoreTensor: string | null
  readonly stepsOver: 'softmax' | 'sigmoid' | null
  readonly operatorsWithoutGradient: readonly { readonly op: string; readonly count: number; readonly node: string }[]
  readonly profile: Profile
  readonly profileSource: 'beside' | 'metadata' | 'project' | 'guess'
  /** what was assumed, and what keeps the model from being used; each with what to do */
  readonly problems: readonly ErrorRecord[]
}

/** A model that was saved with its gradients; docs/gradients.md says how it is run. */
export interface InstrumentedFile {
  readonly path: string
  readonly bytes: number
  readonly input: string
  /** the input that weights the logits: float32 [images, classes], one-hot for a class */
  readonly seed: string
  readonly classes: number
  /** all float32; `of`: the layer, or the input */
  readonly outputs: readonly { readonly name: string; readonly what: 'scores' | 'activation' | 'gradient'; readonly of: string | null }[]
}

export interface ModelInUse {
  readonly file: string
  readonly name: string
  readonly sha256: string
  readonly profile: Profile
  readonly profileSha256: string
  readonly classes: readonly string[]
  readonly layers: readonly LayerInfo[]
  readonly defaultLayer: string | null
  readonly stepsOver: 'softmax' | 'sigmoid' | null
  /** the model file moved or changed since; results stay, new runs need it */
  readonly missing: boolean
}

export const PROVIDER_IDS = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const
export type ProviderId = (typeof PROVIDER_IDS)[number]

export interface ProviderInfo {
  readonly id: ProviderId
  readonly name: string
  readonly state: 'in-use' | 'usable' | 'refused' | 'not-tried'
  /** why it is refused, or what was measured */
  readonly reason: string
  /** median of a batch-1 run of the model in use */
  readonly msPerImage: number | null
  /** greatest relative difference to the CPU on the probe input */
  readonly maxRelativeError: number | null
}

// ---------------------------------------------------------------- attribution

export interface ParameterInfo { readonly name: string; readonly label: string; readonly kind: 'integer' | 'number' | 'choice'; readonly default: number | string; readonly min?: number; readonly max?: number; readonly choices?: readonly string[] }

/** One row of the table of methods as the window shows it. */
export interface MethodInfo {
  readonly id: string
  readonly name: string
  readonly source: string
  readonly signed: boolean
  /** layer: a map on a layer's cells; tokens: on a transformer's grid, without a layer to choose; input: on the input's pixels */
  readonly resolution: 'layer' | 'tokens' | 'input'
  readonly cost: string
  readonly parameters: readonly ParameterInfo[]
}

/** How far the logit of one class is above another's: what speaks for the one and against the other. */
export const ClassDifference = z.object({ index: z.int().min(0), minus: z.int().min(0) }).refine(({ index, minus }) => index !== minus, 'a class minus itself is nothing')
export type ClassDifference = z.infer<typeof ClassDifference>
export const ClassChoice = z.union([z.literal('predicted'), z.literal('label'), z.int().min(0), ClassDifference])
export type ClassChoice = z.infer<typeof ClassChoice>

/** layers that one map can be the mean of */
export const MOST_LAYERS = 8

export const AttributionRequest = z.object({
  method: z.string().default('gradcam'),
  /** null: the default layer of the model */
  layer: z.string().nullable().default(null),
  /** the mean of the maps at these layers, instead of `layer`; each over its greatest value, on the finest grid */
  layers: z.array(z.string()).min(1).max(MOST_LAYERS).optional(),
  classIndex: ClassChoice.default('predicted'),
  parameters: z.record(z.string(), z.union([z.number(), z.string()])).default({}),
})
export type AttributionRequest = z.infer<typeof AttributionRequest>

/** image pixel (x, y) → model input pixel: [a·x + c, b·y + d]; pixel centres are at +0.5 */
export interface InputAffine { readonly scaleX: number; readonly scaleY: number; readonly offsetX: number; readonly offsetY: number }

export interface AttributionRecord {
  readonly id: number
  readonly caseId: number
  readonly method: string
  /** several layers are joined by ' + ' */
  readonly layer: string | null
  readonly classIndex: number
  /** the class whose logit is taken off, where the map is of a difference */
  readonly minus?: number
  /** 'pneumonia', or 'pneumonia − normal' */
  readonly className: string
  readonly grid: readonly [number, number]
  readonly signed: boolean
  readonly min: number
  readonly max: number
  /** no value above zero: a stated result, not a blank */
  readonly noPositiveEvidence: boolean
  readonly inputWidth: number
  readonly inputHeight: number
  readonly affine: InputAffine
  /** 'Grad-CAM, 7×7 cells, interpolated; not a segmentation' */
  readonly caveat: string
  readonly provider: ProviderId
  /** float32 little endian, row-major [height, width], un-normalised; GET below the shell's origin */
  readonly url: string
  readonly elapsedMs: number
  /** numbers a method adds, as the convergence delta of integrated gradients */
  readonly diagnostics: Readonly<Record<string, number>>
}

// ---------------------------------------------------------------- images

export interface ImageRecord {
  readonly caseId: number
  readonly frameIndex: number
  readonly frameCount: number
  readonly rows: number
  readonly columns: number
  readonly samples: 1 | 3
  readonly storedType: 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32'
  /** stored values, little endian, row-major, samples by pixel; GET below the shell's origin */
  readonly url: string
  readonly grayscale: GrayscalePipeline | null
  readonly spacing: { readonly rowMm: number; readonly columnMm: number; readonly source: 'calibrated' | 'imager' | 'none' }
  readonly pixelAspect: number
  readonly lossy: { readonly ratio: number | null; readonly method: string } | null
  /** modality values at these percentiles, padding left out: for percentile windows */
  readonly percentiles: { readonly p1: number; readonly p5: number; readonly p50: number; readonly p95: number; readonly p99: number } | null
  readonly notices: readonly Notice[]
}

/** The exact tensor that the model was given. */
export interface InputRecord {
  readonly caseId: number
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly layout: 'NCHW' | 'NHWC'
  readonly affine: InputAffine
  readonly min: number
  readonly max: number
  readonly mean: number
  /** float32 little endian, [channels, height, width] always; GET below the shell's origin */
  readonly url: string
}

// ---------------------------------------------------------------- jobs and the app

export const JOB_KINDS = ['import', 'run', 'export', 'labels', 'providers', 'evidence', 'merge', 'patterns', 'suspects', 'calibration', 'flags'] as const
export interface Job {
  readonly id: string
  readonly kind: (typeof JOB_KINDS)[number]
  readonly title: string
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly done: number
  /** null: not known yet */
  readonly total: number | null
  readonly message: string
  readonly itemErrors: number
  readonly error: ErrorRecord | null
  readonly result: unknown
}

/** What a de-identified copy keeps beyond the Basic Profile, by an option of PS3.15 E.3 each. */
export const DEIDENTIFICATION_OPTIONS = ['retainPatientCharacteristics', 'retainDeviceIdentity', 'retainInstitutionIdentity'] as const
export type DeidentificationOption = (typeof DEIDENTIFICATION_OPTIONS)[number]

export interface ExportFormatInfo { readonly id: string; readonly name: string; readonly extension: string; readonly isFolder: boolean; readonly about: string }

export interface Settings {
  readonly theme: 'dark' | 'light'
  readonly reader: string
  readonly provider: ProviderId | null
  /** the window's own memory: layout, columns, display defaults; opaque to the main side, at most 64 KiB as JSON */
  readonly view: Readonly<Record<string, unknown>>
}

export interface AppState {
  readonly version: string
  readonly shell: 'desktop' | 'browser'
  readonly platform: string
  readonly project: ProjectInfo | null
  readonly settings: Settings
  readonly compute: ComputeStatus
  readonly methods: readonly MethodInfo[]
  readonly exportFormats: readonly ExportFormatInfo[]
  readonly presets: readonly { readonly id: string; readonly name: string; readonly profile: Profile }[]
  /** where projects are kept unless told otherwise */
  readonly projectsFolder: string
}

export interface ComputeStatus {
  readonly state: 'idle' | 'starting' | 'running' | 'restarting' | 'failed'
  readonly provider: ProviderId | null
  /** e.g. 'CPU: no CUDA libraries; WebGPU has no adapter' */
  readonly message: string
  readonly restarts: number
}

export interface DirectoryEntry { readonly name: string; readonly path: string; readonly isFolder: boolean; readonly bytes: number | null }
/** A model among the program's own files. */
export interface BundledModel { readonly name: string; readonly file: string }
export interface DirectoryListing { readonly path: string; readonly parent: string | null; readonly entries: readonly DirectoryEntry[]; readonly shortcuts: readonly { readonly name: string; readonly path: string }[] }
