import type { ErrorRecord } from '../contract/errors.ts'
import type { Measurement } from '../contract/evidence.ts'
import type { Profile } from '../contract/profile.ts'
import type { ProbeRequest, ProbeResult } from './causal.ts'
import type { InputBox, Parameters, Subject } from '../evidence/types.ts'
import type { ModelInput } from '../model/preprocess.ts'
import type { ComputeStatus, InputAffine, InstrumentedFile, ModelInspection, ProviderId, ProviderInfo } from '../contract/records.ts'

/** What is wanted of one case's attribution; several may be asked for in one run. */
export interface AttributionSpec {
  readonly method: string
  /** null: the model's default layer */
  readonly layer: string | null
  /** the mean over several layers, instead of `layer` */
  readonly layers?: readonly string[]
  readonly classIndex: number | 'predicted'
  /** the difference of two classes: how far the logit of `classIndex`, then a number, is above this one's */
  readonly minus?: number
  readonly parameters: Readonly<Record<string, number | string>>
}

export interface AnalyzeItem {
  /** the caller's own key, given back with the result */
  readonly key: number
  /** absolute path of the DICOM file */
  readonly path: string
  readonly frameIndex: number
  readonly attributions: readonly AttributionSpec[]
  /** the model's features as well: the everyday layer's activations, each channel's mean */
  readonly features?: boolean
}

export interface ComputedAttribution {
  readonly method: string
  /** several layers as one text */
  readonly layer: string | null
  readonly classIndex: number
  readonly grid: readonly [number, number]
  readonly signed: boolean
  /** row-major, un-normalised */
  readonly values: Float32Array
  readonly diagnostics: Readonly<Record<string, number>>
}

export type AnalyzeResult =
  | {
      readonly key: number
      readonly state: 'done'
      readonly logits: Float32Array
      readonly probabilities: Float32Array
      readonly predicted: number
      readonly attributions: readonly ComputedAttribution[]
      /** where they were asked for and the model has a layer */
      readonly features?: Float32Array
      readonly affine: InputAffine
      readonly inputWidth: number
      readonly inputHeight: number
      /** SHA-256 of the decoded stored values */
      readonly pixelSha256: string
      readonly provider: ProviderId
      readonly elapsedMs: number
      /** how often the process ended during this item */
      readonly crashes: number
    }
  | { readonly key: number; readonly state: 'failed'; readonly error: ErrorRecord; readonly crashes: number }

/** An item's outcome as the process knows it; how often the process ended during it, only the supervisor knows. */
export type Outcome = DistributiveOmit<AnalyzeResult, 'key' | 'crashes'>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** An item whose image is decoded and prepared. */
export interface PreparedItem {
  readonly id: number
  readonly input: ModelInput
  readonly pixelSha256: string
  readonly attributions: readonly AttributionSpec[]
  readonly features?: boolean
}

/** What runs prepared items through the open model; each is reported once. */
export interface Analyzer {
  readonly profile: Profile
  analyze(items: readonly PreparedItem[], report: (id: number, outcome: Outcome) => void, signal: AbortSignal): Promise<void>
}

export interface MeasureRequest {
  /** [channels, height, width] in the model's own units */
  readonly input: Float32Array
  readonly attribution: AttributionSpec
  /** the map where it is known; null: it is computed */
  readonly map: (Subject['map'] & { readonly classIndex: number }) | null
  readonly metrics: readonly { readonly id: string; readonly parameters: Parameters }[]
  /** in pixels of the input */
  readonly region: InputBox | null
}
export interface Measured { readonly classIndex: number; readonly measurements: readonly Measurement[] }

export interface RandomisedRequest {
  readonly items: readonly { readonly input: Float32Array; readonly attribution: AttributionSpec }[]
  /** how many layers are random, from the scores down; 0: the trained model */
  readonly depth: number
  readonly seed: number
}
export type RandomisedOutcome = { readonly state: 'done'; readonly map: ComputedAttribution } | { readonly state: 'failed'; readonly error: ErrorRecord }
export interface RandomisedMaps {
  /** all layers with weights, from the scores down */
  readonly layers: readonly string[]
  /** in the order of the items */
  readonly outcomes: readonly RandomisedOutcome[]
}

export interface InstrumentRequest { readonly file: string; readonly layers: readonly string[]; readonly inputGradient: boolean; readonly out: string; readonly overwrite: boolean }

export interface OpenModel {
  readonly file: string
  readonly profile: Profile
  /** forced provider; null: the first usable one in the platform's order */
  readonly provider: ProviderId | null
}

export interface OpenedModel {
  readonly sha256: string
  readonly classes: readonly string[]
  readonly provider: ProviderId
  readonly inspection: ModelInspection
  /** every provider with its state and why not */
  readonly providers: readonly ProviderInfo[]
}

export interface ModelInputRecord {
  /** [channels, height, width], whatever the layout of the graph */
  readonly data: Float32Array
  readonly channels: 1 | 3
  readonly width: number
  readonly height: number
  readonly affine: InputAffine
}

/**
 * The compute process as the service sees it. It is started when first needed and again after a crash; a crash costs the
 * item at work one retry, then that item fails with `compute-crashed`. Cancelling a run that does not end by itself kills
 * and restarts the process.
 */
export interface ComputeClient {
  inspect(file: string, options?: { signal?: AbortSignal }): Promise<ModelInspection>
  /** writes the model with its gradients to a file */
  instrument(request: InstrumentRequest, options?: { signal?: AbortSignal }): Promise<InstrumentedFile>
  open(model: OpenModel, options?: { signal?: AbortSignal }): Promise<OpenedModel>
  /** tries every provider on the opened model and measures it */
  probeProviders(options?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<readonly ProviderInfo[]>
  /** results come in any order through onResult, each once; items ahead of the batch at work are decoded meanwhile. `urgent` goes before everything that waits */
  analyze(items: readonly AnalyzeItem[], options: { onResult: (result: AnalyzeResult) => void; signal?: AbortSignal; urgent?: boolean; batchSize?: number }): Promise<void>
  input(path: string, frameIndex: number, profile: Profile, options?: { signal?: AbortSignal }): Promise<ModelInputRecord>
  checkGradients(request: { layer: string | null; path: string | null; directions?: number }, options?: { signal?: AbortSignal }): Promise<readonly { direction: number; analytic: number; numeric: number; relativeError: number }[]>
  /** measures of one map; progress counts runs of the model */
  faithfulness(request: MeasureRequest, options?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<Measured>
  /** maps of some inputs by the model with random weights in its last layers */
  randomisedMaps(request: RandomisedRequest, options?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<RandomisedMaps>
  /** changes of one image beside their controls; progress counts changes */
  probeImage(request: ProbeRequest, options?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<ProbeResult>
  readonly status: ComputeStatus
  onStatus(listener: (status: ComputeStatus) => void): () => void
  close(): Promise<void>
}

/** The processes that there are: one that owns the model and its sessions, and one for each pattern that is worked out. */
export type ComputeProgram = 'compute' | 'patterns'

/** How a shell starts a process: child_process elsewhere, utilityProcess in the desktop shell. */
export interface ComputeHost {
  /** `compute` unless told */
  start(program?: ComputeProgram): ComputeChild
}
export interface ComputeChild {
  readonly pid: number | undefined
  /** structured clone; typed arrays travel as they are */
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (code: number | null, signal: string | null) => void): void
  kill(): void
}
