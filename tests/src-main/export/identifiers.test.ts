import { expect, it } from 'vitest'
import { identifiedCase } from '../../../src-main/export/identifiers.ts'
import { pseudonymiser, sampleCase } from './sample-source.ts'

const detail = sampleCase({ error: { code: 'dicom-truncated', message: "'MUELLER_1950.dcm' ends early." } })

it('pseudonyms replace patient, accession, study and series, and nothing by which scripts join', () => {
  const shown = identifiedCase(detail, { identifiers: 'pseudonym', pseudonymiser })
  expect(shown).toMatchObject({ patientId: 'P-10', accession: 'A-10', studyInstanceUid: '2.25.5', seriesInstanceUid: '2.25.7' })
  expect(shown).toMatchObject({ file: detail.file, sopInstanceUid: detail.sopInstanceUid, note: detail.note, institution: 'Site A' })
})

it('full de-identification leaves no name of a file, no instance of the PACS, no free text and no reader', () => {
  const shown = identifiedCase(detail, { identifiers: 'deidentified', pseudonymiser })
  expect(shown).toMatchObject({ file: 'case-000001', sopInstanceUid: '2.25.7', institution: '', station: '', note: '', flag: { note: '', reader: 'R-8', verdict: 'wrong-reason' } })
  expect(JSON.stringify(shown)).not.toMatch(/MUELLER|SECRET|Site A|the marker|R\. Eader|1\.2\.3/)
})

it('plain is as in the files', () => {
  expect(identifiedCase(detail, { identifiers: 'plain', pseudonymiser })).toEqual(detail)
})
