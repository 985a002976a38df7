import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { readHeaderFile } from '../../../src-main/dicom/header-file.ts'
import { readHeader } from '../../../src-main/dicom/header.ts'
import type { TestElement } from '../../fixtures/dicom/write-dicom.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'

const headerOf = (...elements: TestElement[]) => readHeader(dicomFile({ elements })).header
const text = (tag: string, vr: string, value: string): TestElement => ({ tag, vr, value })

describe('A header gives what import needs', () => {
  it('identifiers, subgroup columns and geometry', () => {
    const header = headerOf(
      text('00080050', 'SH', 'ACC1'), text('00080060', 'CS', 'DX'), text('00080070', 'LO', 'Maker'), text('00081090', 'LO', 'Model'), text('00081010', 'SH', 'Station'),
      text('00080080', 'LO', 'Hospital'), text('00100020', 'LO', 'P1'), text('00100040', 'CS', 'F'), text('00101010', 'AS', '054Y'), text('00180015', 'CS', 'CHEST'),
      text('00185101', 'CS', 'AP'), text('0020000d', 'UI', '1.2.3'), text('0020000e', 'UI', '1.2.3.4'), text('00280301', 'CS', 'YES'),
    )
    expect(header).toMatchObject({
      accession: 'ACC1', modality: 'DX', manufacturer: 'Maker', modelName: 'Model', station: 'Station', institution: 'Hospital', patientId: 'P1', sex: 'F', ageYears: 54,
      bodyPart: 'CHEST', view: 'AP', studyInstanceUid: '1.2.3', seriesInstanceUid: '1.2.3.4', sopInstanceUid: '1.2.3.4', rows: 4, columns: 4, frames: 1, burnedIn: 'yes', hasPixels: true,
      transferSyntax: { uid: '1.2.840.10008.1.2.1', name: 'Explicit VR Little Endian' },
    })
  })

  it.each([
    ['006M', '', '', 0.5],
    ['', '19700615', '20200614', 49],
    ['', '19700615', '20200615', 50],
    ['', '19700615', '', null],
    ['old', '', '', null],
  ])('age %j, birth %j, study %j is %j years', (age, birth, study, years) => {
    expect(headerOf(text('00101010', 'AS', age), text('00100030', 'DA', birth), text('00080020', 'DA', study)).ageYears).toBe(years)
  })

  it('takes the view from its code where there is no view position', () => {
    expect(headerOf({ tag: '00540220', vr: 'SQ', value: [[text('00080104', 'LO', 'postero-anterior')]] }).view).toBe('postero-anterior')
  })

  it('is silent, not wrong, where the file is silent', () => {
    expect(headerOf()).toMatchObject({ patientId: '', sex: '', ageYears: null, burnedIn: 'likely', view: '' })
  })
})

describe('Text is read in the character set that the file names', () => {
  const bytes = (...parts: (string | number[])[]) => Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((letter) => letter.charCodeAt(0)) : part)))
  // PS3.5 annex H, I, J and PS3.3 C.12.1.1.2
  it.each([
    ['ISO_IR 100', bytes('Buc^J', [0xe9], 'r', [0xf4], 'me'), 'Buc^Jérôme'],
    ['ISO_IR 192', bytes('Wang^', [0xe7, 0x8e, 0x8b]), 'Wang^王'],
    ['ISO_IR 144', bytes([0xbb, 0xee, 0xda]), 'Люк'],
    ['ISO_IR 126', bytes([0xc4, 0xe9]), 'Δι'],
    ['GB18030', bytes('Wang^', [0xd0, 0xa1, 0xb6, 0xab]), 'Wang^小东'],
    ['\\ISO 2022 IR 149', bytes('Hong=', [0x1b, 0x24, 0x29, 0x43, 0xfb, 0xf3]), 'Hong=洪'],
    ['\\ISO 2022 IR 87', bytes('Yamada=', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x1b, 0x28, 0x42]), 'Yamada=山'],
    ['NONSENSE', bytes('Caf', [0xe9]), 'Café'],
  ])('%s', (characterSet, value, expected) => {
    expect(headerOf(text('00080005', 'CS', characterSet), { tag: '00080080', vr: 'PN', value }).institution.replace(/\s+$/, '')).toBe(expected)
  })
})

