import type { CaseEvidence } from '../contract/causal.ts'
import type { Identifiers, SourceImage } from '../contract/interchange.ts'
import type { Profile } from '../contract/profile.ts'
import type { AttributionRecord, CaseDetail, DeidentificationOption, ExportFormatInfo, LayerInfo, ProviderId } from '../contract/records.ts'
import type { GrayscalePipeline } from '../display/grayscale-types.ts'

/** One stored map of a case, with what a picture of it needs and what it was made with. */
export interface ExportAttribution extends Pick<AttributionRecord,
  'method' | 'layer' | 'classIndex' | 'minus' | 'className' | 'grid' | 'signed' | 'min' | 'max' | 'noPositiveEvidence' | 'inputWidth' | 'inputHeight' | 'affine' | 'caveat' | 'provider' | 'diagnostics'> {
  readonly methodName: string
  readonly parameters: Readonly<Record<string, number | string>>
  /** ISO 8601, UTC */
  readonly computedAt: string
  /** row-major [height, width], un-normalised */
  readonly values: Float32Array
}

/** What the scores of a case were computed with; null parts: the case was not run, or its pixels were not read. */
export interface CaseProvenance {
  /** SHA-256 of the decoded stored values */
  readonly pixelSha256: string | null
  readonly modelSha256: string | null
  readonly profileSha256: string | null
  readonly provider: ProviderId | null
  /** version of the program that ran the model */
  readonly version: string | null
}

export interface ExportCase {
  readonly detail: CaseDetail
  /** in the order: method, layer, class; empty unless maps were asked for */
  readonly attributions: readonly ExportAttribution[]
  /** what stands in the project of it; empty unless maps were asked for */
  readonly evidence: CaseEvidence
  readonly provenance: CaseProvenance
}

/** Once a file. No time of export: the same project gives the same bytes. */
export interface ExportProvenance {
  readonly program: 'right-reason'
  readonly version: string
  readonly project: string
  readonly model: {
    /** file name without its folder */
    readonly file: string
    readonly sha256: string
    readonly classes: readonly string[]
    readonly defaultLayer: string | null
    readonly layers: readonly LayerInfo[]
    readonly profile: Profile
    readonly profileSha256: string
  } | null
}

/** Stored values of one frame with the file's own way of showing them. */
export interface ExportPicture {
  readonly rows: number
  readonly columns: number
  readonly samples: 1 | 3
  readonly bitsStored: number
  /** row-major, samples by pixel */
  readonly stored: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
  /** null: colour, shown as it is */
  readonly grayscale: GrayscalePipeline | null
  /** height of a pixel over its width, 1 where square */
  readonly pixelAspect: number
  /** what whoever hands the picture on has to know of text in its pixels */
  readonly textWarning: string | null
}

/** Lines of text that its pixels seem to show; null where they could not be looked at. */
export interface DeidentifiedFile { readonly bytes: Uint8Array; readonly textLines: number | null }

/** What an export reads. The service implements it over one consistent view of the project; nothing is held in memory but the case at hand. */
export interface ExportSource {
  /** number of cases that `cases` will give */
  readonly total: number
  readonly groupColumns: readonly string[]
  readonly provenance: ExportProvenance
  /** the chosen cases in the chosen order, unreadable ones included; `maps` false leaves `attributions` empty */
  cases(options: { readonly maps: boolean; readonly signal?: AbortSignal }): AsyncIterable<ExportCase>
  /** throws ReviewError where the file cannot be read */
  picture(caseId: number, options?: { readonly signal?: AbortSignal }): Promise<ExportPicture>
  /** what a DICOM object made from the case's image says of it, identifiers as they are; throws ReviewError where the file cannot be read or is no DICOM */
  sourceImage(caseId: number, options?: { readonly signal?: AbortSignal }): Promise<SourceImage>
  /** a copy of the case's DICOM file by the Basic Profile of PS3.15 annex E; throws ReviewError where the file cannot be read or is no DICOM */
  deidentified(caseId: number, options: { readonly retain: readonly DeidentificationOption[]; readonly signal?: AbortSignal }): Promise<DeidentifiedFile>
}

/** Stable within a project and keyed by it. The same plain value gives the same pseudonym; '' stays ''. */
export interface Pseudonymiser {
  patientId(plain: string): string
  accession(plain: string): string
  /** a UID below 2.25 */
  uid(plain: string): string
  reader(plain: string): string
}

export interface ExportOptions {
  /** file or folder, absolute */
  readonly out: string
  readonly identifiers: Identifiers
  readonly pseudonymiser: Pseudonymiser
  /** false: an existing file or non-empty folder is refused with `file-unwritable` */
  readonly overwrite: boolean
  /** for copies of DICOM files: what they keep beyond the Basic Profile; nothing unless told */
  readonly retain?: readonly DeidentificationOption[]
  readonly signal?: AbortSignal
  /** cases written */
  readonly onProgress?: (done: number, total: number) => void
  /** a case that could not be written as a picture; the export goes on */
  readonly onItemError?: (caseId: number, thrown: unknown) => void
}

export interface ExportResult {
  readonly path: string
  readonly files: number
  readonly cases: number
  readonly maps: number
}

/** What there is to be written, counted beforehand. */
export interface LeavingCounts { readonly cases: number; readonly readable: number; readonly flagged: number; readonly flaggedStudies: number; readonly notes: number; readonly maps: number; readonly mapped: number; readonly burnedIn: number }

export interface Leaves {
  /** how identifiers are treated: as in tables, in DICOM objects, or in copies of the files */
  readonly kind: 'table' | 'objects' | 'copies'
  /** whether it shows the images */
  readonly pixels: boolean
  /** files that are written where no case fails */
  readonly files: (counts: LeavingCounts) => number
  readonly fields: (source: Pick<ExportSource, 'provenance' | 'groupColumns'>) => readonly string[]
}

/** One row of the table of formats. */
export interface ExportFormat extends ExportFormatInfo {
  /** whether the maps are read */
  readonly maps: boolean
  /** what a preview tells of it before it is written */
  readonly leaves: Leaves
  /** writes into `out`, a path that does not exist yet; the caller moves it into its place */
  write(out: string, source: ExportSource, options: ExportOptions): Promise<Omit<ExportResult, 'path'>>
}
