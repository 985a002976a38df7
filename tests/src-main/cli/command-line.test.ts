import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { main } from '../../../src-main/cli/command-line.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { runCli } from './run-cli.ts'

let folder: string
const at = (name: string) => join(folder, name)

function study(number: number): Uint8Array {
  return dicomFile({
    rows: 32, columns: 32, pixels: Uint8Array.from({ length: 1024 }, (_, index) => (index * number * 7) % 256),
    elements: [{ tag: '00080018', vr: 'UI', value: `1.2.3.${number}` }, { tag: '0020000D', vr: 'UI', value: '1.2.9' }, { tag: '00100020', vr: 'LO', value: `PATIENT-${number}` }],
  })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'right-reason-cli-'))
  mkdirSync(at('studies/site-b'), { recursive: true })
  for (const number of [1, 2, 3]) writeFileSync(at(`studies/${number}.dcm`), study(number))
  writeFileSync(at('studies/site-b/4.dcm'), study(4))
  writeFileSync(at('studies/notes.txt'), 'not DICOM')
  mkdirSync(at('broken'))
  writeFileSync(at('broken/1.dcm'), study(1))
  writeFileSync(at('broken/2.dcm'), study(2).subarray(0, -100))
  writeFileSync(at('broken/3.dcm'), study(3).subarray(0, 300))
  writeFileSync(at('labels.csv'), 'file,label,site\n1.dcm,a,north\n2.dcm,b,north\n3.dcm,c,south\nmissing.dcm,a,south\n')
  writeFileSync(at('model.onnx'), tinyClassifier({ size: 16 }))
  writeFileSync(at('profile.json'), JSON.stringify({ format: 'right-reason/profile@1', input: { width: 16, height: 16 }, values: { scale: 1 / 255 }, output: { classes: ['a', 'b', 'c'] } }))
}, 30_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const analyze = (project: string, ...more: string[]) => runCli(['analyze', '--model', at('model.onnx'), '--studies', at('studies'), '--project', at(project), ...more])

describe('analyze and export', () => {
  it('run a folder into a project and write what was found, patients by pseudonym', async () => {
    const run = await analyze('all.rightreason', '--profile', at('profile.json'), '--labels', at('labels.csv'), '--class', 'predicted', '--class', 'b', '--json')
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('1 file is not DICOM and was left out')])
    expect(run.stderr).not.toContain('WARNING')
    expect(run.stderr).toContain("'a' is a, 'b' is b, 'c' is c; other labels have no outcome")
    expect(JSON.parse(run.stdout)).toMatchObject({ cases: 4, scored: 4, unreadable: 0, failed: 0, provider: 'cpu', assumedProfile: false })

    const exported = await runCli(['export', at('all.rightreason'), '--format', 'json', '--out', at('all.json')])
    expect([exported.code, exported.stderr]).toEqual([0, expect.any(String)])
    const text = readFileSync(at('all.json'), 'utf8')
    const { format, cases } = JSON.parse(text)
    expect(format).toBe('right-reason/review@1')
    expect(cases.map((row: { file: string }) => row.file).sort()).toEqual(['1.dcm', '2.dcm', '3.dcm', 'site-b/4.dcm'])
    expect(text).not.toContain('PATIENT-')
    for (const row of cases) {
      expect(row.logits).toHaveLength(3)
      expect(row.attributions.map((map: { classIndex: number }) => map.classIndex)).toEqual([...new Set([row.predicted, 1])].sort())
      for (const map of row.attributions) expect(map.values).toHaveLength(map.grid[0] * map.grid[1])
    }

    const where = await runCli(['export', at('all.rightreason'), '--format', 'csv', '--out', at('south.csv'), '--where', 'group:site=south', '--identifiers', 'plain'])
    expect(where.code).toBe(0)
    expect(where.stderr).toContain('patient identifiers as they are')
    expect((parse(readFileSync(at('south.csv'), 'utf8'), { columns: true }) as Record<string, string>[]).map((row) => [row.file, row.patientId, row['group:site']])).toEqual([['3.dcm', 'PATIENT-3', 'south']])
  }, 60_000)

  it('again add nothing twice and compute nothing again', async () => {
    const run = await analyze('all.rightreason', '--profile', at('profile.json'), '--json')
    expect([run.code, JSON.parse(run.stdout)]).toEqual([0, expect.objectContaining({ cases: 4, scored: 4 })])
  }, 60_000)

  it('say loudly that a preprocessing was guessed, and mark the results', async () => {
    const run = await analyze('guess.rightreason', '--json')
    expect(run.code).toBe(0)
    expect(run.stderr).toContain('WARNING: model.onnx has no profile')
    expect(JSON.parse(run.stdout)).toMatchObject({ assumedProfile: true })
    await runCli(['export', at('guess.rightreason'), '--format', 'json', '--out', at('guess.json')])
    expect(JSON.parse(readFileSync(at('guess.json'), 'utf8')).provenance.model.profile.assumed).toBe(true)
  }, 60_000)

  it('end with 3 where some files cannot be read; the others have their results', async () => {
    const run = await runCli(['analyze', '--model', at('model.onnx'), '--profile', at('profile.json'), '--studies', at('broken'), '--project', at('broken.rightreason'), '--json'])
    expect(run.code).toBe(3)
    expect(run.stderr).toMatch(/^2\.dcm: [a-z-]+: /m)
    expect(run.stderr).toMatch(/^3\.dcm: [a-z-]+: /m)
    expect(JSON.parse(run.stdout)).toMatchObject({ cases: 3, unreadable: 1, scored: 1, failed: 1 })
  }, 60_000)

  it('end with 130 at Ctrl+C and go on from there', async () => {
    const args = ['analyze', '--model', at('model.onnx'), '--profile', at('profile.json'), '--studies', at('studies'), '--project', at('stopped.rightreason'), '--json']
    const stopped = await runCli(args, { interrupt: 'Scores and maps' })
    expect([stopped.code, stopped.stdout]).toEqual([130, ''])
    expect(stopped.stderr).toContain('cancelled: ')
    const again = await runCli(args)
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, expect.objectContaining({ cases: 4, scored: 4 })])
  }, 60_000)
})

