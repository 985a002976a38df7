import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HeadersReport, MapsReport, SubgroupTable } from '../../../src-main/contract/patterns.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'
import { writeStudy } from '../../fixtures/study-files.ts'
import { runCli } from './run-cli.ts'

const CASES = 30
const CLASSES = ['normal', 'effusion', 'mass']
/** the first 12 are of the north; the label goes with the sex, which the header tells */
const isNorth = (number: number) => number <= 12
const isEffusion = (number: number) => number % 3 !== 0

let folder: string
const at = (name: string) => join(folder, name)
const json = <T>(name: string) => JSON.parse(readFileSync(at(name), 'utf8')) as T
const rows = (name: string) => parse(readFileSync(at(name), 'utf8'), { columns: true }) as Record<string, string>[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'right-reason-patterns-'))
  mkdirSync(at('studies'))
  const numbers = Array.from({ length: CASES }, (_, i) => i + 1)
  for (const number of numbers) writeStudy(at(`studies/${number}.dcm`), { uid: `1.2.${number}`, patientId: `P${number}`, sex: isEffusion(number) ? 'F' : 'M', seed: number })
  writeFileSync(at('labels.csv'), ['file,label,site', ...numbers.map((number) => `${number}.dcm,${isEffusion(number) ? 'effusion' : 'normal'},${isNorth(number) ? 'north' : 'south'}`), ''].join('\n'))
  writeFileSync(at('model.onnx'), tinyClassifier({ blocks: 1 }))
  writeFileSync(at('profile.json'), JSON.stringify({ format: 'right-reason/profile@1', input: { width: 16, height: 16 }, values: { scale: 1 / 255 }, output: { classes: CLASSES } }))
  const analysed = await runCli(['analyze', '--model', at('model.onnx'), '--profile', at('profile.json'), '--studies', at('studies'), '--labels', at('labels.csv'), '--project', at('p.rightreason'), '--class', 'effusion', '--features'])
  expect(analysed).toMatchObject({ code: 0 })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const patterns = (...options: string[]) => runCli(['patterns', '--project', at('p.rightreason'), '--minimum', '10', '--positive', 'effusion', '--class', 'effusion', ...options])

test('subgroups, maps, differences, headers and exposure lie in the folder as JSON and as CSV that says the same', async () => {
  const run = await patterns('--by', 'group:site', '--out', at('out'), '--permutations', '199', '--exposure')
  expect(run, run.stderr).toMatchObject({ code: 0 })

  const table = json<SubgroupTable>('out/subgroups.json')
  expect(table.positive).toMatchObject({ name: 'effusion', chosen: 'request' })
  const groups = rows('out/subgroups.csv')
  expect(groups.map(({ group, n, positives }) => [group, Number(n), Number(positives)])).toEqual([['All cases', 30, 20], ['north', 12, 8], ['south', 18, 12]])
  groups.slice(1).forEach((row, i) => {
    expect(Number(row.auroc)).toBeCloseTo(table.groups[i].auroc!.value, 5)
    expect(Number(row.prevalence)).toBeCloseTo(2 / 3, 5)
    expect([row.auroc_low, row.auroc_high].every((text) => text !== '' && Number.isFinite(Number(text)))).toBe(true)
  })
  expect(run.stdout).toMatch(/^south\t18\t/m)

  const maps = json<MapsReport>('out/maps.json')
  expect(maps).toMatchObject({ className: 'effusion', permutations: 199, withoutMap: 0 })
  const cells = rows('out/maps.csv').filter(({ group }) => group === 'north')
  expect(cells).toHaveLength(maps.grid[0] * maps.grid[1])
  expect(cells.reduce((sum, { mean }) => sum + Number(mean), 0)).toBeCloseTo(1, 3)
  const differences = rows('out/differences.csv')
  expect(differences.every(({ a, b }) => a === maps.differences[0].a && b === maps.differences[0].b)).toBe(true)
  expect(Math.min(...differences.map(({ p_holm }) => Number(p_holm)))).toBeCloseTo(maps.differences[0].pHolm, 5)
  expect(differences.every(({ moved, moved_low, moved_high }) => Number(moved_low) <= Number(moved) && Number(moved) <= Number(moved_high))).toBe(true)
  expect(run.stdout).toMatch(/(no difference of the maps was found|the maps differ).*\(p = [\d.]+, Holm\)/)

  // the sex tells the label, and the header's models find it
  const headers = rows('out/headers.csv')
  expect(Number(headers.find(({ what, of }) => what === 'auroc' && of === 'logistic')!.value)).toBeGreaterThan(0.95)
  expect(headers.find(({ what }) => what === 'importance')!.of).toBe('logistic: sex')
  expect(json<HeadersReport>('out/headers.json').probe).not.toBeNull()

  const bins = rows('out/exposure.csv').filter(({ statistic }) => statistic === 'mean')
  expect(bins.reduce((sum, { positives, negatives }) => sum + Number(positives) + Number(negatives), 0)).toBe(CASES)
}, 60_000)

test('the same again gives the same files', async () => {
  const before = readFileSync(at('out/maps.json'), 'utf8')
  expect(await patterns('--by', 'group:site', '--out', at('again'), '--permutations', '199')).toMatchObject({ code: 0 })
  expect(readFileSync(at('again/maps.json'), 'utf8')).toBe(before)
  expect(existsSync(at('again/exposure.json'))).toBe(false)
}, 60_000)

test('two columns cross, a condition narrows, and a part that cannot be had does not take the others with it', async () => {
  const run = await patterns('--by', 'group:site,sex', '--where', 'sex=F', '--out', at('women'))
  // among women every label is the same: headers cannot be tried, the rest can
  expect(run, run.stderr).toMatchObject({ code: 3 })
  expect(run.stderr).toMatch(/bad-filter: .*needed/)
  expect(rows('women/subgroups.csv').map(({ group, n }) => [group, Number(n)])).toEqual([['All cases', 20], ['north × F', 8], ['south × F', 12]])
  expect(existsSync(at('women/maps.json')) && !existsSync(at('women/headers.json'))).toBe(true)
}, 60_000)

test.each([
  ['a column that there is none of', ['--by', 'colour'], /no column 'colour'.*group:NAME/],
  ['three columns', ['--by', 'sex,view,modality'], /one column or two/],
  ['bands that are no numbers', ['--by', 'ageYears', '--age-bands', '18,old'], /--age-bands takes numbers/],
  ['a threshold beyond 1', ['--by', 'sex', '--threshold', '2'], /from 0 to 1/],
  ['a frame that there is none of', ['--by', 'sex', '--frame', 'lung'], /image or body/],
  ['two methods', ['--by', 'sex', '--method', 'gradcam,hirescam'], /one method, layer and class/],
])('refuses %s as wrong usage, and writes nothing', async (_, options, words) => {
  const run = await patterns(...options, '--out', at('none'))
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toMatch(words)
  expect(existsSync(at('none'))).toBe(false)
}, 30_000)

test('Ctrl+C ends it with what was finished kept, and the same command goes on from there', async () => {
  const args = ['--by', 'group:site', '--out', at('cut'), '--permutations', '100000'] as const
  const cut = await runCli(['patterns', '--project', at('p.rightreason'), '--minimum', '10', '--class', 'effusion', ...args], { interrupt: 'south' })
  expect(cut.code).toBe(130)
  expect(existsSync(at('cut/subgroups.csv'))).toBe(true)
  expect(existsSync(at('cut/maps.json'))).toBe(false)
  expect(await patterns('--by', 'group:site', '--out', at('cut'), '--permutations', '99')).toMatchObject({ code: 0 })
}, 60_000)
