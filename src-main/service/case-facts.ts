import type { Notice } from '../contract/records.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import { ReviewError, errorRecord } from '../contract/errors.ts'
import { burnedInWarning } from '../dicom/burned-in.ts'
import { readHeaderFile } from '../dicom/header-file.ts'
import type { DicomHeader } from '../dicom/header.ts'
import { NO_FACTS } from '../project/cases.ts'
import type { CaseFacts } from '../project/cases.ts'
import { isDicomdir } from '../sources/dicomdir.ts'

export type Looked =
  | { readonly kind: 'case'; readonly facts: CaseFacts; readonly error: ErrorRecord | null }
  | { readonly kind: 'not-dicom' }
  /** the file itself could not be read; worth another try next time */
  | { readonly kind: 'unread'; readonly error: ErrorRecord }

/** What a file is, from its header alone; never throws. */
export async function lookAt(path: string): Promise<Looked> {
  try {
    const { header } = await readHeaderFile(path)
    if (isDicomdir(header.sopClassUid)) return { kind: 'not-dicom' }
    return { kind: 'case', facts: factsOf(header), error: problemOf(header) }
  } catch (thrown) {
    const error = errorRecord(thrown, 'dicom-damaged')
    if (error.code === 'not-dicom') return { kind: 'not-dicom' }
    if (error.code === 'file-not-found' || error.code === 'file-unreadable') return { kind: 'unread', error }
    return { kind: 'case', facts: NO_FACTS, error }
  }
}

function problemOf(header: DicomHeader): ErrorRecord | null {
  if (header.hasPixels) return null
  return new ReviewError('no-pixels', 'The file is DICOM but has no image: a report, a plan or a presentation state, perhaps. Nothing is to be done.').toRecord()
}

function factsOf(header: DicomHeader): CaseFacts {
  return {
    sopInstanceUid: header.sopInstanceUid,
    studyInstanceUid: header.studyInstanceUid,
    seriesInstanceUid: header.seriesInstanceUid,
    patientId: header.patientId,
    accession: header.accession,
    modality: header.modality,
    sex: header.sex,
    ageYears: header.ageYears,
    manufacturer: header.manufacturer,
    modelName: header.modelName,
    station: header.station,
    institution: header.institution,
    view: header.view,
    bodyPart: header.bodyPart,
    rows: header.rows,
    columns: header.columns,
    frames: header.frames,
    transferSyntax: header.transferSyntax.name,
    photometric: header.photometric,
    notices: noticesOf(header),
  }
}

function noticesOf(header: DicomHeader): Notice[] {
  const burnedIn = burnedInWarning(header.burnedIn)
  return [
    ...(burnedIn === null ? [] : [{ code: 'burned-in', message: burnedIn }]),
    ...(header.frames > 1 ? [{ code: 'multi-frame', message: `The file has ${header.frames} frames; the model is run on the first.` }] : []),
    ...(header.samplesPerPixel === 3 ? [{ code: 'colour', message: 'The image is in colour: it has no windows, and a model of grey images gets its luminance.' }] : []),
    ...header.mended.map((message) => ({ code: 'header-mended', message })),
  ]
}