describe('what cannot be done', () => {
  it.each([
    ['an unknown option', ['providers', '--nonsense'], '--nonsense'],
    ['a missing option', ['analyze', '--model', 'm.onnx'], '--studies'],
    ['no such command', ['analyse'], 'analyse'],
    ['no such provider', ['analyze', '--model', 'm', '--studies', 's', '--project', 'p', '--provider', 'gpu'], 'cuda'],
  ] as const)('%s ends with 2 and a line that says so', async (_what, args, words) => {
    const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    try {
      expect(await main(args)).toBe(2)
      expect(write.mock.calls.map(([text]) => String(text)).join('')).toContain(words)
    } finally {
      write.mockRestore()
    }
  })

  it('a filter that is none is wrong usage', async () => {
    const run = await runCli(['export', 'x', '--format', 'csv', '--out', 'y', '--where', 'nonsense'])
    expect([run.code, run.stdout, run.stderr]).toEqual([2, '', expect.stringMatching(/^bad-filter: [^\n]+\n$/)])
  })

  it('an unknown method or class is wrong usage, found before anything is run', async () => {
    const method = await analyze('none.rightreason', '--method', 'gradcamm')
    expect([method.code, method.stderr]).toEqual([2, expect.stringContaining("There is no method 'gradcamm'")])
    expect(existsSync(at('none.rightreason'))).toBe(false)
    const named = await analyze('class.rightreason', '--profile', at('profile.json'), '--class', 'z')
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining('a, b, c')])
  }, 30_000)

  it('a failure ends with 1 and one line with its code', async () => {
    const run = await runCli(['model', 'inspect', at('labels.csv')])
    expect(run.code).toBe(1)
    expect(run.stderr.trim()).toMatch(/^(not-onnx|onnx-damaged): [^\n]+$/)
    const project = await runCli(['export', at('labels.csv'), '--format', 'csv', '--out', at('never.csv')])
    expect([project.code, project.stderr]).toEqual([1, expect.stringMatching(/^not-a-project: /)])
  }, 30_000)

  it('an export that is there already is not replaced', async () => {
    writeFileSync(at('kept.csv'), 'mine')
    const run = await runCli(['export', at('all.rightreason'), '--format', 'csv', '--out', at('kept.csv')])
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('file-unwritable')])
    expect(readFileSync(at('kept.csv'), 'utf8')).toBe('mine')
  }, 30_000)
})

describe('looking into things', () => {
  it('model inspect prints what the model is, for people and for scripts', async () => {
    const words = await runCli(['model', 'inspect', at('model.onnx')])
    expect([words.code, words.stderr]).toEqual([0, ''])
    expect(words.stdout).toMatch(/input {5}image float32 \[N, 3, 16, 16\]/)
    expect(words.stdout).toMatch(/\* relu_last +8×8/)
    const { stdout } = await runCli(['model', 'inspect', at('model.onnx'), '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ opset: 13, defaultLayer: 'relu_last', classCount: 3 })
  }, 30_000)

  it('gradients check compares with finite differences', async () => {
    const run = await runCli(['gradients', 'check', at('model.onnx'), '--profile', at('profile.json'), '--json'])
    expect(run.code).toBe(0)
    expect(JSON.parse(run.stdout)).toMatchObject({ passed: true })
  }, 30_000)

  it('providers are measured on the demo where no model is named', async () => {
    const run = await runCli(['providers'])
    expect(run.stdout).toMatch(/^cpu +(in-use|usable) .*ms an image/m)
  }, 60_000)

  it('providers say which runs, and why the others do not', async () => {
    const run = await runCli(['providers', '--model', at('model.onnx'), '--profile', at('profile.json')])
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/^cpu +(in-use|usable) .*ms an image/m)
  }, 60_000)
})
