import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { deidentify, replaceUid } from '../../../src-main/dicom/deidentify.ts'
import { readHeader } from '../../../src-main/dicom/header.ts'
import { pixelSha256 } from '../../../src-main/dicom/pixel-identity.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import type { TestElement } from '../../fixtures/dicom/write-dicom.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'

const corpus = new URL('../../fixtures/dicom/corpus/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('manifest.json', corpus), 'utf8')) as { file: string }[]
const request = { pseudonym: 'RR-0001', key: Uint8Array.from({ length: 32 }, (_, index) => index) }
const text = (tag: string, vr: string, value = 'SECRET'): TestElement => ({ tag, vr, value })

/** Elements of PS3.15 table E.1-1 of every kind: names, ids, dates, places, devices, free text, private, graphics, nested. */
const identifying: TestElement[] = [
  text('00080020', 'DA', '19991231'), text('00080021', 'DA', '19991231'), text('00080022', 'DA', '19991231'), text('00080030', 'TM', '115959'), text('00080050', 'SH'), text('00080080', 'LO'), text('00080081', 'ST'),
  text('00080090', 'PN'), text('00081010', 'SH'), text('00081030', 'LO'), text('0008103e', 'LO'), text('00081048', 'PN'), text('00081050', 'PN'), text('00081070', 'PN'), text('00081090', 'LO'),
  text('00100010', 'PN'), text('00100020', 'LO'), text('00100030', 'DA', '19991231'), text('00100040', 'CS', 'F'), text('00101000', 'LO'), text('00101010', 'AS', '054Y'), text('00101040', 'LO'), text('001021b0', 'LT'), text('00104000', 'LT'),
  text('00180015', 'CS', 'CHEST'), text('00181000', 'LO'), text('00181030', 'LO'), text('00181200', 'DA', '19991231'), text('00185101', 'CS', 'PA'), text('0020000d', 'UI', '1.2.3'), text('0020000e', 'UI', '1.2.4'), text('00200010', 'SH'), text('00204000', 'LT'),
  text('00281050', 'DS', '100'), text('00281051', 'DS', '50'), text('00324000', 'LT'), text('00380010', 'LO'), text('00400244', 'DA', '19991231'), text('00402017', 'LO'), text('0040a124', 'UI', '1.9.9'),
  { tag: '00081140', vr: 'SQ', value: [[text('00081155', 'UI', '1.2.3'), text('00081030', 'LO')]] },
  { tag: '00540220', vr: 'SQ', value: [[text('00080100', 'SH', 'R-10206'), text('00080104', 'LO', 'antero-posterior'), text('00081030', 'LO')]] },
  text('00290010', 'LO'), text('00291001', 'LT'),
  { tag: '60000010', vr: 'US', value: [4] }, { tag: '60000011', vr: 'US', value: [4] }, text('60001500', 'LO'), { tag: '60003000', vr: 'OW', value: [1] },
]

describe('A de-identified file', () => {
  const bytes = dicomFile({ elements: identifying })
  it('holds no identifying value anywhere', () => {
    const found = Buffer.from(deidentify(bytes, request)).toString('latin1')
    for (const value of ['SECRET', '19991231', '115959', '1.2.3\0', '1.9.9']) expect(found).not.toContain(value)
  })

  it('keeps what the image means, and says what was done to it', () => {
    const { header, tags } = readHeader(deidentify(bytes, request))
    expect(header).toMatchObject({ patientId: 'RR-0001', sex: '', ageYears: null, bodyPart: 'CHEST', view: 'PA', rows: 4, accession: '', institution: '' })
    expect(tags().map(({ name, value }) => `${name}: ${value}`)).toEqual(expect.arrayContaining([
      'Patient\'s Name: RR-0001', 'Patient Identity Removed: YES', 'Code Value: 113100', 'Longitudinal Temporal Information Modified: REMOVED', 'Window Center: 100', 'Code Meaning: antero-posterior',
    ]))
  })

  it('has UIDs that are the same for the same UID and key, and others for another key', () => {
    const { header } = readHeader(deidentify(bytes, request))
    expect(header.studyInstanceUid).toBe(replaceUid('1.2.3', request.key))
    expect(header.studyInstanceUid).toMatch(/^2\.25\.\d{1,39}$/)
    expect(replaceUid('1.2.3', Uint8Array.of(9))).not.toBe(header.studyInstanceUid)
  })

  it('keeps what an option retains, and names the option', () => {
    const options = ['retainPatientCharacteristics', 'retainDeviceIdentity', 'retainInstitutionIdentity'] as const
    const { header, tags } = readHeader(deidentify(bytes, { ...request, options }))
    expect(header).toMatchObject({ sex: 'F', ageYears: 54, station: 'SECRET', institution: 'SECRET', patientId: 'RR-0001' })
    expect(tags().filter(({ name }) => name === 'Code Value').map(({ value }) => value)).toEqual(expect.arrayContaining(['113100', '113108', '113109', '113112']))
  })
})

describe('The pixels stay bit by bit what they are, in every encoding', () => {
  it.each(manifest)('$file', async ({ file }) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, corpus)))
    const [before, after] = [await decodeFrame(bytes), await decodeFrame(deidentify(bytes, request))]
    expect(pixelSha256(after.stored)).toBe(pixelSha256(before.stored))
    expect(after.grayscale).toEqual(before.grayscale)
    expect(after.frameCount).toBe(before.frameCount)
  })
})
