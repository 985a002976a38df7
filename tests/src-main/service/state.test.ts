import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Job } from '../../../src-main/contract/records.ts'
import { createEmitter } from '../../../src-main/service/events.ts'
import { createJobs } from '../../../src-main/service/jobs.ts'
import { createImageCache } from '../../../src-main/service/image-cache.ts'
import { createLog } from '../../../src-main/service/log.ts'
import type { Frame } from '../../../src-main/dicom/frame.ts'
import { percentilesOf } from '../../../src-main/service/image-record.ts'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
let bench: Bench
beforeEach(() => { bench = serviceBench() })
afterEach(() => bench.close())

async function projectWithCases(count = 3): Promise<string> {
  const file = join(bench.folder, 'p.rightreason')
  const studies = join(bench.folder, 'studies')
  mkdirSync(studies, { recursive: true })
  for (let index = 1; index <= count; index++) writeStudy(join(studies, `${index}.dcm`), { uid: `1.2.${index}`, seed: index })
  await bench.call('project.create', { file })
  await bench.job('import.start', { folder: studies })
  return file
}

test('settings survive a restart; what belongs together is kept together', async () => {
  await bench.call('app.settings', { theme: 'light', reader: 'Dr. One' })
  await bench.call('app.settings', { view: { columns: ['file', 'label'] } })
  await bench.restart()
  expect((await bench.call('app.state')).settings).toEqual({ theme: 'light', reader: 'Dr. One', provider: null, view: { columns: ['file', 'label'] } })
})

test('a damaged settings file gives the defaults and is kept aside', async () => {
  await bench.call('app.settings', { theme: 'light' })
  const file = join(bench.platform.configFolder, 'settings.json')
  writeFileSync(file, '{"theme": "li')
  await bench.restart()
  expect((await bench.call('app.state')).settings.theme).toBe('dark')
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe('{"theme": "li')
})

test('the window\'s own settings are bounded', async () => {
  await expect(bench.call('app.settings', { view: { big: 'x'.repeat(70_000) } })).rejects.toMatchObject({ code: 'bad-request' })
  expect((await bench.call('app.state')).settings.view).toEqual({})
})

test('a flag is there after the program was ended and started again, and can be undone then', async () => {
  const file = await projectWithCases()
  await bench.call('app.settings', { reader: 'Dr. One' })
  const flagged = await bench.call('reviews.flag', { caseId: 2, verdict: 'wrong-reason', reasons: ['device'], note: 'tube', region: { kind: 'rectangle', x: 1, y: 2, width: 3, height: 4 } })
  expect(flagged.flag).toMatchObject({ verdict: 'wrong-reason', reader: 'Dr. One', region: { width: 3 } })
  await bench.restart()
  expect(await bench.call('project.open', { file })).toMatchObject({ cases: 3, flagged: 1 })
  expect((await bench.call('cases.get', { caseId: 2 })).flag).toEqual(flagged.flag)
  expect(await bench.call('reviews.undo')).toEqual({ caseId: 2, cases: 1, what: 'flagged right for the wrong reason' })
  expect((await bench.call('cases.get', { caseId: 2 })).flag).toBeNull()
  expect(await bench.call('reviews.redo')).toMatchObject({ caseId: 2 })
})

test('a project is told when it opens, changes and closes', async () => {
  const told: (number | null)[] = []
  bench.service.on('project', (project) => told.push(project && project.flagged))
  await projectWithCases()
  await bench.call('reviews.flag', { caseId: 1, verdict: 'unsure' })
  await bench.call('project.close')
  expect(told.at(0)).toBe(0)
  expect(told.slice(-2)).toEqual([1, null])
})

test('a file that cannot be opened leaves the open project open', async () => {
  const file = await projectWithCases()
  const bad = join(bench.folder, 'bad.rightreason')
  writeFileSync(bad, 'x'.repeat(5000))
  await expect(bench.call('project.open', { file: bad })).rejects.toMatchObject({ code: 'not-a-project' })
  await expect(bench.call('project.create', { file: bad })).rejects.toMatchObject({ code: 'file-unwritable' })
  expect((await bench.call('app.state')).project?.file).toBe(file)
  const second = serviceBench()
  await expect(second.call('project.open', { file })).rejects.toMatchObject({ code: 'project-locked' })
  await second.close()
})

test('recent projects come newest first and say when one is gone', async () => {
  const file = await projectWithCases()
  await bench.call('project.create', { file: join(bench.folder, 'q.rightreason') })
  await bench.call('project.close')
  await bench.restart()
  expect((await bench.call('project.recent')).map(({ name, exists }) => [name, exists])).toEqual([['q', true], ['p', true]])
  expect(existsSync(file)).toBe(true)
})

