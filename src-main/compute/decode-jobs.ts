import type { SourceImage } from '../contract/interchange.ts'
import type { Zone } from '../contract/causal.ts'
import type { Profile } from '../contract/profile.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import type { DeidentificationRequest } from '../dicom/deidentify.ts'
import type { Frame } from '../dicom/frame.ts'
import type { DicomHeader } from '../dicom/header.ts'
import type { DicomInfo } from '../dicom/info.ts'
import type { StoredSamples } from '../dicom/pixels.ts'
import type { TagRow } from '../dicom/tag-list.ts'
import type { ModelInput } from '../model/preprocess.ts'
import type { TokenPlace } from '../causal/token.ts'
import type { ImageStatistics } from '../patterns/image-statistics.ts'
import type { Looked } from './look.ts'

/** Everything of a frame but its arrays: what stays when only the model's input is wanted. */
export type FrameSummary = Omit<Frame, 'stored' | 'overlays'>

/** What an image is apart from its pixels, with their identity. */
export interface ImageIdentity extends Pick<Frame, 'rows' | 'columns' | 'samples' | 'notices'> {
  readonly pixelSha256: string
}

/** Its bytes, and how many lines of text its pixels seem to show; null where they cannot be decoded. */
export interface DeidentifiedCopy {
  readonly bytes: Uint8Array
  readonly textLines: number | null
}

/** Zones that were found before, and in which pixels. */
export interface KnownZones { readonly zones: readonly Zone[]; readonly pixelSha256: string }

/** The jobs of the decode worker: name → argument and result. `frameIndex` counts from 0. */
export interface DecodeJobs {
  decode: { argument: { path: string; frameIndex: number }; result: Frame }
  /** the same for a reader's eyes: with a notice where the pixels show text */
  show: { argument: { path: string; frameIndex: number }; result: Frame }
  /** `header` is null where the file is a picture without one */
  header: { argument: { path: string }; result: { header: DicomHeader | null; tags: TagRow[] } }
  info: { argument: { path: string }; result: DicomInfo }
  /** what objects made from the file's first frame have to say of it; a picture without a header is `not-dicom` */
  source: { argument: { path: string }; result: SourceImage }
  stored: { argument: { path: string; frameIndex: number }; result: StoredSamples }
  /** a de-identified copy */
  deidentify: { argument: { path: string; request: DeidentificationRequest }; result: DeidentifiedCopy }
  identity: { argument: { path: string; frameIndex: number }; result: ImageIdentity }
  /** what the frame is like as it is displayed by the file's first window */
  statistics: { argument: { path: string; frameIndex: number }; result: ImageStatistics }
  /** the zones of an image, and with a profile its input and tone */
  look: { argument: { path: string; frameIndex: number; profile: Profile | null; token: TokenPlace | null; known: KnownZones | null }; result: Looked & { readonly pixelSha256: string } }
  input: { argument: { path: string; frameIndex: number; profile: Profile }; result: { frame: FrameSummary; pixelSha256: string; input: ModelInput } }
}

export type JobName = keyof DecodeJobs

export interface JobRequest<Name extends JobName = JobName> {
  readonly id: number
  readonly name: Name
  readonly argument: DecodeJobs[Name]['argument']
}

export type JobReply = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: ErrorRecord }
