import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FaithfulnessReport, RandomisationReport } from '../../../src-main/contract/evidence.ts'
import type { Job } from '../../../src-main/contract/records.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { serviceBench, type Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

let bench: Bench
const attribution = { method: 'gradcam' }

beforeAll(async () => {
  bench = serviceBench()
  const studies = join(bench.folder, 'studies')
  mkdirSync(studies)
  for (let index = 1; index <= 6; index++) writeStudy(join(studies, `${index}.dcm`), { uid: `1.2.${index}`, seed: index })
  writeFileSync(join(studies, 'broken.dcm'), Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]))
  writeFileSync(join(bench.folder, 'tiny.onnx'), tinyClassifier({ blocks: 1 }))
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
  await bench.job('import.start', { folder: studies })
  await bench.call('model.use', { file: join(bench.folder, 'tiny.onnx'), profile: tinyProfile({ output: { classes: ['a', 'b', 'c'] } }) })
})
afterAll(() => bench.close())

const reports = (job: Job) => job.result as readonly FaithfulnessReport[]

test('the same seed draws the same readable cases and gives the same numbers, whether a map was computed before or not', async () => {
  const request = { attribution, metrics: ['deletion', 'sensitivity-n'], sample: 3, seed: 9 }
  const [first] = [reports(await bench.job('evidence.faithfulness', request))]
  await bench.job('run.start', { attribution })
  const second = reports(await bench.job('evidence.faithfulness', request))
  expect(first.map(({ metric }) => metric.id)).toEqual(['deletion', 'sensitivity-n'])
  expect(second).toEqual(first)
  expect(first[0].cases).toHaveLength(3)
  expect(first[0].better).toMatchObject({ of: 3 })
})

test("relevance is measured in the region that was flagged, or in the one that is given, and a case without one says so", async () => {
  await bench.call('reviews.flag', { caseId: 1, verdict: 'wrong-reason', region: { kind: 'rectangle', x: 0, y: 0, width: 20, height: 20 } })
  const metrics = ['relevance-mass']
  const [flagged] = reports(await bench.job('evidence.faithfulness', { attribution, metrics, caseIds: [1, 2] }))
  expect(flagged.cases.map(({ value }) => value)).toEqual([expect.closeTo(1, 9), null])
  expect(flagged.cases[1].note).toContain('no region')
  const [given] = reports(await bench.job('evidence.faithfulness', { attribution, metrics, caseIds: [1, 2], region: { kind: 'rectangle', x: 0, y: 0, width: 10, height: 20 } }))
  for (const { value, details } of given.cases) {
    expect(details.regionShare).toBeCloseTo(0.5, 9)
    expect(value!).toBeGreaterThan(0)
    expect(value!).toBeLessThan(1)
  }
})

test('what is asked wrongly is refused before anything runs', async () => {
  const refused = async (input: object) => (await bench.call('evidence.faithfulness', { attribution, metrics: ['deletion'], ...input }).then(() => null, (error: { code: string }) => error))?.code
  expect(await refused({ metrics: ['auc'] })).toBe('bad-parameter')
  expect(await refused({ parameters: { deletion: { steps: 1 } } })).toBe('bad-parameter')
  expect(await refused({ caseIds: [1, 99] })).toBe('no-such-case')
  expect(await refused({ filter: { text: 'nobody has this' } })).toBe('bad-filter')
  expect(await refused({ attribution: { method: 'gradcam', layer: 'none' } })).toBe('no-such-layer')
})

test('a case that cannot be read fails by itself, with its reason', async () => {
  const { rows } = await bench.call('cases.page', { filter: { conditions: [{ column: 'status', op: 'is', value: 'unreadable' }] } })
  const job = await bench.job('evidence.faithfulness', { attribution, metrics: ['insertion'], caseIds: [1, rows[0].id] })
  expect(job).toMatchObject({ state: 'done', itemErrors: 1 })
  const [report] = reports(job)
  expect(report.cases).toHaveLength(1)
  expect(report.failed).toEqual([{ caseId: rows[0].id, file: 'broken.dcm', error: expect.objectContaining({ code: rows[0].error!.code }) as unknown }])
})

test('a cancelled measurement ends at once and the compute process goes on', async () => {
  const { restarts } = (await bench.call('app.state')).compute
  const ended = new Promise<Job>((resolve) => {
    const stop = bench.service.on('job', (job) => {
      if (job.state === 'running' && job.done > 0) void bench.call('jobs.cancel', { id: job.id })
      if (job.state === 'running') return
      stop()
      resolve(job)
    })
  })
  await bench.call('evidence.faithfulness', { attribution, metrics: ['deletion'], caseIds: [1], parameters: { deletion: { steps: 64, draws: 1000, cells: 8 } } })
  expect(await ended).toMatchObject({ state: 'cancelled', result: null })
  expect(await bench.call('attribution.get', { caseId: 2, request: { method: 'hirescam' } })).toMatchObject({ caseId: 2 })
  expect((await bench.call('app.state')).compute.restarts).toBe(restarts)
})

test('weights are made random from the scores down, and the maps of random models are told apart from the trained one', async () => {
  const job = await bench.job('evidence.randomisation', { attribution, sample: 4, draws: 2, points: 8 })
  const report = job.result as RandomisationReport
  expect(report.layers).toBe(4)
  expect(report.points.map(({ depth, layer }) => [depth, layer])).toEqual([[1, 'logits'], [2, 'conv_last'], [3, 'conv_mid0'], [4, 'conv_first']])
  for (const { spearman, maps, flat } of report.points) {
    expect(spearman.of).toBe(4)
    expect(maps).toBe(8)
    expect(flat).toBeLessThanOrEqual(maps)
    expect(Math.abs(spearman.mean)).toBeLessThan(0.999)
  }
  expect(Math.abs(report.control.spearman.mean)).toBeLessThan(0.2)
  expect(report.words).toContain('over 4 cases and 2 random models')
})

test('a map that does not use the class stays as it was with the last layer random, and that is said', async () => {
  const job = await bench.job('evidence.randomisation', { attribution: { method: 'eigencam' }, sample: 2, draws: 1, points: 8 })
  const { points, words } = job.result as RandomisationReport
  expect(points[0].spearman.mean).toBeCloseTo(1, 6)
  expect(words).toContain('does not tell which class')
})