test('the list of a folder shows folders first, files of the wanted kinds, and ways to other places', async () => {
  mkdirSync(join(bench.folder, 'list', 'Zeta'), { recursive: true })
  for (const name of ['b.ONNX', 'a.onnx', 'c.txt', '.hidden.onnx']) writeFileSync(join(bench.folder, 'list', name), '12345')
  const listing = await bench.call('files.list', { path: join(bench.folder, 'list'), extensions: ['onnx'] })
  expect(listing.entries.map(({ name, isFolder, bytes }) => [name, isFolder, bytes])).toEqual([['Zeta', true, null], ['a.onnx', false, 5], ['b.ONNX', false, 5]])
  expect(listing.parent).toBe(bench.folder)
  expect(listing.shortcuts.map(({ name }) => name)).toEqual(expect.arrayContaining(['Home', 'Projects', 'Demo data']))
})

test('a caller that went away gets cancelled, and the service goes on', async () => {
  await projectWithCases()
  const control = new AbortController()
  control.abort()
  await expect(bench.call('cases.get', { caseId: 1 }, { signal: control.signal })).rejects.toMatchObject({ code: 'cancelled' })
  expect(await bench.call('cases.get', { caseId: 1 })).toMatchObject({ id: 1 })
})

test('an address that no record has is a bad request; one of a case that is not there says so', async () => {
  await projectWithCases()
  for (const url of ['bytes/secret', 'bytes/image/1', 'bytes/image/../../etc/passwd', 'bytes/map/x']) await expect(bench.service.bytes(url)).rejects.toMatchObject({ code: 'bad-request' })
  for (const url of ['bytes/image/99/0', 'bytes/map/99', 'bytes/input/00000000-0000-4000-8000-000000000000', 'bytes/image/1/0', 'bytes/image/1/0?v=1']) await expect(bench.service.bytes(url)).rejects.toMatchObject({ code: 'no-such-case' })
  const { url } = await bench.call('cases.image', { caseId: 1, frameIndex: 0 })
  expect((await bench.service.bytes(`/${url}`)).body).toHaveLength(400)
})

test('a job that throws fails with its code, counts its failed items and frees its kind', async () => {
  const emitter = createEmitter()
  const jobs = createJobs(emitter, createLog(folder))
  const states: Job['state'][] = []
  emitter.on('job', (job) => states.push(job.state))
  emitter.on('job', () => { throw new Error('a listener of poor manners') })
  const failing = jobs.start('run', 'fails', async ({ itemFailed }) => {
    itemFailed()
    throw new ReviewError('disk-full', 'full')
  })
  expect(() => jobs.start('run', 'second', async () => undefined)).toThrow(expect.objectContaining({ code: 'busy' }))
  await expect(failing.ended).rejects.toMatchObject({ code: 'disk-full' })
  expect(jobs.list()).toMatchObject([{ state: 'failed', itemErrors: 1, error: { code: 'disk-full' } }])
  expect(states.at(-1)).toBe('failed')
  const cancelled = jobs.start('run', 'waits', ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('partly'))))
  await new Promise((resolve) => setImmediate(resolve))
  jobs.cancel(cancelled.job.id)
  expect(await cancelled.ended).toBe('partly')
  expect(jobs.list().at(-1)).toMatchObject({ state: 'cancelled', result: 'partly' })
  expect(() => jobs.cancel('none')).toThrow(expect.objectContaining({ code: 'bad-request' }))
})

test('decoded images stay within their bytes, the oldest go first, and a failure is not kept', async () => {
  const cache = createImageCache(250)
  const frame = (bytes: number) => ({ stored: new Uint8Array(bytes) }) as unknown as Frame
  let decoded = 0
  const get = (key: string) => cache.get(key, async () => { decoded++; return frame(100) })
  await get('a')
  await get('b')
  await get('a')
  await get('c')
  expect(['a', 'b', 'c'].map((key) => cache.has(key))).toEqual([true, false, true])
  expect(decoded).toBe(3)
  await expect(cache.get('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(cache.has('bad')).toBe(false)
})

test('percentiles leave padding out and follow a falling modality line', () => {
  const stored = Int16Array.from([-2000, -2000, -100, 0, 100, 200, 300])
  const pipeline = { modality: { kind: 'linear', slope: -2, intercept: 10 }, unit: '', windows: [], luts: [], inverse: false, padding: { low: -2000, high: -2000 }, storedRange: { low: -100, high: 300 } } as const
  expect(percentilesOf(stored, pipeline)).toEqual({ p1: -590, p5: -590, p50: -190, p95: 210, p99: 210 })
  expect(percentilesOf(Int16Array.from([-2000]), pipeline)).toBeNull()
})
