import { z } from './zod.ts'

/** What leaves the program and comes back into it: identifiers of an export, what an export holds, flags of another project or tool. */

/** How an export treats what tells who a patient is; `what` stands in the window and the command line. */
export const IDENTIFIER_KINDS = {
  pseudonym: 'patient, accession, study and series are replaced; files and SOP Instance UIDs stay, so that scripts, labels and the PACS on site still find the image',
  deidentified: 'files, SOP Instance UIDs and readers are replaced as well; institution, station, notes and messages are left out. Fits the de-identified DICOM copies',
  plain: 'as in the files: the export names patients',
} as const
export const Identifiers = z.enum(Object.keys(IDENTIFIER_KINDS) as [keyof typeof IDENTIFIER_KINDS, ...(keyof typeof IDENTIFIER_KINDS)[]])
export type Identifiers = z.infer<typeof Identifiers>
