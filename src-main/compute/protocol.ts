import type { ErrorRecord } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { InstrumentedFile, ModelInspection, ProviderId, ProviderInfo } from '../contract/records.ts'
import type { ProbeRequest, ProbeResult } from './causal.ts'
import type { AnalyzeItem, InstrumentRequest, Measured, MeasureRequest, ModelInputRecord, OpenedModel, OpenModel, Outcome, RandomisedMaps, RandomisedRequest } from './types.ts'

/** Providers that ended the process when they were tried, with the words for the status. */
export type Excluded = Readonly<Partial<Record<ProviderId, string>>>

export interface GradientCheckRow { readonly direction: number; readonly analytic: number; readonly numeric: number; readonly relativeError: number }

/** The calls of the compute process: name → argument and result. */
export interface ComputeCalls {
  inspect: { argument: { file: string }; result: ModelInspection }
  instrument: { argument: InstrumentRequest; result: InstrumentedFile }
  open: { argument: OpenModel & { excluded: Excluded }; result: OpenedModel }
  probeProviders: { argument: { excluded: Excluded }; result: readonly ProviderInfo[] }
  input: { argument: { path: string; frameIndex: number; profile: Profile }; result: ModelInputRecord }
  checkGradients: { argument: { layer: string | null; path: string | null; directions: number }; result: readonly GradientCheckRow[] }
  faithfulness: { argument: MeasureRequest; result: Measured }
  randomisedMaps: { argument: RandomisedRequest; result: RandomisedMaps }
  probeImage: { argument: ProbeRequest; result: ProbeResult }
}
export type CallName = keyof ComputeCalls

export interface CallMessage<Name extends CallName = CallName> { readonly kind: 'call'; readonly id: number; readonly name: Name; readonly argument: ComputeCalls[Name]['argument'] }
export interface ItemMessage { readonly kind: 'item'; readonly id: number; readonly item: AnalyzeItem; readonly urgent: boolean; readonly batchSize: number }

export type ToProcess =
  | CallMessage
  | ItemMessage
  /** these items and calls are no longer wanted; nothing is answered for items that had not begun */
  | { readonly kind: 'drop'; readonly ids: readonly number[] }

export type FromProcess =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: ErrorRecord }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  /** a provider is about to be tried: if the process ends now, it was that one */
  | { readonly kind: 'trying'; readonly provider: ProviderId }
  /** what the model is working on from now on */
  | { readonly kind: 'running'; readonly ids: readonly number[] }
  | { readonly kind: 'result'; readonly id: number; readonly outcome: Outcome }
