import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { ImportReport } from '../../../src-main/contract/records.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

let bench: Bench
let studies: string
beforeEach(async () => {
  bench = serviceBench()
  studies = join(bench.folder, 'studies')
  mkdirSync(studies)
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
})
afterEach(() => bench.close())

const imported = async (folder = studies) => {
  const job = await bench.job('import.start', { folder })
  expect(job).toMatchObject({ state: 'done', error: null })
  return job.result as ImportReport
}

test('a folder is taken in with its folders below, and what is no DICOM is listed', async () => {
  writeStudy(join(studies, 'a/b/c/deep.dcm'), { uid: '1.2.1', patientId: 'P1', accession: 'A1', sex: 'F' })
  writeStudy(join(studies, 'no-extension'), { uid: '1.2.2' })
  writeFileSync(join(studies, 'notes.txt'), 'nothing')
  writeFileSync(join(studies, 'a', 'empty.dcm'), '')
  expect(await imported()).toMatchObject({ found: 4, added: 2, known: 0, unreadable: 0, notDicomCount: 2, notDicom: ['a/empty.dcm', 'notes.txt'] })
  const { rows } = await bench.call('cases.page', { sort: { column: 'file' } })
  expect(rows).toMatchObject([{ file: 'a/b/c/deep.dcm', sopInstanceUid: '1.2.1', patientId: 'P1', accession: 'A1', sex: 'F', modality: 'CR', rows: 20 }, { file: 'no-extension' }])
})

test('the same folder twice adds nothing twice, nor does the folder above it', async () => {
  writeStudy(join(studies, 'a/1.dcm'), { uid: '1.2.1' })
  writeStudy(join(studies, 'a/2.dcm'), { uid: '1.2.2' })
  await imported()
  expect(await imported()).toMatchObject({ added: 0, known: 2 })
  expect(await imported(bench.folder)).toMatchObject({ added: 0, known: 2 })
  writeStudy(join(studies, 'b/3.dcm'), { uid: '1.2.3' })
  expect(await imported()).toMatchObject({ added: 1, known: 2 })
})

test('links that lead in a circle are followed once', async () => {
  writeStudy(join(studies, 'a/1.dcm'), { uid: '1.2.1' })
  symlinkSync(studies, join(studies, 'a/up'))
  symlinkSync(join(studies, 'nowhere'), join(studies, 'a/broken'))
  expect(await imported()).toMatchObject({ found: 1, added: 1 })
})

test('truncated, empty of pixels and multi-frame files are told on the case, and the rest goes on', async () => {
  writeStudy(join(studies, 'good.dcm'), { uid: '1.2.1' })
  truncateSync(writeStudy(join(studies, 'cut.dcm'), { uid: '1.2.2' }), 200)
  writeStudy(join(studies, 'report.dcm'), { uid: '1.2.3', image: { pixels: null } })
  writeStudy(join(studies, 'frames.dcm'), { uid: '1.2.4', image: { frames: 2, pixels: new Uint8Array(800) } })
  const report = await imported()
  expect(report).toMatchObject({ found: 4, added: 4, unreadable: 2 })
  const errors = Object.fromEntries(report.problems.map(({ file, error }) => [file, error.code]))
  expect(errors['report.dcm']).toBe('no-pixels')
  expect(errors['cut.dcm']).toMatch(/^dicom-(truncated|damaged)$/)
  const { rows } = await bench.call('cases.page', { filter: { conditions: [{ column: 'status', op: 'is', value: 'unreadable' }] } })
  expect(rows.map(({ file, error }) => [file, error?.code])).toEqual([['cut.dcm', errors['cut.dcm']], ['report.dcm', 'no-pixels']])
  const frames = (await bench.call('cases.page', { filter: { text: 'frames.dcm' } })).rows[0]!
  expect((await bench.call('cases.get', { caseId: frames.id })).notices).toMatchObject([{ code: 'multi-frame' }])
  expect((await bench.call('cases.image', { caseId: frames.id, frameIndex: 1 })).frameCount).toBe(2)
  await expect(bench.call('cases.image', { caseId: frames.id, frameIndex: 2 })).rejects.toMatchObject({ code: 'no-such-frame' })
  await expect(bench.call('cases.image', { caseId: rows[1]!.id })).rejects.toMatchObject({ code: 'no-pixels' })
})

test('a cancelled import keeps what it has and goes on from there', async () => {
  for (let index = 0; index < 400; index++) writeStudy(join(studies, `${index}.dcm`), { uid: `1.2.${index}`, image: { rows: 2, columns: 2, pixels: new Uint8Array(4) } })
  let id = ''
  const stops = [bench.service.on('job', (job) => { id = job.id }), bench.service.on('cases', () => { void bench.call('jobs.cancel', { id }) })]
  const first = await bench.job('import.start', { folder: studies })
  stops.forEach((stop) => stop())
  const report = first.result as ImportReport
  expect(first.state).toBe('cancelled')
  expect(report).toMatchObject({ cancelled: true, found: 400 })
  expect(report.added).toBeGreaterThan(0)
  expect(report.added).toBeLessThan(400)
  const second = await imported()
  expect(second).toMatchObject({ known: report.added, added: 400 - report.added, cancelled: false })
})

test('a file that was written anew is read anew', async () => {
  const file = writeStudy(join(studies, 'a.dcm'), { uid: '1.2.1', sex: 'F' })
  await imported()
  writeStudy(file, { uid: '1.2.1', sex: 'M' })
  utimesSync(file, new Date(2030, 1, 1), new Date(2030, 1, 1))
  await imported()
  expect((await bench.call('cases.page')).rows).toMatchObject([{ sex: 'M' }])
})

test('a folder that is not there fails with its name, and two imports at a time are refused', async () => {
  expect(await bench.job('import.start', { folder: join(bench.folder, 'gone') })).toMatchObject({ state: 'failed', error: { code: 'file-not-found' } })
  writeStudy(join(studies, '1.dcm'), { uid: '1.2.1' })
  const first = bench.job('import.start', { folder: studies })
  await expect(bench.call('import.start', { folder: studies })).rejects.toMatchObject({ code: 'busy' })
  await first
})

test('nothing of a patient stands in the program\'s log', async () => {
  writeStudy(join(studies, 'SMITH^JANE.dcm'), { uid: '1.2.1', patientId: 'SECRET77' })
  truncateSync(writeStudy(join(studies, 'SMITH^cut.dcm'), { uid: '1.2.2', patientId: 'SECRET77' }), 300)
  await imported()
  rmSync(join(studies, 'SMITH^JANE.dcm'))
  await expect(bench.call('cases.image', { caseId: 1 })).rejects.toMatchObject({ code: expect.stringMatching(/file-not-found|dicom|pixel/) as string })
  await expect(bench.call('cases.image', { caseId: 2 })).rejects.toThrow()
  await expect(bench.call('labels.preview', { file: join(studies, 'SMITH.csv') })).rejects.toThrow()
  const log = readFileSync(join(bench.platform.configFolder, 'log.txt'), 'utf8')
  expect(log).toContain('cases.image')
  expect(log).not.toMatch(/SMITH|SECRET77/)
})
