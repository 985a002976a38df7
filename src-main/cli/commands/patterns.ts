import { Command } from 'commander'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ReviewError, errorRecord } from '../../contract/errors.ts'
import type { ExposureReport, HeadersReport, MapsReport } from '../../contract/patterns.ts'
import { CASE_COLUMNS } from '../../contract/records.ts'
import { attributionRequests, checkParameters } from '../attributions.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { chooseClass } from '../model.ts'
import { addAttributionOptions, several } from '../options.ts'
import { differenceRows, exposureRows, groupRows, headerRows, mapRows, toCsv } from '../pattern-tables.ts'
import { openProject, withService } from '../session.ts'
import { parseWhere } from '../where.ts'
import { wholeNumber } from './evidence.ts'

interface PatternsOptions {
  readonly project: string
  readonly by: string
  readonly out: string
  readonly where: readonly string[]
  readonly ageBands?: string
  readonly positive?: string
  readonly threshold?: string
  readonly minimum: string
  readonly seed: string
  readonly permutations: string
  readonly frame: 'image' | 'body'
  readonly exposure: boolean
  readonly method: readonly string[]
  readonly layer: readonly string[]
  readonly class: readonly string[]
  readonly parameter: readonly string[]
}

/** `right-reason patterns`: subgroups, differences of their maps and what headers give away, as files. */
export function patternsCommand(): Command {
  const command = new Command('patterns')
    .description('compare groups of cases: performance, maps, what headers alone give away (docs/patterns.md)')
    .requiredOption('--project <file>', 'project file')
    .requiredOption('--by <columns>', 'a column, or two with a comma between that cross, as sex,ageYears or group:site')
    .requiredOption('--out <folder>', 'folder for the JSON and CSV files; what is there under the same names is replaced')
    .addOption(several('--where <condition>', 'only cases of which this holds, as view=PA; repeated: all hold'))
    .option('--age-bands <years>', 'ages at which a band ends and the next begins, as 18,40,60,80')
    .option('--positive <class>', "index or name of the class that counts as positive; the profile's unless told")
    .option('--threshold <p>', 'predicted positive at this probability and above; as the model predicts unless told')
    .option('--minimum <n>', 'groups of fewer cases are listed, but not compared', '20')
    .option('--seed <n>', 'seed of everything that is drawn', '1')
    .option('--permutations <n>', 'random divisions for each two groups', '2000')
    .option('--frame <frame>', 'image: maps on the images as they are; body: aligned to the box around the body', 'image')
    .option('--exposure', 'brightness, contrast and so on as well; images that were not measured yet are decoded', false)
  return addAttributionOptions(command, ['gradcam']).action(async (options: PatternsOptions) => {
    process.exitCode = await withService((runner) => patterns(runner, options))
  })
}

async function patterns(runner: Runner, options: PatternsOptions): Promise<ExitCode> {
  const filter = parseWhere(options.where)
  const columns = options.by.split(',').map((name) => name.trim()).filter((name) => name !== '')
  const unknown = columns.find((name) => !Object.hasOwn(CASE_COLUMNS, name) && !name.startsWith('group:'))
  if (columns.length === 0 || columns.length > 2 || unknown !== undefined) throw new UsageError(unknown === undefined ? `--by takes one column or two with a comma between, not '${options.by}'.` : `There is no column '${unknown}'. The columns are: ${Object.keys(CASE_COLUMNS).join(', ')}, and group:NAME for a column of the labels file.`)
  if (options.frame !== 'image' && options.frame !== 'body') throw new UsageError(`--frame takes image or body, not '${String(options.frame)}'.`)
  const { methods } = await runner.call('app.state')
  checkParameters(options, methods)
  const { model } = await openProject(runner, options.project)
  const classes = model?.classes ?? []
  const requests = attributionRequests({ ...options, class: options.class.map((text) => chooseClass(text, classes)) }, methods)
  if (requests.length > 1) throw new UsageError('patterns takes one method, layer and class.')
  const positive = options.positive === undefined ? null : classOf(options.positive, classes)
  const seed = wholeNumber('--seed', options.seed, 0)
  const minimum = wholeNumber('--minimum', options.minimum, 2)
  const bands: Record<string, number[]> = options.ageBands === undefined ? {} : { ageYears: numbers('--age-bands', options.ageBands) }
  const by = { columns, bands }
  const threshold = options.threshold === undefined ? null : share('--threshold', options.threshold)

  const out = resolve(options.out)
  mkdirSync(out, { recursive: true })
  const write = (name: string, report: unknown, rows: readonly (readonly unknown[])[], csvName = name) => {
    writeFileSync(join(out, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`)
    writeFileSync(join(out, `${csvName}.csv`), toCsv(rows))
  }
  const table = await runner.call('patterns.subgroups', { filter, by, positive, threshold, minimum })
  const subgroups = groupRows(table)
  write('subgroups', table, subgroups)
  console.log(subgroups.map((row) => row.slice(0, 8).join('\t')).join('\n'))
  for (const note of table.notes) runner.tell(note)

  // a part that cannot be had does not take the others with it
  let missing = 0
  const part = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (thrown) {
      const { code, message } = errorRecord(thrown)
      if (code === 'cancelled') throw thrown
      runner.tell(`${code}: ${message}`)
      missing++
    }
  }
  if (requests.length === 1) await part(async () => {
    const maps = (await runner.job('patterns.maps', { filter, by, attribution: requests[0], frame: options.frame, seed, minimum, permutations: wholeNumber('--permutations', options.permutations, 99) })).result as MapsReport
    write('maps', maps, mapRows(maps))
    writeFileSync(join(out, 'differences.csv'), toCsv(differenceRows(maps)))
    for (const { a, b, pHolm, isSignificant, isMarked, warnings } of maps.differences) {
      console.log(`${a} and ${b}: ${isMarked ? 'the maps differ' : isSignificant ? 'the maps differ a little' : 'no difference of the maps was found'} (p = ${pHolm.toPrecision(2)}, Holm)`)
      for (const warning of warnings) runner.tell(warning)
    }
    for (const note of maps.notes) runner.tell(note)
  })
  await part(async () => {
    const headers = (await runner.job('patterns.headers', { filter, positive, seed })).result as HeadersReport
    write('headers', headers, headerRows(headers))
  })
  if (options.exposure) await part(async () => {
    const exposure = (await runner.job('patterns.exposure', { filter, positive, seed })).result as ExposureReport
    write('exposure', exposure, exposureRows(exposure))
  })
  return missing > 0 ? EXIT.someFailed : EXIT.ok
}

function classOf(text: string, classes: readonly string[]): number {
  const chosen = chooseClass(text, classes)
  if (typeof chosen === 'number') return chosen
  throw new ReviewError('no-such-class', `--positive takes one class by its index or name, not '${text}'.`)
}

function numbers(option: string, text: string): number[] {
  const values = text.split(',').map((part) => part.trim() === '' ? NaN : Number(part))
  if (!values.every(Number.isFinite)) throw new UsageError(`${option} takes numbers with commas between, as in 18,40,60,80, not '${text}'.`)
  return values
}

function share(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new UsageError(`${option} takes a number from 0 to 1, not '${text}'.`)
  return value
}
