import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { mortalHost, tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier, TINY_LAYER } from '../../fixtures/onnx/tiny-classifier.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

const CASES = 6
const GRADCAM = { method: 'gradcam' }
const profile = tinyProfile({ output: { classes: ['a', 'b', 'c'] } })
let bench: Bench
let here: string
let model: string
let tests = 0

/** A project of its own in a folder of its own; the compute process is the same. */
async function prepare() {
  here = join(bench.folder, `test-${++tests}`)
  mkdirSync(join(here, 'studies'), { recursive: true })
  for (let index = 1; index <= CASES; index++) writeStudy(join(here, 'studies', `${index}.dcm`), { uid: `1.2.${index}`, seed: index })
  model = join(here, 'tiny.onnx')
  writeFileSync(model, tinyClassifier())
  await bench.call('project.create', { file: join(here, 'p.rightreason') })
  await bench.job('import.start', { folder: join(here, 'studies') })
  await bench.call('model.use', { file: model, profile })
}
beforeAll(() => { bench = serviceBench() })
beforeEach(prepare)
afterAll(() => bench.close())

test('a run gives every case scores and a map, and a second one finds nothing to do', async () => {
  const told = new Set<number>()
  const stop = bench.service.on('cases', ({ caseIds }) => caseIds?.forEach((id) => told.add(id)))
  expect(await bench.job('run.start', { attribution: GRADCAM })).toMatchObject({ state: 'done', done: CASES, total: CASES, itemErrors: 0 })
  stop()
  expect(told.size).toBe(CASES)
  const { rows } = await bench.call('cases.page')
  for (const row of rows) {
    const { probabilities } = await bench.call('cases.get', { caseId: row.id })
    expect(row.predictedClass).toBe(probabilities!.indexOf(Math.max(...probabilities!)))
    expect(row.confidence).toBeCloseTo(Math.max(...probabilities!), 6)
  }
  expect(await bench.job('run.start', { attribution: GRADCAM })).toMatchObject({ state: 'done', total: 0 })
  expect(await bench.call('attribution.range', { request: GRADCAM })).toMatchObject({ maps: CASES })
  expect(await bench.call('export.count')).toEqual({ cases: CASES, flagged: 0, maps: CASES })
})

test('a map that was computed once is read from the project, by the default layer or by its name', async () => {
  const first = await bench.call('attribution.get', { caseId: 2, request: GRADCAM })
  expect(first).toMatchObject({ method: 'gradcam', layer: TINY_LAYER, grid: [8, 8], signed: false, caveat: 'Grad-CAM, 8×8 cells, interpolated; not a segmentation' })
  const again = await bench.call('attribution.get', { caseId: 2, request: { ...GRADCAM, layer: TINY_LAYER } })
  expect(again).toEqual(first)
  const { body } = await bench.service.bytes(first.url)
  const values = new Float32Array(body.slice().buffer)
  expect(values).toHaveLength(64)
  expect(Math.max(...values)).toBeCloseTo(first.max, 6)
  expect(first.noPositiveEvidence).toBe(first.max <= 0)
  expect((await bench.call('cases.get', { caseId: 2 })).outcome).toBe('unlabelled')
})

test('the address of a map still holds after a run over all cases made the same map once more', async () => {
  const cases = Array.from({ length: CASES }, (_, index) => index + 1)
  const [maps] = await Promise.all([
    Promise.all(cases.map((caseId) => bench.call('attribution.get', { caseId, request: GRADCAM }))),
    bench.job('run.start', { attribution: GRADCAM }),
  ])
  for (const { url } of maps) expect((await bench.service.bytes(url)).body.byteLength).toBe(64 * 4)
})

test('another class has a map of its own, and an unknown class, layer or method is refused', async () => {
  const maps = await Promise.all([0, 1, 2].map((classIndex) => bench.call('attribution.get', { caseId: 1, request: { ...GRADCAM, classIndex } })))
  expect(maps.map(({ className }) => className)).toEqual(['a', 'b', 'c'])
  expect(new Set(maps.map(({ id }) => id)).size).toBe(3)
  const refused = (request: object) => bench.call('attribution.get', { caseId: 1, request })
  await expect(refused({ ...GRADCAM, classIndex: 3 })).rejects.toMatchObject({ code: 'no-such-class' })
  await expect(refused({ ...GRADCAM, layer: 'none' })).rejects.toMatchObject({ code: 'no-such-layer' })
  await expect(refused({ method: 'palmistry' })).rejects.toMatchObject({ code: 'unknown-method' })
  await expect(refused({ ...GRADCAM, parameters: { steps: 3 } })).rejects.toMatchObject({ code: 'bad-parameter' })
  await expect(refused({ ...GRADCAM, classIndex: 'label' })).rejects.toMatchObject({ code: 'not-ready' })
})

test('the stored values of an image are those of its file', async () => {
  const record = await bench.call('cases.image', { caseId: 3 })
  expect(record).toMatchObject({ rows: 20, columns: 20, samples: 1, storedType: 'uint8', frameCount: 1 })
  const { body } = await bench.service.bytes(record.url)
  expect(body).toHaveLength(400)
  const sorted = [...body].sort((a, b) => a - b)
  expect(record.percentiles).toEqual({ p1: sorted[3], p5: sorted[19], p50: sorted[199], p95: sorted[379], p99: sorted[395] })
})

test('the input tensor is that of the profile in hand', async () => {
  const own = await bench.call('model.input', { caseId: 1 })
  expect(own).toMatchObject({ width: 16, height: 16, channels: 3, layout: 'NCHW' })
  const doubled = await bench.call('model.input', { caseId: 1, profile: { ...profile, values: { ...profile.values, scale: profile.values.scale * 2 } } })
  expect(doubled.max).toBeCloseTo(own.max * 2, 4)
  expect((await bench.service.bytes(doubled.url)).body).toHaveLength(3 * 16 * 16 * 4)
})

