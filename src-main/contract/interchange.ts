import { z } from './zod.ts'
import { ResultsRequest } from './protocol.ts'
import { Verdict, type Flag } from './records.ts'

/** What leaves the program and comes back into it: identifiers of an export, what an export holds, flags of another project or tool. */

/** How an export treats what tells who a patient is; `what` stands in the window and the command line. */
export const IDENTIFIER_KINDS = {
  pseudonym: 'patient, accession, study and series are replaced; files and SOP Instance UIDs stay, so that scripts, labels and the PACS on site still find the image',
  deidentified: 'files, SOP Instance UIDs and readers are replaced as well; institution, station, notes and messages are left out. Fits the de-identified DICOM copies',
  plain: 'as in the files: the export names patients',
} as const
export const Identifiers = z.enum(Object.keys(IDENTIFIER_KINDS) as [keyof typeof IDENTIFIER_KINDS, ...(keyof typeof IDENTIFIER_KINDS)[]])
export type Identifiers = z.infer<typeof Identifiers>

/**
 * What a DICOM object that is made from an image says of it: the file's own identifiers, as they are, and where its pixels lie.
 * Texts are '' and lists empty where the header is silent.
 */
export interface SourceImage {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  /** '' for projection radiographs: they lie in no frame of reference */
  readonly frameOfReferenceUid: string
  readonly positionReference: string
  readonly patientName: string
  readonly patientId: string
  /** YYYYMMDD */
  readonly birthDate: string
  readonly sex: string
  readonly studyDate: string
  readonly studyTime: string
  readonly studyId: string
  readonly accession: string
  readonly modality: string
  readonly bodyPart: string
  readonly laterality: string
  readonly frames: number
  /** Image Position (Patient): x, y, z of the centre of the first pixel in mm */
  readonly position: readonly number[]
  /** Image Orientation (Patient): direction cosines of a row and of a column */
  readonly orientation: readonly number[]
  readonly spacing: { readonly rowMm: number; readonly columnMm: number; readonly source: 'calibrated' | 'imager' | 'none' }
  /** Lossy Image Compression (0028,2110), with its ratio and method where they are given */
  readonly lossy: { readonly ratio: number | null; readonly method: string } | null
}

/** The report of a plan. `examples`: pictures of so many of its wrong-reason cases; none unless asked for, since they show the patients' images. */
export const ReportRequest = ResultsRequest.extend({
  out: z.string().min(1).max(4096),
  examples: z.int().min(0).max(100).default(0),
  identifiers: Identifiers.default('pseudonym'),
  overwrite: z.boolean().default(false),
})

export const TREATMENTS = ['kept', 'replaced', 'left-out'] as const
export type Treatment = (typeof TREATMENTS)[number]

/** What an export would hold, told before it is made. */
export interface ExportPreview {
  readonly format: string
  readonly cases: number
  readonly flagged: number
  /** maps that would be read */
  readonly maps: number
  /** files that would be written if none of the cases fails */
  readonly files: number
  /** columns, or what stands in the files in words */
  readonly fields: readonly string[]
  /** what tells who a patient is, and what becomes of it; `as`: in words */
  readonly identifiers: readonly { readonly what: string; readonly treatment: Treatment; readonly as: string }[]
  /** what has to be known before it leaves: pictures with burned-in text, notes as typed, options that keep more */
  readonly warnings: readonly string[]
}

// ---------------------------------------------------------------- flags coming in

/** What the columns of another tool's table mean. `verdictOf`: text → verdict; a row whose text is not listed has no flag. */
export const FlagMapping = z.object({
  join: z.enum(['file', 'sopInstanceUid']),
  joinColumn: z.string(),
  verdictColumn: z.string(),
  verdictOf: z.record(z.string(), Verdict).default({}),
  reasonsColumn: z.string().nullable().default(null),
  noteColumn: z.string().nullable().default(null),
  readerColumn: z.string().nullable().default(null),
  /** whose flags they are where no column says it */
  reader: z.string().trim().max(100).default(''),
  timeColumn: z.string().nullable().default(null),
  /** x, y, width, height in image pixels */
  regionColumns: z.array(z.string()).length(4).nullable().default(null),
})
export type FlagMapping = z.infer<typeof FlagMapping>

export interface FlagFilePreview {
  readonly file: string
  /** review: this program's JSON, which needs no mapping; table: a CSV or TSV */
  readonly kind: 'review' | 'table'
  /** 'right-reason/review@1', or the delimiter in words */
  readonly format: string
  readonly columns: readonly string[]
  /** the first rows of a table */
  readonly rows: readonly (readonly string[])[]
  readonly rowCount: number
  /** distinct texts of every column, at most 50 each */
  readonly distinct: Readonly<Record<string, readonly string[]>>
  readonly guess: FlagMapping | null
}

/** The same reader said something else of the case here. Without `replace` what is here stays. */
export interface FlagConflict { readonly caseId: number; readonly file: string; readonly reader: string; readonly here: Flag; readonly there: Flag }

export interface FlagImportReport {
  /** rows with a flag */
  readonly flags: number
  /** of cases that the reader had not judged here, and those that say what is here already */
  readonly added: number
  readonly same: number
  readonly conflictCount: number
  /** the first thousand */
  readonly conflicts: readonly FlagConflict[]
  readonly unmatchedCount: number
  readonly unmatched: readonly { readonly line: number; readonly key: string }[]
  readonly readers: readonly string[]
  readonly problems: readonly string[]
  /** whether it was written, and how many conflicts were settled for the file's side; what was here stays in the log */
  readonly applied: boolean
  readonly replaced: number
}

/** The log of a project as a file. */
export const AUDIT_FORMATS = ['csv', 'json'] as const
export type AuditFormat = (typeof AUDIT_FORMATS)[number]
