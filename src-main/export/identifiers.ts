import type { CaseDetail } from '../contract/records.ts'
import type { ExportOptions } from './types.ts'

/** The identifiers of a case as an export writes them. */
export type CaseIdentifiers = Pick<CaseDetail, 'patientId' | 'accession' | 'studyInstanceUid' | 'seriesInstanceUid'>

/**
 * Patient, accession, study and series by their pseudonyms, unless plain ones were asked for in words. The file's name and the
 * SOP Instance UID stay: they are the keys by which the user's own labels and scripts join. Names and birth dates are never read.
 */
export function caseIdentifiers(detail: CaseDetail, { identifiers, pseudonymiser }: Pick<ExportOptions, 'identifiers' | 'pseudonymiser'>): CaseIdentifiers {
  const { patientId, accession, studyInstanceUid, seriesInstanceUid } = detail
  if (identifiers === 'plain') return { patientId, accession, studyInstanceUid, seriesInstanceUid }
  return {
    patientId: pseudonymiser.patientId(patientId),
    accession: pseudonymiser.accession(accession),
    studyInstanceUid: pseudonymiser.uid(studyInstanceUid),
    seriesInstanceUid: pseudonymiser.uid(seriesInstanceUid),
  }
}
