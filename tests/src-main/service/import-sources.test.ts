import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { ImportReport } from '../../../src-main/contract/records.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'
import { zipFile } from '../../fixtures/zip-file.ts'

let bench: Bench
let studies: string
beforeEach(async () => {
  bench = serviceBench()
  studies = join(bench.folder, 'studies')
  mkdirSync(studies)
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
})
afterEach(() => bench.close())

const imported = async (input: { folder: string; also?: string[]; images?: boolean }) => {
  const job = await bench.job('import.start', input)
  expect(job).toMatchObject({ state: 'done', error: null })
  return job.result as ImportReport
}

test('a zip file is imported like a folder, its cases open, and the same file twice adds nothing twice', async () => {
  const bytes = readFileSync(writeStudy(join(studies, 'a.dcm'), { uid: '1.2.1' }))
  const zip = join(bench.folder, 'studies.zip')
  writeFileSync(zip, zipFile([{ name: 'x/a.dcm', bytes }, { name: '../b.dcm', bytes }, { name: 'notes.txt', bytes: Buffer.from('n') }]))
  expect(await imported({ folder: zip })).toMatchObject({ folder: zip, found: 2, added: 1, notDicomCount: 1, notDicom: ['notes.txt'], problems: [{ file: '../b.dcm', error: { code: 'archive-refused' } }] })
  expect(await imported({ folder: zip })).toMatchObject({ added: 0, known: 1 })
  const { rows: [row] } = await bench.call('cases.page')
  expect(row).toMatchObject({ file: 'x/a.dcm', sopInstanceUid: '1.2.1' })
  expect(await bench.call('cases.image', { caseId: row!.id })).toMatchObject({ rows: 20, columns: 20 })
  expect(await imported({ folder: studies })).toMatchObject({ added: 0, known: 1 })
})

test('pictures are left out unless they are asked for, then they are marked and have an identity of their own', async () => {
  const data = Uint16Array.from({ length: 100 }, (_, at) => at * 600)
  writeFileSync(join(studies, 'a.png'), encode({ width: 10, height: 10, depth: 16, channels: 1, data }))
  copyFileSync(join(studies, 'a.png'), join(studies, 'copy.png'))
  writeFileSync(join(studies, 'turned.png'), encode({ width: 20, height: 5, depth: 16, channels: 1, data }))
  writeFileSync(join(studies, 'cut.png'), readFileSync(join(studies, 'a.png')).subarray(0, 60))
  expect(await imported({ folder: studies })).toMatchObject({ added: 0, notDicomCount: 4 })
  expect(await imported({ folder: studies, images: true })).toMatchObject({ added: 3, known: 1, unreadable: 1, notDicomCount: 0, problems: [{ file: 'cut.png', error: { code: 'pixel-data-damaged' } }] })
  expect(await imported({ folder: studies, images: true })).toMatchObject({ added: 0 })
  const { rows: [row] } = await bench.call('cases.page', { filter: { text: 'a.png' } })
  expect(row).toMatchObject({ file: 'a.png', rows: 10, columns: 10, modality: '', sopInstanceUid: expect.stringMatching(/^2\.25\.\d{37,39}$/) as string })
  const image = await bench.call('cases.image', { caseId: row!.id })
  expect(image).toMatchObject({ storedType: 'uint16', grayscale: { windows: [] }, spacing: { source: 'none' }, notices: [{ code: 'not-dicom-image' }] })
  expect(new Uint16Array((await bench.service.bytes(image.url)).body.slice().buffer)).toEqual(data)
  expect(await bench.call('cases.header', { caseId: row!.id })).toEqual([])
  expect((await bench.call('cases.get', { caseId: row!.id })).notices).toMatchObject([{ code: 'not-dicom-image' }])
})

test('files, folders and archives that were dropped together are one import; one that is gone is told', async () => {
  const a = writeStudy(join(studies, 'a.dcm'), { uid: '1.2.1' })
  const b = writeStudy(join(studies, 'b.dcm'), { uid: '1.2.2' })
  writeStudy(join(studies, 'not-dropped.dcm'), { uid: '1.2.3' })
  const folder = join(bench.folder, 'more')
  writeStudy(join(folder, 'c.dcm'), { uid: '1.2.4' })
  const gone = join(studies, 'gone')
  expect(await imported({ folder: a, also: [folder, b, gone] })).toMatchObject({ found: 3, added: 3, problems: [{ file: gone, error: { code: 'file-not-found' } }] })
})
