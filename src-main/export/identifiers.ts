import type { CaseEvidence } from '../contract/causal.ts'
import { ERROR_CODES, type ErrorRecord } from '../contract/errors.ts'
import type { SourceImage } from '../contract/interchange.ts'
import type { CaseDetail } from '../contract/records.ts'
import type { ExportOptions } from './types.ts'

type Identifying = Pick<ExportOptions, 'identifiers' | 'pseudonymiser'>

/** Which identifiers an export replaces or leaves out, by the way it was asked for. docs/export-format.md explains it. */
const TREATMENTS: Readonly<Record<ExportOptions['identifiers'], (detail: CaseDetail, pseudonymiser: ExportOptions['pseudonymiser']) => Partial<CaseDetail>>> = {
  plain: () => ({}),
  // the file's name and the SOP Instance UID stay: they are the keys by which the user's own labels and scripts join
  pseudonym: ({ patientId, accession, studyInstanceUid, seriesInstanceUid }, pseudonymiser) => ({
    patientId: pseudonymiser.patientId(patientId),
    accession: pseudonymiser.accession(accession),
    studyInstanceUid: pseudonymiser.uid(studyInstanceUid),
    seriesInstanceUid: pseudonymiser.uid(seriesInstanceUid),
  }),
  deidentified: (detail, pseudonymiser) => ({
    ...TREATMENTS.pseudonym(detail, pseudonymiser),
    file: `case-${String(detail.id).padStart(6, '0')}`,
    sopInstanceUid: pseudonymiser.uid(detail.sopInstanceUid),
    institution: '',
    station: '',
    note: '',
    suspectTerm: detail.suspectTerm.replace(/^template:.*/s, 'template'),
    flag: detail.flag && { ...detail.flag, note: '', reader: pseudonymiser.reader(detail.flag.reader) },
    error: wordless(detail.error),
    runError: wordless(detail.runError),
  }),
}

/** The case as an export may show it. Names and birth dates are never read. */
export function identifiedCase(detail: CaseDetail, { identifiers, pseudonymiser }: Identifying): CaseDetail {
  return { ...detail, ...TREATMENTS[identifiers](detail, pseudonymiser) }
}

/** Evidence as an export may show it: readers have other names and a reader's own zones numbers, where everything is de-identified. */
export function identifiedEvidence(evidence: CaseEvidence, { identifiers, pseudonymiser }: Identifying): CaseEvidence {
  if (identifiers !== 'deidentified') return evidence
  const own = evidence.zones.map(({ name }) => name).filter((name) => name.startsWith('template:'))
  const renamed = (name: string): string => name.startsWith('template:') ? `template:${own.indexOf(name) + 1}` : name
  return {
    ...evidence,
    terms: evidence.terms.map((term) => ({ ...term, term: renamed(term.term) })),
    zones: evidence.zones.map((zone) => ({ ...zone, name: renamed(zone.name) })),
    checks: evidence.checks.map((check) => ({ ...check, zone: check.zone && renamed(check.zone), reader: pseudonymiser.reader(check.reader) })),
  }
}

/** Messages may quote a file's name; the code's own words do not. */
const wordless = (error: ErrorRecord | null): ErrorRecord | null => error && { code: error.code, message: ERROR_CODES[error.code] }

/**
 * The image as a DICOM object may name it: what is not asked for in plain is replaced or emptied as in the de-identified copies; the sex stays where patient
 * characteristics may be kept. `fallback` stands for a patient without an id and a study.
 */
export function identifiedImage(image: SourceImage, fallback: string, { identifiers, pseudonymiser, retain }: Pick<ExportOptions, 'identifiers' | 'pseudonymiser' | 'retain'>): SourceImage {
  if (identifiers === 'plain') return image
  const patient = pseudonymiser.patientId(image.patientId || image.studyInstanceUid || fallback)
  return {
    ...image,
    patientName: patient, patientId: patient, birthDate: '', studyDate: '', studyTime: '', studyId: '', accession: '', positionReference: '',
    sex: retain?.includes('retainPatientCharacteristics') ? image.sex : '',
    studyInstanceUid: pseudonymiser.uid(image.studyInstanceUid),
    seriesInstanceUid: pseudonymiser.uid(image.seriesInstanceUid),
    frameOfReferenceUid: pseudonymiser.uid(image.frameOfReferenceUid),
    sopInstanceUid: identifiers === 'deidentified' ? pseudonymiser.uid(image.sopInstanceUid) : image.sopInstanceUid,
  }
}
