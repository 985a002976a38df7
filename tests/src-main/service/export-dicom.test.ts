import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { readHeader } from '../../../src-main/dicom/header.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import { drawnText } from '../../fixtures/drawn-text.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

let bench: Bench
let studies: string
beforeEach(async () => {
  bench = serviceBench()
  studies = join(bench.folder, 'studies')
  mkdirSync(studies)
  const study = (uid: string) => ({ tag: '0020000d', vr: 'UI', value: uid })
  writeStudy(join(studies, 'secret-1.dcm'), { uid: '1.2.1', patientId: 'SECRET-A', sex: 'F', image: { elements: [study('1.9.1'), { tag: '00280301', vr: 'CS', value: 'YES' }] } })
  writeStudy(join(studies, 'secret-2.dcm'), { uid: '1.2.2', patientId: 'SECRET-A', seed: 2, image: { elements: [study('1.9.1'), { tag: '00280301', vr: 'CS', value: 'NO' }] } })
  writeStudy(join(studies, 'secret-3.dcm'), { uid: '1.2.3', patientId: 'SECRET-B', seed: 3, image: { elements: [study('1.9.2'), { tag: '00280301', vr: 'CS', value: 'NO' }] } })
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
  await bench.job('import.start', { folder: studies })
})
afterEach(() => bench.close())

const rowsOf = (path: string) => parse(readFileSync(path, 'utf8'), { columns: true }) as Record<string, string>[]

test('de-identified copies hold no identifier, the same pixels, and the same pseudonyms as the tables of the project', async () => {
  const [out, table] = [join(bench.folder, 'copies'), join(bench.folder, 'table.csv')]
  const job = await bench.job('export.start', { format: 'dicom', out })
  expect(job).toMatchObject({ state: 'done', itemErrors: 0, result: { cases: 3, files: 5 } })
  await bench.job('export.start', { format: 'csv', out: table })
  expect(readdirSync(out).sort()).toEqual(['000001.dcm', '000002.dcm', '000003.dcm', 'README.txt', 'index.csv'])
  for (const name of readdirSync(out)) expect(readFileSync(join(out, name), 'latin1').toLowerCase()).not.toContain('secret')

  const index = rowsOf(join(out, 'index.csv'))
  const known = rowsOf(table)
  for (const [at, { path, sopInstanceUid, studyInstanceUid, patientId }] of index.entries()) {
    const bytes = new Uint8Array(readFileSync(join(out, path!)))
    const { header } = readHeader(bytes)
    expect(header).toMatchObject({ sopInstanceUid, studyInstanceUid, patientId, sex: '' })
    expect([patientId, studyInstanceUid]).toEqual([known[at]!.patientId, known[at]!.studyInstanceUid])
    expect((await decodeFrame(bytes)).stored).toEqual((await decodeFrame(new Uint8Array(readFileSync(join(studies, known[at]!.file!))))).stored)
  }
  expect(index[0]!.patientId).toBe(index[1]!.patientId)
  expect(index[0]!.patientId).not.toBe(index[2]!.patientId)
  expect(index.map(({ burnedInWarning }) => burnedInWarning !== '')).toEqual([true, false, false])
  expect(readFileSync(join(out, 'README.txt'), 'utf8')).toMatch(/PIXELS WERE NOT CLEANED[\s\S]*such text: 1 /)
})

