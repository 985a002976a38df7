import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { CaseEvidence, SuspectReport } from '../../../src-main/contract/causal.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { serviceBench, type Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

const CASES = 6
/** a busy machine takes that long to start the model's process and two projects */
const PATIENCE = 120_000
const profile = tinyProfile({ output: { classes: ['a', 'b', 'c'] } })
let bench: Bench
beforeAll(() => { bench = serviceBench() })
afterAll(() => bench.close())

/** A project of the same studies under the same model, in a folder of its own. */
async function project(name: string): Promise<void> {
  const here = join(bench.folder, name)
  mkdirSync(join(here, 'studies'), { recursive: true })
  for (let index = 1; index <= CASES; index++) writeStudy(join(here, 'studies', `${index}.dcm`), { uid: `1.2.${index}`, seed: index })
  writeFileSync(join(here, 'tiny.onnx'), tinyClassifier())
  await bench.call('project.create', { file: join(here, 'p.rightreason') })
  await bench.job('import.start', { folder: join(here, 'studies') })
  await bench.call('model.use', { file: join(here, 'tiny.onnx'), profile })
}

async function evidence(): Promise<CaseEvidence[]> {
  const { rows } = await bench.call('cases.page')
  return Promise.all(rows.map(({ id }) => bench.call('causal.evidence', { caseId: id })))
}

/** Starts the job and cancels it once so many cases are done. */
async function cancelledAfter(cases: number): Promise<SuspectReport> {
  const seen = new Set<number>()
  let cancel = (): void => {}
  const stop = bench.service.on('cases', ({ caseIds }) => {
    caseIds?.forEach((id) => seen.add(id))
    if (seen.size >= cases) cancel()
  })
  const ended = new Promise<SuspectReport>((resolve) => {
    const forget = bench.service.on('job', (job) => {
      if (job.kind !== 'suspects' || job.state === 'running') return
      forget()
      resolve(job.result as SuspectReport)
    })
  })
  const { id } = await bench.call('causal.suspect', {})
  cancel = () => void bench.call('jobs.cancel', { id })
  const report = await ended
  stop()
  return report
}

test('a cancelled search goes on where it stopped and comes to the same result as one that nobody interrupted', { timeout: PATIENCE }, async () => {
  await project('whole')
  const whole = (await bench.job('causal.suspect', {})).result as SuspectReport
  expect(whole).toMatchObject({ cases: CASES, known: 0, failed: [], cancelled: false })
  const expected = await evidence()

  await project('interrupted')
  const part = await cancelledAfter(2)
  expect(part.cancelled).toBe(true)
  expect(part.cases).toBeGreaterThanOrEqual(2)
  expect(part.cases).toBeLessThan(CASES)
  const before = (await evidence()).filter(({ suspicion }) => suspicion !== null)
  expect(before).toHaveLength(part.cases)

  const told: number[] = []
  const stop = bench.service.on('cases', ({ caseIds }) => told.push(...caseIds ?? []))
  const rest = (await bench.job('causal.suspect', {})).result as SuspectReport
  stop()
  expect(rest).toMatchObject({ cases: CASES, known: part.cases, failed: [], cancelled: false })
  // what was finished is not looked at again
  expect(new Set(told).size).toBe(CASES - part.cases)
  expect(told.some((id) => before.some(({ caseId }) => caseId === id))).toBe(false)
  expect(await evidence()).toEqual(expected)
  expect(rest.first.map(({ caseId, suspicion, term }) => ({ caseId, suspicion, term }))).toEqual(whole.first.map(({ caseId, suspicion, term }) => ({ caseId, suspicion, term })))
})

test('a search that found everything before has nothing to do, and looks again when it is told to', { timeout: PATIENCE }, async () => {
  await project('again')
  await bench.job('causal.suspect', {})
  const expected = await evidence()
  expect((await bench.job('causal.suspect', {})).result).toMatchObject({ cases: CASES, known: CASES })
  expect((await bench.job('causal.suspect', { again: true })).result).toMatchObject({ cases: CASES, known: 0 })
  expect(await evidence()).toEqual(expected)
})