describe('The tag list', () => {
  it('names elements, indents items, and shows binary values by their length', () => {
    const { tags } = readHeader(dicomFile({ elements: [
      { tag: '00081140', vr: 'SQ', value: [[text('00081155', 'UI', '1.2.3')]] },
      { tag: '00189087', vr: 'FD', value: new Uint8Array(new Float64Array([2.5]).buffer) },
      { tag: '00291010', vr: 'OB', value: new Uint8Array(300) },
      { tag: '60000010', vr: 'US', value: [7] },
    ] }))
    expect(tags()).toEqual(expect.arrayContaining([
      { tag: '(0008,1140)', name: 'Referenced Image Sequence', vr: 'SQ', value: '1 item', depth: 0 },
      { tag: '(0008,1155)', name: 'Referenced SOP Instance UID', vr: 'UI', value: '1.2.3', depth: 1 },
      { tag: '(0018,9087)', name: 'Diffusion b-value', vr: 'FD', value: '2.5', depth: 0 },
      { tag: '(0029,1010)', name: 'Private', vr: 'OB', value: '300 bytes', depth: 0 },
      { tag: '(6000,0010)', name: 'Overlay Rows', vr: 'US', value: '7', depth: 0 },
      { tag: '(7FE0,0010)', name: 'Pixel Data', vr: 'OB', value: '16 bytes', depth: 0 },
    ]))
  })
})

it('Sequences nested beyond reason are refused, not followed', () => {
  let item: TestElement[] = [text('00081155', 'UI', '1.2.3')]
  for (let depth = 0; depth < 200; depth++) item = [{ tag: '00081140', vr: 'SQ', value: [item] }]
  expect(() => readHeader(dicomFile({ elements: item })).tags()).toThrow(expect.objectContaining({ code: 'dicom-damaged' }))
})

describe('Reading the header of a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(joinPath(tmpdir(), 'right-reason-header-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('leaves the pixel data on the disk', async () => {
    const path = joinPath(folder, 'large.dcm')
    await writeFile(path, dicomFile({ rows: 2000, columns: 2000, bitsAllocated: 16 }))
    const file = await open(path)
    const prototype = Object.getPrototypeOf(file) as { read: (...values: unknown[]) => Promise<{ bytesRead: number }> }
    await file.close()
    const read = vi.spyOn(prototype, 'read')
    await expect(readHeaderFile(path)).resolves.toMatchObject({ header: { rows: 2000, hasPixels: true } })
    const results = await Promise.all(read.mock.results.map(({ value }) => value as Promise<{ bytesRead: number }>))
    expect(results.reduce((sum, { bytesRead }) => sum + bytesRead, 0)).toBeLessThan(20_000)
    read.mockRestore()
  })

  it('goes on through a large element that comes before the pixels', async () => {
    const path = joinPath(folder, 'icon.dcm')
    await writeFile(path, dicomFile({ elements: [{ tag: '00291010', vr: 'OB', value: new Uint8Array(300_000) }, text('00400244', 'DA', '20200101')] }))
    await expect(readHeaderFile(path)).resolves.toMatchObject({ header: { hasPixels: true, rows: 4 } })
  })

  it('reads deflated, headerless and pixelless files', async () => {
    const fixtures = new URL('../../fixtures/dicom/corpus/', import.meta.url)
    for (const name of ['mono12_deflated.dcm', 'mono12_no-meta.dcm', 'mono12_no-meta-implicit.dcm', 'mono16_big-endian.dcm']) {
      const path = joinPath(folder, name)
      await writeFile(path, readFileSync(new URL(name, fixtures)))
      await expect(readHeaderFile(path), name).resolves.toMatchObject({ header: { patientId: 'SYNTHETIC', hasPixels: true } })
    }
    await writeFile(joinPath(folder, 'report.dcm'), dicomFile({ pixels: null }))
    await expect(readHeaderFile(joinPath(folder, 'report.dcm'))).resolves.toMatchObject({ header: { hasPixels: false } })
  })

  it('refuses what is no DICOM file, what ends early and what is not there', async () => {
    await writeFile(joinPath(folder, 'notes.txt'), 'nothing of interest, but long enough to be looked at twice')
    await expect(readHeaderFile(joinPath(folder, 'notes.txt'))).rejects.toMatchObject({ code: 'not-dicom' })
    await writeFile(joinPath(folder, 'cut.dcm'), dicomFile().subarray(0, 255))
    await expect(readHeaderFile(joinPath(folder, 'cut.dcm'))).rejects.toMatchObject({ code: 'dicom-truncated' })
    await expect(readHeaderFile(joinPath(folder, 'missing.dcm'))).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(readHeaderFile(folder)).rejects.toMatchObject({ code: 'file-unreadable' })
    await expect(readHeaderFile('/dev/zero')).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})