test('what is prefetched is there when it is asked for', async () => {
  const ready = new Promise<void>((resolve) => {
    const stop = bench.service.on('cases', ({ caseIds }) => {
      if (!caseIds?.includes(5)) return
      stop()
      resolve()
    })
  })
  await bench.call('attribution.prefetch', { caseIds: [4, 5], request: GRADCAM })
  await ready
  rmSync(model)
  expect(await bench.call('attribution.get', { caseId: 4, request: GRADCAM })).toMatchObject({ caseId: 4 })
})

test('a damaged image fails on its case, and the run goes on', async () => {
  truncateSync(join(here, 'studies', '2.dcm'), 600)
  const job = await bench.job('run.start', { attribution: GRADCAM })
  expect(job).toMatchObject({ state: 'done', done: CASES, itemErrors: 1 })
  const detail = await bench.call('cases.get', { caseId: 2 })
  expect(detail.outcome).toBe('not-run')
  expect(detail.runError?.code).toMatch(/truncated|damaged/)
  const { rows } = await bench.call('cases.page')
  expect(rows.map(({ id, runError }) => runError && id).filter(Boolean)).toEqual([2])
  await expect(bench.call('attribution.get', { caseId: 2, request: GRADCAM })).rejects.toMatchObject({ code: detail.runError!.code })
})

test('a cancelled run keeps what it has and goes on from there', async () => {
  const stop = bench.service.on('job', (job) => { if (job.kind === 'run' && job.done >= 1 && job.state === 'running') void bench.call('jobs.cancel', { id: job.id }) })
  const first = await bench.job('run.start', { attribution: GRADCAM })
  stop()
  expect(['cancelled', 'done']).toContain(first.state)
  const second = await bench.job('run.start', { attribution: GRADCAM })
  expect(second.state).toBe('done')
  expect((await bench.call('project.summary')).byOutcome['not-run']).toBe(0)
})

test('another model shows nothing of the first, and the first comes back with its scores', async () => {
  await bench.job('run.start', { attribution: null })
  const other = join(here, 'other.onnx')
  writeFileSync(other, tinyClassifier({ classes: 2 }))
  const { scored } = await bench.call('model.use', { file: other, profile: tinyProfile() })
  expect(scored).toBe(0)
  expect((await bench.call('cases.get', { caseId: 1 })).logits).toBeNull()
  expect((await bench.call('model.use', { file: model, profile })).scored).toBe(CASES)
})

test('a model that does not fit leaves the project\'s model in use and working', async () => {
  const damaged = join(here, 'damaged.onnx')
  writeFileSync(damaged, 'no model')
  await expect(bench.call('model.use', { file: damaged, profile })).rejects.toMatchObject({ code: expect.stringMatching(/onnx/) as string })
  await expect(bench.call('model.use', { file: model, profile: tinyProfile({ input: { width: 99 } }) })).rejects.toMatchObject({ code: 'profile-mismatch' })
  expect(await bench.call('attribution.get', { caseId: 1, request: GRADCAM })).toMatchObject({ caseId: 1 })
})

test('a model that is gone leaves the results and refuses new ones in words', async () => {
  await bench.job('run.start', { filter: { conditions: [{ column: 'id', op: 'is', value: 1 }] }, attribution: GRADCAM })
  const file = join(here, 'p.rightreason')
  await bench.restart()
  rmSync(model)
  expect((await bench.call('project.open', { file })).model).toMatchObject({ name: 'tiny.onnx', missing: true })
  expect(await bench.call('attribution.get', { caseId: 1, request: GRADCAM })).toMatchObject({ caseId: 1 })
  await expect(bench.call('attribution.get', { caseId: 2, request: GRADCAM })).rejects.toMatchObject({ code: 'file-not-found' })
  expect(await bench.job('run.start', { attribution: GRADCAM })).toMatchObject({ state: 'failed', error: { code: 'file-not-found' } })
  writeFileSync(model, tinyClassifier({ classes: 2 }))
  await expect(bench.call('attribution.get', { caseId: 2, request: GRADCAM })).rejects.toMatchObject({ code: expect.stringMatching(/not-ready|profile-mismatch/) as string })
})

test('labels, outcome and summary follow from the run', async () => {
  await bench.job('run.start', { attribution: null })
  const { rows } = await bench.call('cases.page')
  const labels = join(here, 'labels.csv')
  writeFileSync(labels, `file,label\n${rows.map(({ file, predictedClass }, index) => `${file},${'abc'[(predictedClass! + (index === 0 ? 1 : 0)) % 3]}`).join('\n')}\n`)
  const { guess } = await bench.call('labels.preview', { file: labels })
  await bench.call('labels.apply', { file: labels, mapping: guess })
  expect(await bench.call('project.summary')).toMatchObject({ byOutcome: { correct: CASES - 1, incorrect: 1 }, accuracy: { count: CASES - 1, of: CASES } })
})

test('a compute process that dies during a case costs a retry, is told on the case and the run goes on', async () => {
  await bench.close()
  bench = serviceBench({ computeHost: mortalHost((items) => items.some(({ path }) => path.endsWith('3.dcm'))) })
  await prepare()
  const job = await bench.job('run.start', { attribution: GRADCAM })
  expect(job).toMatchObject({ state: 'done', done: CASES, itemErrors: 1 })
  expect(await bench.call('cases.get', { caseId: 3 })).toMatchObject({ runError: { code: 'compute-crashed' }, crashes: 2 })
  expect((await bench.call('project.summary')).byOutcome['not-run']).toBe(1)
})
