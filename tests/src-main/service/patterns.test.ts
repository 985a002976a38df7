import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClustersReport } from '../../../src-main/contract/patterns.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { mortalPatterns } from '../../fixtures/patterns/mortal-patterns.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

const CASES = 6
/** set by a test: when the process of patterns is killed */
let isFatal = (): boolean => false
let bench: Bench

beforeAll(async () => {
  bench = serviceBench({ computeHost: mortalPatterns(() => isFatal()) })
  const studies = join(bench.folder, 'studies')
  mkdirSync(studies)
  for (let index = 1; index <= CASES; index++) writeStudy(join(studies, `${index}.dcm`), { uid: `1.2.${index}`, seed: index })
  writeFileSync(join(bench.folder, 'tiny.onnx'), tinyClassifier())
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
  await bench.job('import.start', { folder: studies })
  await bench.call('model.use', { file: join(bench.folder, 'tiny.onnx'), profile: tinyProfile({ output: { classes: ['a', 'b', 'c'] } }) })
})
afterAll(() => bench.close())

test('features are refused while there are none, then found by a run that asks for them', async () => {
  await bench.job('run.start', { attribution: null })
  await expect(bench.call('patterns.similar', { caseId: 1, of: 'features', attribution: {} })).rejects.toMatchObject({ code: 'not-ready' })
  expect((await bench.job('run.start', { attribution: null, features: true })).result).toMatchObject({ cases: CASES, failed: 0 })
  expect((await bench.job('run.start', { attribution: null, features: true })).result).toMatchObject({ cases: 0 })
  const { cases } = await bench.call('patterns.similar', { caseId: 1, of: 'features', attribution: {}, top: 3 })
  expect(cases).toHaveLength(3)
  expect(cases[0].cosine).toBeGreaterThanOrEqual(cases[2].cosine)
})

test("clusters are kept, their points are bytes, and a column colours them in the points' order", async () => {
  const request = { of: 'features', attribution: {}, clusters: 2 } as const
  const { id, url, cases } = (await bench.job('patterns.clusters', request)).result as ClustersReport
  expect(cases).toBe(CASES)
  const { body } = await bench.service.bytes(url)
  expect(body.byteLength).toBe(16 * CASES)
  expect([...new Int32Array(body.slice().buffer).subarray(0, CASES)]).toEqual([1, 2, 3, 4, 5, 6])
  expect(await bench.call('patterns.values', { id, column: 'modality' })).toEqual({ kind: 'levels', levels: ['CR'], codes: Array(CASES).fill(0) })
  expect(await bench.call('patterns.values', { id, column: 'rows' })).toMatchObject({ kind: 'numbers' })
  expect(((await bench.job('patterns.clusters', request)).result as ClustersReport).id).toBe(id)
  expect(await bench.call('patterns.report', { id })).toMatchObject({ id, url })
})

test('a process that is killed fails the job in plain words; reports and flags of before are there, and the same request works again', async () => {
  await bench.call('reviews.flag', { caseId: 2, verdict: 'wrong-reason' })
  await bench.job('run.start', { attribution: null, features: true })
  await bench.job('patterns.clusters', { of: 'features', attribution: {}, clusters: 2 })
  const kept = await bench.call('patterns.kept')
  expect(kept).not.toHaveLength(0)
  const request = { of: 'features', attribution: {}, clusters: 3 } as const
  isFatal = () => true
  const failed = await bench.job('patterns.clusters', request)
  isFatal = () => false
  expect(failed).toMatchObject({ state: 'failed', result: null, error: { code: 'compute-crashed', message: expect.stringMatching(/ended by itself.*fewer cases/) as string } })
  expect(await bench.call('patterns.kept')).toEqual(kept)
  expect((await bench.job('patterns.clusters', request)).result).toMatchObject({ cases: CASES, chosen: 'request' })
  expect((await bench.call('patterns.subgroups', { by: { columns: ['modality'] } })).overall.flagged).toMatchObject({ count: 1, of: CASES })
})

test('a job that is cancelled keeps no report, and leaves room for the next', async () => {
  const kept = await bench.call('patterns.kept')
  const { id } = await bench.call('patterns.clusters', { of: 'features', attribution: {}, clusters: 4 })
  await bench.call('jobs.cancel', { id })
  await expect.poll(async () => (await bench.call('jobs.list')).find((job) => job.id === id)?.state).toBe('cancelled')
  expect(await bench.call('patterns.kept')).toEqual(kept)
  expect((await bench.job('patterns.clusters', { of: 'features', attribution: {}, clusters: 4 })).state).toBe('done')
})
