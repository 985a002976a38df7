import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { FlagMapping } from '../../../src-main/contract/interchange.ts'
import { guessFlagMapping, guessVerdicts, reasonsIn } from '../../../src-main/project/flag-words.ts'
import { runCli } from '../cli/run-cli.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

const NOTE = '=cmd|"/C calc"!A1\n</script> \u202e'
let bench: Bench
const at = (name: string) => join(bench.folder, name)
const project = (name: string) => at(`${name}.rightreason`)

/** A new project over the same four studies. */
async function another(name: string): Promise<void> {
  await bench.call('project.create', { file: project(name) })
  await bench.job('import.start', { folder: at('studies') })
}
const flagsOf = async () => Promise.all([1, 2, 3, 4].map(async (caseId) => (await bench.call('cases.get', { caseId })).flag))

beforeEach(async () => {
  bench = serviceBench()
  mkdirSync(at('studies'))
  for (let index = 1; index <= 4; index++) writeStudy(join(at('studies'), `${index}.dcm`), { uid: `1.2.${index}`, seed: index })
  await another('a')
  await bench.call('app.settings', { reader: 'Ada' })
  await bench.call('reviews.flag', { caseId: 1, verdict: 'wrong-reason', reasons: ['device', 'border'], note: NOTE, region: { kind: 'rectangle', x: 1.5, y: 2, width: 3, height: 4 } })
  await bench.call('reviews.flag', { caseId: 2, verdict: 'right-reason' })
})
afterEach(() => bench.close())

describe('an exported review', () => {
  test.each([['json', 'pseudonym'], ['json', 'plain'], ['csv', 'pseudonym'], ['csv', 'plain']] as const)('as %s with identifiers %s gives the same flags in another project, and nothing the second time', async (format, identifiers) => {
    const before = await flagsOf()
    await bench.job('export.start', { format, out: at(`out.${format}`), identifiers })
    await another('b')
    const { guess } = await bench.call('flags.preview', { file: at(`out.${format}`) })
    const first = await bench.call('flags.import', { file: at(`out.${format}`), mapping: guess })
    expect(first).toMatchObject({ flags: 2, added: 2, same: 0, conflictCount: 0, unmatchedCount: 0, applied: true, readers: ['Ada'], problems: [] })
    const after = await flagsOf()
    expect(after.map((flag) => flag && { ...flag, reasons: [...flag.reasons].sort() })).toEqual(before.map((flag) => flag && { ...flag, reasons: [...flag.reasons].sort() }))
    expect(await bench.call('flags.import', { file: at(`out.${format}`), mapping: guess })).toMatchObject({ added: 0, same: 2 })
    const { entries } = await bench.call('audit.page', { limit: 1000 })
    expect(entries.find(({ action }) => action === 'flags')).toMatchObject({ details: { added: 2, conflicts: 0 } })
  })

  test('fully de-identified finds its cases again in its own project', async () => {
    await bench.job('export.start', { format: 'json', out: at('out.json'), identifiers: 'deidentified' })
    expect(await bench.call('flags.match', { file: at('out.json') })).toMatchObject({ flags: 2, added: 2, unmatchedCount: 0, readers: [expect.stringMatching(/^R-/)] })
  })

  test('of a newer version is refused in words, and one that lacks later fields is read', async () => {
    writeFileSync(at('new.json'), JSON.stringify({ format: 'right-reason/review@2', cases: [] }))
    await expect(bench.call('flags.preview', { file: at('new.json') })).rejects.toMatchObject({ code: 'file-unreadable', message: expect.stringContaining('newer version') as string })
    writeFileSync(at('old.json'), JSON.stringify({ format: 'right-reason/review@1', cases: [{ sopInstanceUid: '1.2.3', flag: { verdict: 'unsure' } }, { file: '4.dcm', flag: { verdict: 'nonsense' } }, { file: '1.dcm' }] }))
    expect(await bench.call('flags.match', { file: at('old.json') })).toMatchObject({ flags: 1, added: 1, readers: ['Ada'], problems: [expect.stringContaining('1 cases')] })
  })

  test.each([['[]', 'not an exported review'], ['{', 'not JSON'], ['{"format":"x","cases":{}}', 'not an exported review']])('that is %s is refused', async (text, why) => {
    writeFileSync(at('x.json'), text)
    await expect(bench.call('flags.preview', { file: at('x.json') })).rejects.toMatchObject({ code: 'file-unreadable', message: expect.stringContaining(why) as string })
  })
})

