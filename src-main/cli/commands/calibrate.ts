import { Command } from 'commander'
import { resolve } from 'node:path'
import type { CalibrationReport, CueCalibration, Estimate, PlantReport } from '../../contract/causal.ts'
import type { MeanInterval } from '../../contract/evidence.ts'
import type { Proportion } from '../../contract/records.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { parseWhere } from '../where.ts'
import { wholeNumber } from './evidence.ts'

interface CalibrateOptions {
  readonly cue: readonly string[]
  readonly strength: readonly string[]
  readonly count: string
  readonly seed: string
  readonly method: readonly string[]
  readonly sets?: string
  readonly plant?: string
  readonly where: readonly string[]
  readonly json: boolean
}

/** `right-reason calibrate`: how well planted wrong reasons are found, and how often clean models are accused. */
export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description('measure on models with a planted wrong reason what is found, and on their clean twins what is accused (docs/causal.md)')
    .addOption(several('--cue <names>', 'marker, tube, exposure, border, text; all unless told'))
    .addOption(several('--strength <percent>', 'how strongly the cue went with the label', ['95']))
    .option('--count <n>', 'images of each test set', '100')
    .option('--seed <n>', 'seed of the test sets', '7')
    .addOption(several('--method <ids>', 'attribution methods whose maps are measured; none for none', ['gradcam', 'hirescam', 'integrated-gradients', 'occlusion']))
    .option('--sets <folder>', 'where the test sets are, or are made and kept')
    .option('--plant <project>', 'instead: a token in the images of this project, and a reliance on it')
    .addOption(several('--where <condition>', 'with --plant: only cases of which this holds'))
    .option('--json', 'print all numbers as JSON', false)
    .action(async (options: CalibrateOptions) => {
      process.exitCode = await withService((runner) => options.plant === undefined ? calibrate(runner, options) : plant(runner, options.plant, options))
    })
}

async function calibrate(runner: Runner, { cue, strength, count, seed, method, sets, json }: CalibrateOptions): Promise<ExitCode> {
  const names = (texts: readonly string[]): string[] => texts.flatMap((text) => text.split(',')).map((text) => text.trim()).filter((text) => text !== '' && text !== 'none')
  const strengths = names(strength).map((text) => wholeNumber('--strength', text, 0))
  if (strengths.some((value) => value > 100)) throw new UsageError('--strength takes percent, from 0 to 100.')
  const job = await runner.job('causal.calibrate', {
    cues: names(cue), strengths, count: wholeNumber('--count', count, 10), seed: wholeNumber('--seed', seed, 0), methods: names(method), folder: sets === undefined ? null : resolve(sets),
  })
  const report = job.result as CalibrationReport
  console.log(json ? JSON.stringify(report, null, 2) : table(report))
  return EXIT.ok
}

async function plant(runner: Runner, project: string, { where, seed, json }: CalibrateOptions): Promise<ExitCode> {
  const filter = parseWhere(where)
  await openProject(runner, project)
  const job = await runner.job('causal.plant', { filter, seed: wholeNumber('--seed', seed, 0) })
  const report = job.result as PlantReport
  for (const { file, error } of report.failed) runner.tell(`${file}: ${error.code}: ${error.message}`)
  console.log(json ? JSON.stringify(report, null, 2) : report.words)
  return job.itemErrors > 0 ? EXIT.someFailed : EXIT.ok
}

const estimate = (value: Estimate | null): string => value === null ? '–' : `${value.value.toFixed(3)} [${value.low.toFixed(3)}, ${value.high.toFixed(3)}]`
const share = (value: Proportion | null): string => value === null ? '–' : `${value.count} of ${value.of} [${value.low.toFixed(3)}, ${value.high.toFixed(3)}]`
const mean = (value: MeanInterval | null): string => value === null ? '–' : value.mean.toFixed(3)

/** A line a cue, and the methods' shares below. */
export function table({ cues, threshold }: CalibrationReport): string {
  const head = ['cue', 'strength', 'correct', 'wrong reason', 'AUROC of the suspicion', `found at ${threshold}`, 'clean twin accused', 'verdict agrees', 'supported without']
  const rows = cues.map((one: CueCalibration) => [one.cue, `${one.strength} %`, String(one.correct), String(one.wrongReason), estimate(one.auroc), share(one.found), share(one.falseAlarms), share(one.agreement), share(one.supportedWithout)])
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  const maps = cues.filter(({ methods }) => methods.length > 0).map(({ cue, methods }) => `${cue}: share of the cue among the map's greatest 10 %: ${methods.map(({ method, share: value }) => `${method} ${mean(value)}`).join(', ')}`)
  return [...[head, ...rows].map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd()), ...maps].join('\n')
}
