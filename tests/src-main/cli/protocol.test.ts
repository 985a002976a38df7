import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openProject } from '../../../src-main/project/project.ts'
import { casesOfPass } from '../../../src-main/project/plan-items.ts'
import { listModels } from '../../../src-main/project/model-list.ts'
import { storeSuspicion } from '../../../src-main/project/suspicions.ts'
import { setFlag } from '../../../src-main/project/reviews.ts'
import type { FlagFate } from '../../../src-main/contract/protocol.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { judge } from '../../fixtures/projects/review-copies.ts'
import { writeStudy } from '../../fixtures/study-files.ts'
import { runCli } from './run-cli.ts'

let folder: string
const at = (name: string) => join(folder, name)
const analyze = (model: string) => runCli(['analyze', '--model', at(model), '--profile', at('profile.json'), '--studies', at('studies'), '--labels', at('labels.csv'), '--project', at('p.rightreason')])

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'right-reason-protocol-'))
  mkdirSync(at('studies'))
  for (let number = 1; number <= 6; number++) writeStudy(at(`studies/${number}.dcm`), { uid: `1.2.${number}`, seed: number })
  writeFileSync(at('labels.csv'), `file,label\n${[1, 2, 3, 4, 5, 6].map((number) => `${number}.dcm,${'ab'[number % 2]}`).join('\n')}\n`)
  writeFileSync(at('model.onnx'), tinyClassifier({ blocks: 1 }))
  writeFileSync(at('second.onnx'), tinyClassifier({ blocks: 2 }))
  writeFileSync(at('profile.json'), JSON.stringify({ format: 'right-reason/profile@1', input: { width: 16, height: 16 }, values: { scale: 1 / 255 }, output: { classes: ['a', 'b', 'c'] } }))
  expect((await analyze('model.onnx')).code).toBe(0)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a review from the command line: plan, two copies, merge, results, a second model, the log, and a rescue', async () => {
  const made = await runCli(['plan', at('p.rightreason'), '--width', '0.5', '--seed', '7', '--name', 'Pilot', '--reader', 'Lead', '--json'])
  expect(made).toMatchObject({ code: 0 })
  const plan = JSON.parse(made.stdout) as { id: number; size: number; uid: string }
  expect(plan).toMatchObject({ size: 5, population: 6, name: 'Pilot' })
  expect((await runCli(['plan', at('p.rightreason')])).stdout).toMatch(/Pilot: 5 of 6 cases, seed 7; hidden: prediction, label, map/)

  for (const [name, reader] of [['a', 'Anna'], ['b', 'Ben']]) {
    copyFileSync(at('p.rightreason'), at(`${name}.rightreason`))
    const project = openProject(at(`${name}.rightreason`))
    casesOfPass(project, plan.id, 'first').forEach((caseId, index) => judge(project, plan.id, caseId, reader, index < (name === 'a' ? 2 : 3) ? 'wrong-reason' : 'right-reason', { reasons: ['device'] }))
    project.close()
  }
  const merged = await runCli(['merge', at('m.rightreason'), at('a.rightreason'), at('b.rightreason')])
  expect(merged.stderr).toBe('')
  expect(merged).toMatchObject({ code: 0, stdout: expect.stringMatching(/5 readings by Ben, 0 plans/) as string })
  expect(await runCli(['merge', at('m.rightreason'), at('a.rightreason'), at('b.rightreason')])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^file-unwritable: /) as string })

  const results = await runCli(['results', at('m.rightreason')])
  expect(results.stdout).toMatch(/Pilot: 4 of 5 cases read, 1 open/)
  expect(results.stdout).toMatch(/right for the wrong reason: 2 of 4, 50\.0 %/)
  expect(results.stdout).toMatch(/Anna and Ben: κ 0\.615/)
  expect((await runCli(['audit', at('m.rightreason')])).stdout).toMatch(/Ben {2}flag {2}\d\.dcm: none → wrong-reason/)

  const project = openProject(at('p.rightreason'))
  for (const caseId of [1, 2, 3, 4, 5, 6]) setFlag(project, caseId, { verdict: 'wrong-reason', reasons: ['device'], note: '', region: { kind: 'rectangle', x: 0, y: 0, width: 10, height: 20 } }, 'Anna')
  project.close()
  expect((await analyze('second.onnx')).code).toBe(0)
  const both = openProject(at('p.rightreason'))
  const [first, second] = listModels(both)
  for (const [{ id }, suspicion] of [[first, 0.9], [second, 0.1]] as const) storeSuspicion(both, id, 1, { suspicion, terms: [{ term: 'markers', label: '', value: suspicion, effect: null, region: null, mass: null, area: null, note: '' }], effects: {} }, { pixelSha256: '', analysis: 1, version: 'x' })
  storeSuspicion(both, first.id, 2, { suspicion: 0.4, terms: [], effects: {} }, { pixelSha256: '', analysis: 1, version: 'x' })
  both.close()
  const compared = await runCli(['compare', at('p.rightreason'), '--json'])
  const { rows } = JSON.parse(compared.stdout) as { rows: FlagFate[] }
  const [row] = rows
  for (const { map } of rows.filter((one) => one.map !== null)) {
    expect(Math.abs(map!.spearman)).toBeLessThanOrEqual(1)
    for (const share of [map!.inRegionBefore, map!.inRegionAfter]) expect(share === null || (share >= 0 && share <= 1)).toBe(true)
  }
  expect(rows.some(({ map }) => map !== null && map.spearman < 0.999)).toBe(true)
  expect(rows.map(({ suspicion }) => suspicion).slice(0, 2)).toEqual([{ before: { suspicion: 0.9, term: 'markers' }, after: { suspicion: 0.1, term: 'markers' } }, null])
  expect((await runCli(['compare', at('p.rightreason')])).stdout).toMatch(/^1\.dcm: .*; suspicion 0\.90 \(markers\) → 0\.10 \(markers\)$/m)
  expect(row).toMatchObject({ file: '1.dcm', before: { flag: { verdict: 'wrong-reason' } }, after: { flag: null } })
  expect(['to-look-at', 'still-wrong', 'no-longer-right']).toContain(row.fate)

  expect(await runCli(['salvage', at('m.rightreason'), at('saved.rightreason')])).toMatchObject({ code: 0, stdout: expect.stringMatching(/6 cases, 5 flags; every row could be read/) as string })
  expect(existsSync(at('saved.rightreason'))).toBe(true)
}, 120_000)

it.each([
  [['plan', '--size', '3', '--width', '0.1'], 'takes --size or --width'],
  [['plan', '--size', '0'], '--size takes a whole number'],
  [['plan', '--width', '2'], '--width takes a share'],
  [['results', '--plan', 'x'], '--plan takes a whole number'],
])('%j is wrong usage', async ([command, ...options], message) => {
  expect(await runCli([command, at('p.rightreason'), ...options])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string })
}, 60_000)