describe('conflicts', () => {
  beforeEach(() => writeFileSync(at('tool.csv'), 'image;verdict;reader\n1.dcm;ok;Ada\n2.dcm;ok;Ada\n2.dcm;shortcut;Ben\n'))
  const input = async () => ({ file: at('tool.csv'), mapping: (await bench.call('flags.preview', { file: at('tool.csv') })).guess })

  test('are listed, and what is here stays; another reader\'s flag stands beside', async () => {
    const report = await bench.call('flags.import', await input())
    expect(report).toMatchObject({ flags: 3, added: 1, same: 1, conflictCount: 1, replaced: 0, conflicts: [{ caseId: 1, file: '1.dcm', reader: 'Ada', here: { verdict: 'wrong-reason' }, there: { verdict: 'right-reason' } }] })
    expect((await flagsOf()).map((flag) => flag?.verdict)).toEqual(['wrong-reason', 'right-reason', undefined, undefined])
  })

  test('are settled for the file where that is asked for, and the log has both', async () => {
    expect(await bench.call('flags.import', { ...await input(), replace: true })).toMatchObject({ conflictCount: 1, replaced: 1 })
    expect((await flagsOf())[0]).toMatchObject({ verdict: 'right-reason', reader: 'Ada' })
    const { entries } = await bench.call('audit.page', { limit: 1000 })
    expect(entries.find(({ caseId, before }) => caseId === 1 && before !== null)).toMatchObject({ action: 'flag', before: { verdict: 'wrong-reason' }, after: { verdict: 'right-reason' } })
    expect(await bench.call('reviews.undo')).toMatchObject({ caseId: expect.any(Number) as number })
  })

  test('a try-out changes nothing', async () => {
    const before = await bench.call('audit.page', {})
    await bench.call('flags.match', await input())
    expect((await bench.call('audit.page', {})).total).toBe(before.total)
  })
})

describe('a table by another tool', () => {
  test('is mapped by its words, and what fits nothing is told', async () => {
    writeFileSync(at('tool.csv'), 'SOPInstanceUID,rating,tags,comment,x,y,width,height\n1.2.3,Clever Hans,"ECG lead|laterality marker",seen,1,2,3,4\n1.2.4,fine,,,,,,\n9.9,shortcut,,,,,,\n,shortcut,,,,,,\n')
    const { guess } = await bench.call('flags.preview', { file: at('tool.csv') })
    expect(guess).toMatchObject({ join: 'sopInstanceUid', joinColumn: 'SOPInstanceUID', verdictColumn: 'rating', reasonsColumn: 'tags', noteColumn: 'comment', reader: 'Ada', regionColumns: ['x', 'y', 'width', 'height'], verdictOf: { 'Clever Hans': 'wrong-reason', 'shortcut': 'wrong-reason' } })
    const report = await bench.call('flags.import', { file: at('tool.csv'), mapping: guess })
    expect(report).toMatchObject({ flags: 3, added: 1, unmatchedCount: 2, unmatched: [{ line: 4, key: '9.9' }, { line: 5, key: '' }], problems: [expect.stringMatching(/1 rows have a verdict.*'fine'/), expect.stringMatching(/'ECG lead'/)] })
    expect((await flagsOf())[2]).toMatchObject({ verdict: 'wrong-reason', reasons: ['other', 'laterality-marker'], note: 'seen', reader: 'Ada', region: { kind: 'rectangle', x: 1, y: 2, width: 3, height: 4 } })
  })

  test('without anybody\'s name is refused', async () => {
    writeFileSync(at('tool.csv'), 'file,verdict\n1.dcm,wrong\n')
    const mapping: FlagMapping = { ...guessFlagMapping(['file', 'verdict'], { verdict: ['wrong'] }, ''), reader: '' }
    await bench.restart()
    await bench.call('project.open', { file: project('a') })
    await bench.call('app.settings', { reader: 'R' })
    expect(await bench.call('flags.match', { file: at('tool.csv'), mapping })).toMatchObject({ readers: ['R'] })
  })
})

test('the same from a terminal, with an exit code that tells of conflicts', async () => {
  await bench.call('project.close')
  writeFileSync(at('tool.csv'), 'file,verdict\n1.dcm,artefact\n3.dcm,bad\n')
  const tried = await runCli(['flags', 'import', at('tool.csv'), '--project', project('a'), '--reader', 'Ben', '--verdict', 'bad=wrong', '--dry-run'])
  expect([tried.code, tried.stdout.trim()], tried.stderr).toEqual([0, '2 flags: 2 to add, 0 the same, 0 in conflict, 0 without a case'])
  const done = await runCli(['flags', 'import', at('tool.csv'), '--project', project('a'), '--reader', 'Ada', '--verdict', 'bad=wrong', '--json'])
  expect(done.code, done.stderr).toBe(3)
  expect(JSON.parse(done.stdout)).toMatchObject({ added: 1, conflictCount: 1, applied: true })
  expect(readFileSync(at('tool.csv'), 'utf8')).toContain('artefact')
})

test('words for verdicts and reasons', () => {
  expect(guessVerdicts(['wrong-reason', 'Right for the right reason', 'Wrong', '?', 'banana'])).toEqual({ 'wrong-reason': 'wrong-reason', 'Right for the right reason': 'right-reason', 'Wrong': 'wrong', '?': 'unsure' })
  expect(reasonsIn('Tube, line or device')).toEqual({ reasons: ['device'], unknown: [] })
  expect(reasonsIn('device; border |device')).toEqual({ reasons: ['device', 'border'], unknown: [] })
  expect(reasonsIn('')).toEqual({ reasons: [], unknown: [] })
})
