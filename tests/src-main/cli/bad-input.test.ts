import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { UNFIT_MODELS } from '../../fixtures/onnx/unfit-models.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { writeStudy } from '../../fixtures/study-files.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'
import { runCli } from './run-cli.ts'

let folder: string
const at = (name: string) => join(folder, name)
const profile = (more: object = {}) => JSON.stringify({ format: 'right-reason/profile@1', input: { width: 16, height: 16 }, output: { classes: ['a', 'b', 'c'] }, ...more })
const analyze = (project: string, ...more: string[]) => runCli(['analyze', '--studies', at('studies'), '--project', at(project), ...more])
const withModel = (project: string, ...more: string[]) => analyze(project, '--model', at('model.onnx'), '--profile', at('profile.json'), '--method', 'none', ...more)

beforeAll(() => {
  folder = temporaryFolder()
  mkdirSync(at('empty'))
  for (const [index, name] of ['1.dcm', '2.dcm'].entries()) writeStudy(at(`studies/${name}`), { uid: `1.2.3.${index}`, seed: index + 1 })
  writeFileSync(at('model.onnx'), tinyClassifier({ size: 16 }))
  writeFileSync(at('profile.json'), profile())
})

describe('a model', () => {
  it.each([
    ['cut-off', 'onnx-damaged', 'Export or copy it again'],
    ['two-inputs', 'unsupported-model', "'age' [N, 1]"],
    ['own-operator', 'unsupported-model', "'com.acme:MagicRelu'"],
    ['unknown-operator', 'unsupported-model', "'Relux'"],
    ['no-scores', 'unsupported-model', 'no image classifier'],
  ] as const)('that is %s is refused with %s, before anything is imported', async (name, code, words) => {
    writeFileSync(at(`${name}.onnx`), UNFIT_MODELS[name]())
    const run = await analyze(`${name}.rightreason`, '--model', at(`${name}.onnx`), '--profile', at('profile.json'))
    expect([run.code, run.stdout, run.stderr]).toEqual([1, '', expect.stringMatching(new RegExp(`^${code}: [^\n]+\n$`))])
    expect(run.stderr).toContain(words)
  }, 30_000)

  it.each([
    ['refused-gradient', "'Hardmax'"],
    ['no-gradient', "'relu_last'"],
  ] as const)('with %s gives its scores all the same, says once why there are no maps, and maps without gradients can be had', async (name, words) => {
    writeFileSync(at(`${name}.onnx`), UNFIT_MODELS[name]())
    const run = await analyze(`${name}.rightreason`, '--model', at(`${name}.onnx`), '--profile', at('profile.json'), '--json')
    expect(run.code).toBe(1)
    expect(JSON.parse(run.stdout)).toMatchObject({ scored: 2, failed: 0 })
    const told = run.stderr.split('\n').filter((line) => line.startsWith('unsupported-'))
    expect(told).toEqual([expect.stringContaining(words)])
    expect(told[0]).toContain('choose a method without gradients. The scores were computed without maps.')
    expect((await analyze(`${name}.rightreason`, '--model', at(`${name}.onnx`), '--profile', at('profile.json'), '--method', 'occlusion')).code).toBe(0)
  }, 30_000)
})

describe('a profile', () => {
  it.each([
    ['of other channels', profile({ input: { width: 16, height: 16, channels: 1 } }), 'profile-mismatch', "'input.channels'"],
    ['of another size', profile({ input: { width: 20, height: 20 } }), 'profile-mismatch', '16×16'],
    ['with too few classes', profile({ output: { classes: ['a', 'b'] } }), 'profile-mismatch', "'output.classes'"],
    ['with a layer that is not there', profile({ layer: 'nope' }), 'no-such-layer', "'nope'"],
    ['that is no JSON', '{ "format": ', 'bad-profile', 'is not JSON'],
    ['with a word that is none of its fields', profile({ inpt: 3 }), 'bad-profile', 'inpt'],
  ])('%s is refused in words that name it', async (_what, text, code, words) => {
    writeFileSync(at('other.json'), text)
    const run = await analyze('profile.rightreason', '--model', at('model.onnx'), '--profile', at('other.json'))
    expect([run.code, run.stdout, run.stderr]).toEqual([1, '', expect.stringMatching(new RegExp(`^${code}: `))])
    expect(run.stderr).toContain(words)
  }, 30_000)
})

describe('a labels file', () => {
  it.each([
    ['without the column that was named', 'file,label\n1.dcm,a\n', ['--label-column', 'truth'], 1, /^labels-missing-column: .*'truth'.*file, label/m],
    ['that is empty', '', [], 1, /^labels-unreadable: .*empty/m],
    ['that is no text', '\0\u0001\0\u0002', [], 1, /^labels-unreadable: .*not a text file/m],
    ['in which nothing looks like files or labels', 'foo,bar\n8,9\n', [], 3, /no column looks like labels. The columns are: foo, bar/],
  ] as const)('%s is said, and the studies are in the project', async (_what, text, more, code, words) => {
    writeFileSync(at('labels.csv'), text)
    const run = await withModel('labels.rightreason', '--labels', at('labels.csv'), ...more)
    expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(words)])
    const again = await withModel('labels.rightreason', '--json')
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, expect.objectContaining({ cases: 2, scored: 2 })])
  }, 30_000)
})

describe('folders', () => {
  it('without studies are said to be so', async () => {
    const run = await runCli(['analyze', '--studies', at('empty'), '--project', at('empty.rightreason'), '--model', at('model.onnx'), '--profile', at('profile.json')])
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('No studies were found')])
  }, 30_000)

  it('that are not there are said to be so, for studies and for the project', async () => {
    expect((await runCli(['import', at('nowhere'), '--project', at('f.rightreason')])).stderr).toMatch(/^file-not-found: .*nowhere/)
    const run = await runCli(['import', at('studies'), '--project', at('nowhere/f.rightreason')])
    expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(/^file-not-found: .*nowhere/)])
    expect(existsSync(at('nowhere'))).toBe(false)
  }, 30_000)

  it('that vanished after the import fail on each case, with what to do', async () => {
    writeStudy(at('later/1.dcm'), { uid: '1.2.4.1' })
    await runCli(['import', at('later'), '--project', at('later.rightreason')])
    rmSync(at('later'), { recursive: true })
    const run = await runCli(['analyze', '--studies', at('studies'), '--project', at('later.rightreason'), '--model', at('model.onnx'), '--profile', at('profile.json'), '--json'])
    expect([run.code, JSON.parse(run.stdout)]).toEqual([3, expect.objectContaining({ scored: 2, failed: 1 })])
    expect(run.stderr).toMatch(/^1\.dcm: file-not-found: .*import the folder from its new place/m)
  }, 30_000)
})
