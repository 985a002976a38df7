import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openProject } from '../../../src-main/project/project.ts'
import { relocate } from '../../../src-main/project/relocate.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'

const studies = fileURLToPath(new URL('../../../resources/demo/studies', import.meta.url))
let bench: Bench
beforeAll(() => { bench = serviceBench() })
afterAll(() => bench.close())

test('the demo opens with its studies, labels and model, scores itself, and the second time is there at once', async () => {
  const runEnded = new Promise<void>((resolve) => bench.service.on('job', ({ kind, state }) => { if (kind === 'run' && state !== 'running') resolve() }))
  const info = await bench.call('project.openDemo')
  const count = readdirSync(studies, { recursive: true }).filter((name) => String(name).endsWith('.dcm')).length
  expect(info).toMatchObject({ isDemo: true, name: 'Demo', cases: count, unreadable: 0, model: { name: 'demo-cnn.onnx', missing: false } })
  expect(count).toBeGreaterThan(30)
  expect(await bench.call('model.bundled')).toMatchObject([{ name: 'Demo model', file: info.model!.file }, { name: 'Its clean twin', file: info.model!.file.replace('demo-cnn', 'demo-cnn-clean') }])
  await runEnded
  const summary = await bench.call('project.summary')
  expect(summary.byOutcome).toMatchObject({ 'not-run': 0, 'unlabelled': 0 })
  expect(summary.accuracy!.value).toBeGreaterThan(0.7)
  expect(await bench.call('attribution.range', { request: { method: 'gradcam' } })).toMatchObject({ maps: count })

  await bench.restart()
  expect(await bench.call('project.openDemo')).toMatchObject({ cases: count, scored: count })
  expect((await bench.call('jobs.list')).filter(({ kind }) => kind === 'run')).toEqual([])
})

test('the demo finds its studies and model when the program lies elsewhere than before', async () => {
  const file = join(bench.platform.projectsFolder, 'Demo.rightreason')
  await bench.call('project.close')
  const project = openProject(file)
  relocate(project, () => true, (path) => join('/mnt/elsewhere', basename(path)))
  project.close()
  const info = await bench.call('project.openDemo')
  expect(info).toMatchObject({ studiesFolders: [studies], model: { missing: false } })
  expect(await bench.call('cases.image', { caseId: 1 })).toMatchObject({ caseId: 1 })
})

test('a review of the demo comes out of the export as it was entered, identifiers replaced', async () => {
  const { rows } = await bench.call('cases.page', { sort: { column: 'confidence', descending: true }, limit: 10 })
  for (const [index, { id }] of rows.entries()) await bench.call('reviews.flag', { caseId: id, verdict: index % 2 ? 'right-reason' : 'wrong-reason', reasons: index % 2 ? [] : ['laterality-marker'], note: `note, "${index}"` })
  const out = join(bench.folder, 'flagged.json')
  const job = await bench.job('export.start', { format: 'json', out, filter: { conditions: [{ column: 'verdict', op: 'not-empty' }] } })
  expect(job).toMatchObject({ state: 'done', error: null })
  expect(existsSync(out)).toBe(true)
  const text = readFileSync(out, 'utf8')
  const { format, cases } = JSON.parse(text) as { format: string; cases: { probabilities: number[]; predicted: number; flag: { verdict: string; note: string }; attributions: { grid: [number, number]; values: number[] }[] }[] }
  expect(format).toBe('right-reason/review@1')
  expect(cases).toHaveLength(10)
  expect(cases.map(({ flag }) => flag.note).sort()).toEqual(rows.map((_, index) => `note, "${index}"`).sort())
  for (const { attributions, probabilities, predicted } of cases) {
    expect(predicted).toBe(probabilities.indexOf(Math.max(...probabilities)))
    expect(attributions[0]!.values).toHaveLength(attributions[0]!.grid[0] * attributions[0]!.grid[1])
  }
  for (const { id } of rows) {
    const { patientId, accession, studyInstanceUid } = await bench.call('cases.get', { caseId: id })
    for (const plain of [patientId, accession, studyInstanceUid]) if (plain !== '') expect(text.includes(`"${plain}"`)).toBe(false)
  }
})
