import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'
import { runCli } from '../cli/run-cli.ts'

let bench: Bench
let out: string
beforeEach(async () => {
  bench = serviceBench()
  out = join(bench.folder, 'report.html')
  const studies = join(bench.folder, 'studies')
  mkdirSync(studies)
  for (let index = 1; index <= 4; index++) writeStudy(join(studies, `${index}.dcm`), { uid: `1.2.${index}`, patientId: `SECRET-${index}`, seed: index, image: { elements: [{ tag: '00080080', vr: 'LO', value: index < 3 ? 'North Hospital' : 'South Hospital' }] } })
  writeFileSync(join(bench.folder, 'tiny.onnx'), tinyClassifier())
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
  await bench.job('import.start', { folder: studies })
  await bench.call('model.use', { file: join(bench.folder, 'tiny.onnx'), profile: tinyProfile({ output: { classes: ['a', 'b', 'c'] } }) })
  await bench.job('run.start', { attribution: { method: 'gradcam' } })
  await bench.call('plans.make', { size: 3, name: '<b>Plan</b>', hidden: [] })
  await bench.call('app.settings', { reader: 'Ada "Long" <i>' })
  for (let next = await bench.call('plans.next', { planId: 1 }); next !== null; next = await bench.call('plans.next', { planId: 1 })) {
    await bench.call('plans.judge', { planId: 1, caseId: next.caseId, verdict: next.position === 0 ? 'right-reason' : 'wrong-reason', reasons: next.position === 0 ? [] : ['device'], elapsedMs: 4000 })
  }
}, 60_000)
afterEach(() => bench.close())
const page = () => readFileSync(out, 'utf8')

test('a plan that was read becomes a page with its numbers, and pictures only where they are asked for', async () => {
  const job = await bench.job('report.make', { planId: 1, out })
  expect(job).toMatchObject({ state: 'done', result: { path: out, files: 1, examples: 0 } })
  expect(page()).toContain('2 of 3')
  expect(page()).toContain('&lt;b&gt;Plan&lt;/b&gt;')
  expect(page()).not.toMatch(/<img|SECRET|<b>|<i>|Patterns across/)

  expect(await bench.job('report.make', { planId: 1, out, examples: 5, overwrite: true })).toMatchObject({ result: { examples: 2 } })
  expect(page().match(/<img alt="[^"]*" src="data:image\/png;base64,iVBOR/g)).toHaveLength(2)
  expect(page()).not.toContain('SECRET')
  expect(page().match(/<figcaption>.*?Grad-CAM, \d+×\d+ cells, interpolated; not a segmentation/g)).toHaveLength(2)
  const { entries } = await bench.call('audit.page', { limit: 1000 })
  expect(entries.filter(({ action }) => action === 'report').map(({ details }) => details.examples)).toEqual([0, 2])
})

test('patterns that the project keeps are drawn into the page, whole in itself, the same bytes each time; a hospital is not named', async () => {
  await bench.call('patterns.subgroups', { by: { columns: ['institution'] }, minimum: 2 })
  await bench.job('patterns.maps', { by: { columns: ['sex'] }, attribution: {}, minimum: 2, permutations: 99 })
  await bench.job('patterns.clusters', { attribution: {}, clusters: 2 })
  await bench.job('patterns.exposure', {})
  expect(await bench.job('report.make', { planId: 1, out })).toMatchObject({ state: 'done' })
  const first = page()
  expect([...first.matchAll(/<h3>(Performance by subgroup|Mean maps by group|Cases decided alike|Headers alone|Exposure)<\/h3>/g)].map(([, title]) => title)).toEqual(['Performance by subgroup', 'Mean maps by group', 'Cases decided alike', 'Exposure'])
  expect(first).toMatch(/<svg class="plot" role="img" aria-label="Mean brightness/)
  expect(first).toContain('aria-label="All cases on a plane, a colour a cluster"')
  expect(first).not.toMatch(/<script|<image|href=|url\((?!#)|@import|NaN|undefined|Infinity|North Hospital/)
  await bench.job('report.make', { planId: 1, out, overwrite: true })
  expect(page()).toBe(first)
  await bench.job('report.make', { planId: 1, out, overwrite: true, identifiers: 'plain' })
  expect(page()).toContain('North Hospital')
}, 60_000)

test('what is there is not replaced unasked, and a place that cannot be written to leaves nothing', async () => {
  writeFileSync(out, 'mine')
  expect(await bench.job('report.make', { planId: 1, out })).toMatchObject({ state: 'failed', error: { code: 'file-unwritable' } })
  expect(page()).toBe('mine')
  const before = readdirSync(bench.folder)
  expect(await bench.job('report.make', { planId: 1, out: join(out, 'below') })).toMatchObject({ state: 'failed', error: { code: 'file-unwritable' } })
  expect(readdirSync(bench.folder)).toEqual(before)
})

test('pictures of another model than the plan\'s are not shown as if they were of it', async () => {
  await bench.call('model.use', { file: join(bench.folder, 'tiny.onnx'), profile: tinyProfile({ output: { classes: ['x', 'y', 'z'] } }) })
  expect(await bench.job('report.make', { planId: 1, out, examples: 5 })).toMatchObject({ state: 'done', result: { examples: 0 } })
  expect(page()).toContain('the model in use is not the one that this plan judges')
})

test('the same from a terminal', async () => {
  const project = join(bench.folder, 'p.rightreason')
  await bench.call('project.close')
  const { code, stdout, stderr } = await runCli(['report', '--project', project, '--out', out, '--identifiers', 'deidentified'])
  expect([code, stdout.trim(), existsSync(out)], stderr).toEqual([0, out, true])
  expect(page()).toContain('Reader A')
  expect(page()).not.toContain('Ada')
  expect(await runCli(['report', '--project', project, '--out', out, '--plan', '9'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no-such-plan') as string })
})

test('the log is written as it is, and says afterwards that it was', async () => {
  const log = join(bench.folder, 'log.json')
  expect(await bench.job('export.audit', { format: 'json', out: log })).toMatchObject({ state: 'done', result: { path: log, files: 1 } })
  const { format, entries } = JSON.parse(readFileSync(log, 'utf8')) as { format: string; entries: { action: string; after: { verdict?: string } | null }[] }
  expect(format).toBe('right-reason/audit@1')
  expect(entries.filter(({ action }) => action === 'flag').map(({ after }) => after!.verdict)).toEqual(['right-reason', 'wrong-reason', 'wrong-reason'])
  expect(await bench.job('export.audit', { format: 'json', out: log })).toMatchObject({ state: 'failed', error: { code: 'file-unwritable' } })
  const { entries: all, total } = await bench.call('audit.page', { limit: 1000 })
  expect([total, all.at(-1)!.details]).toEqual([entries.length + 1, { format: 'audit json', entries: entries.length }])
})
