import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { writeStudy } from '../../fixtures/study-files.ts'
import { runCli } from './run-cli.ts'

let folder: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'right-reason-evidence-'))
  mkdirSync(at('studies'))
  for (const number of [1, 2, 3, 4]) writeStudy(at(`studies/${number}.dcm`), { uid: `1.2.${number}`, seed: number })
  writeFileSync(at('model.onnx'), tinyClassifier({ blocks: 1 }))
  writeFileSync(at('profile.json'), JSON.stringify({ format: 'right-reason/profile@1', input: { width: 16, height: 16 }, values: { scale: 1 / 255 }, output: { classes: ['a', 'b', 'c'] } }))
  const run = await runCli(['analyze', '--model', at('model.onnx'), '--profile', at('profile.json'), '--studies', at('studies'), '--project', at('p.rightreason')])
  expect(run.code).toBe(0)
}, 30_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('evidence', () => {
  it('prints a line a measure, each beside its control, and all numbers as JSON', async () => {
    const args = ['evidence', at('p.rightreason'), '--metric', 'deletion,sensitivity-n', '--metric', 'relevance-mass', '--setting', 'deletion.steps=5', '--region', '0,0,10,20', '--sample', '3', '--seed', '4']
    // one after the other: a project is open once
    const table = await runCli(args)
    const json = await runCli([...args, '--json'])
    expect([table.code, json.code]).toEqual([0, 0])
    const [head, ...rows] = table.stdout.trim().split('\n')
    expect(head).toMatch(/^measure +better +map +control +better by +better in$/)
    expect(rows.map((row) => row.split(/\s+/)[0])).toEqual(['deletion', 'sensitivity-n', 'relevance-mass'])
    for (const row of rows) expect(row).toMatch(/of 3 \[/)
    const reports = JSON.parse(json.stdout)
    expect(reports[0]).toMatchObject({ metric: { id: 'deletion', better: 'lower' }, parameters: { steps: 5, draws: 8 }, better: { of: 3 } })
    expect(reports[2].cases.every(({ details }: { details: { regionShare: number } }) => Math.abs(details.regionShare - 0.5) < 1e-9)).toBe(true)
  }, 30_000)

  it.each([
    [['--metric', 'auc'], 'The measures are: deletion'],
    [['--setting', 'deletion.step=5'], 'It has: steps'],
    [['--region', '1,2,3'], 'x,y,width,height'],
    [['--sample', 'many'], 'whole number'],
    [['--method', 'gradcam,hirescam'], 'one method'],
  ])('says what is wrong with %s', async (options, words) => {
    const run = await runCli(['evidence', at('p.rightreason'), ...options])
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toContain(words)
  }, 30_000)
})

describe('randomisation', () => {
  it('of a project, and of a model with studies, gives the same curve', async () => {
    const options = ['--sample', '2', '--draws', '1', '--json']
    const [project, model] = await Promise.all([
      runCli(['randomisation', '--project', at('p.rightreason'), ...options]),
      runCli(['randomisation', at('model.onnx'), '--studies', at('studies'), '--profile', at('profile.json'), ...options]),
    ])
    const report = JSON.parse(project.stdout)
    expect(report.points.map(({ depth }: { depth: number }) => depth)).toEqual([1, 2, 3, 4])
    expect(JSON.parse(model.stdout).points).toEqual(report.points)
    expect(project.code).toBe(report.verdict === 'hardly' ? 4 : 0)
  }, 30_000)

  it('asks for images with a model', async () => {
    const run = await runCli(['randomisation', at('model.onnx')])
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--studies FOLDER')])
  }, 30_000)
})
