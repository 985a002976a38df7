import { z } from './zod.ts'

/** Servers of images, asked on the user's explicit action alone. What gives access lives in the call and is stored nowhere. */
export const DicomWebServer = z.object({
  /** of the service root, as the server's documentation gives it: http://pacs.example:8042/dicom-web */
  url: z.string().trim().max(2000).regex(/^https?:\/\//i, 'an address begins with http:// or https://'),
  access: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('basic'), user: z.string().max(500), password: z.string().max(2000) }),
    z.object({ kind: z.literal('bearer'), token: z.string().max(20_000) }),
  ]).default({ kind: 'none' }),
})
export type DicomWebServer = z.infer<typeof DicomWebServer>

/** What is left empty is not asked for; `*` and `?` stand for letters where the server matches them (PS3.4 C.2.2.2.4). */
export const StudyQuery = z.object({
  /** a day or a range: 20260101 or 20260101-20260131, open at either end */
  studyDate: z.string().trim().regex(/^(\d{8}(-\d{8})?|\d{8}-|-\d{8})?$/, 'a date is YYYYMMDD, a range has a hyphen between two').default(''),
  patientId: z.string().trim().max(64).default(''),
  accession: z.string().trim().max(64).default(''),
  modality: z.string().trim().max(16).default(''),
  limit: z.int().min(1).max(1000).default(200),
})
export type StudyQuery = z.infer<typeof StudyQuery>

export const Uid = z.string().max(64).regex(/^\d+(\.\d+)*$/, 'a UID is of digits and dots')

/** A study that a server has. The patient's name is not asked for. */
export interface RemoteStudy {
  readonly studyInstanceUid: string
  /** YYYYMMDD */
  readonly studyDate: string
  readonly patientId: string
  readonly accession: string
  readonly modalities: readonly string[]
  readonly description: string
  /** null: the server does not tell */
  readonly instances: number | null
}

/** A receiver of what a PACS or a modality sends (C-STORE). */
export const ReceiverOptions = z.object({
  port: z.int().min(1).max(65_535).default(11_112),
  /** AE titles: 16 characters at most, no backslash (PS3.5 6.2) */
  aet: z.string().trim().min(1).max(16).regex(/^[\x20-\x5b\x5d-\x7e]+$/, 'an AE title has no backslash and no letters beyond ASCII').default('RIGHTREASON'),
  /** `anyone`: every network interface of the machine, so that other machines can send; else this machine alone */
  from: z.enum(['this-machine', 'anyone']).default('this-machine'),
  /** titles of the senders that are accepted; empty: any */
  callers: z.array(z.string().trim().min(1).max(16)).max(100).default([]),
})
export type ReceiverOptions = z.infer<typeof ReceiverOptions>

export interface ReceiverState {
  readonly listening: { readonly port: number; readonly aet: string; readonly from: ReceiverOptions['from'] } | null
  /** where what comes in is stored */
  readonly folder: string | null
  readonly received: number
  readonly refused: number
  /** why the last one was refused, or could not be imported */
  readonly lastProblem: string | null
}