test('a preview tells what would leave: files, identifiers, and what to look at first', async () => {
  await bench.call('app.settings', { reader: 'R' })
  await bench.call('reviews.flag', { caseId: 1, verdict: 'wrong-reason', note: 'as the ward said' })
  const flagged = { conditions: [{ column: 'verdict', op: 'not-empty' as const }] }
  const reports = await bench.call('export.preview', { format: 'dicom-sr', filter: flagged })
  expect(reports).toMatchObject({ cases: 1, flagged: 1, files: 2, identifiers: expect.arrayContaining([{ what: 'Patient name and ID', treatment: 'replaced', as: 'a pseudonym of this project' }]) as unknown })
  expect(reports.warnings).toEqual([expect.stringMatching(/1 of the cases has a note/)])
  const copies = await bench.call('export.preview', { format: 'dicom', retain: ['retainPatientCharacteristics'] })
  expect(copies).toMatchObject({ cases: 3, files: 5, maps: 0 })
  expect(copies.warnings.join(' ')).toMatch(/burned into the pixels leaves.*1 of the cases has text burned in.*Kept beyond the profile: sex, age/)
  const table = await bench.call('export.preview', { format: 'csv', identifiers: 'deidentified' })
  expect([table.files, table.warnings]).toEqual([1, []])
  expect(table.fields).toContain('sopInstanceUid')
})

test('text that the pixels show is warned of in copies, pictures and beside the image', async () => {
  const { data } = drawnText(200, 240, [{ text: 'MUSTERMANN', x: 20, y: 60, em: 20 }])
  const pixels = Uint8Array.from(data, (value) => Math.round(255 * Math.min(1, Math.max(0, value))))
  writeFileSync(join(studies, 'words.dcm'), dicomFile({ rows: 200, columns: 240, pixels, elements: [{ tag: '00080018', vr: 'UI', value: '1.2.9' }, { tag: '00280301', vr: 'CS', value: 'NO' }] }))
  await bench.job('import.start', { folder: studies })
  const { notices } = await bench.call('cases.image', { caseId: 4, frameIndex: 0 })
  expect(notices.map(({ code }) => code)).toContain('text-in-pixels')
  const out = join(bench.folder, 'copies')
  await bench.job('export.start', { format: 'dicom', out })
  expect(rowsOf(join(out, 'index.csv')).map(({ burnedInWarning }) => burnedInWarning)).toEqual([expect.stringContaining('header'), '', '', 'The pixels show what looks like text (lines: 1).'])
  expect(readFileSync(join(out, 'README.txt'), 'utf8')).toContain('such text: 2 ')
})

test('an option of the profile keeps what it names and is named', async () => {
  const out = join(bench.folder, 'copies')
  await bench.job('export.start', { format: 'dicom', out, retain: ['retainPatientCharacteristics'], identifiers: 'plain' })
  const { header, tags } = readHeader(new Uint8Array(readFileSync(join(out, '000001.dcm'))))
  expect(header).toMatchObject({ sex: 'F', patientId: expect.stringMatching(/^P-/) as string })
  expect(tags().map(({ value }) => value)).toContain('113108')
  expect(rowsOf(join(out, 'index.csv'))[0]).toMatchObject({ file: 'secret-1.dcm', originalSopInstanceUid: '1.2.1' })
})

test('an address of a project that was closed gives nothing of the next one', async () => {
  const addresses = await Promise.all([1, 2, 3].map(async (caseId) => (await bench.call('cases.image', { caseId, frameIndex: 0 })).url))
  const other = join(bench.folder, 'other')
  for (const name of ['a', 'b', 'c']) writeStudy(join(other, `${name}.dcm`), { uid: `1.3.${name.charCodeAt(0)}`, patientId: 'OTHER', seed: 9 })
  await bench.call('project.create', { file: join(bench.folder, 'q.rightreason') })
  await bench.job('import.start', { folder: other })
  for (const url of addresses) await expect(bench.service.bytes(url)).rejects.toMatchObject({ code: 'no-such-case' })
  const { url } = await bench.call('cases.image', { caseId: 1, frameIndex: 0 })
  expect((await bench.service.bytes(url)).body).toHaveLength(400)
  await bench.call('project.open', { file: join(bench.folder, 'p.rightreason') })
  await expect(bench.service.bytes(url)).rejects.toMatchObject({ code: 'no-such-case' })
  expect((await bench.service.bytes(addresses[0]!)).body).toHaveLength(400)
})
