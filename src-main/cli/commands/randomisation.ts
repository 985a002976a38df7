import { Command } from 'commander'
import { join } from 'node:path'
import type { MeanInterval, RandomisationReport } from '../../contract/evidence.ts'
import { attributionRequests, checkParameters } from '../attributions.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { chooseClass, useModel } from '../model.ts'
import { addAttributionOptions, several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { parseWhere } from '../where.ts'
import { importStudies } from './analyze.ts'
import { wholeNumber } from './evidence.ts'

interface RandomisationOptions {
  readonly project?: string
  readonly studies?: string
  readonly profile?: string
  readonly where: readonly string[]
  readonly sample: string
  readonly seed: string
  readonly points: string
  readonly draws: string
  readonly json: boolean
  readonly method: readonly string[]
  readonly layer: readonly string[]
  readonly class: readonly string[]
  readonly parameter: readonly string[]
}

/** `right-reason randomisation`: whether maps hang on what the model learnt. Ends with 4 where they hardly do. */
export function randomisationCommand(): Command {
  const command = new Command('randomisation')
    .description('make the model’s weights random, layer by layer from the scores down, and see whether its maps change (docs/evidence.md)')
    .argument('[model]', 'ONNX file, with --studies; or a project by --project')
    .option('--studies <folder>', 'DICOM files for the model')
    .option('--project <file>', 'a project with its model and cases')
    .option('--profile <file or preset>', "the model's profile")
    .addOption(several('--where <condition>', 'only cases of which this holds; repeated: all hold'))
    .option('--sample <n>', 'how many cases are drawn', '8')
    .option('--seed <n>', 'seed of the draw and of the weights', '1')
    .option('--points <n>', 'points of the curve at most, spread over the layers', '8')
    .option('--draws <n>', 'random models at each point', '3')
    .option('--json', 'print all numbers as JSON', false)
  return addAttributionOptions(command, ['gradcam']).action(async (model: string | undefined, options: RandomisationOptions) => {
    if ((model === undefined) === (options.project === undefined)) throw new UsageError('Name a model with --studies FOLDER, or a project with --project FILE.')
    if (model !== undefined && options.studies === undefined) throw new UsageError('A model needs images: --studies FOLDER.')
    process.exitCode = await withService((runner, scratch) => randomise(runner, scratch, model, options))
  })
}

async function randomise(runner: Runner, scratch: string, model: string | undefined, options: RandomisationOptions): Promise<ExitCode> {
  const filter = parseWhere(options.where)
  const numbers = { sample: wholeNumber('--sample', options.sample, 1), seed: wholeNumber('--seed', options.seed, 0), points: wholeNumber('--points', options.points, 1), draws: wholeNumber('--draws', options.draws, 1) }
  const { methods } = await runner.call('app.state')
  checkParameters(options, methods)
  let project = options.project === undefined ? null : await openProject(runner, options.project)
  if (!project) {
    await runner.call('project.create', { file: join(scratch, 'randomisation.rightreason') })
    project = await useModel(runner, model!, options.profile)
    await importStudies(runner, options.studies!)
  }
  const [attribution, ...more] = attributionRequests({ ...options, class: options.class.map((text) => chooseClass(text, project.model?.classes ?? [])) }, methods)
  if (!attribution || more.length > 0) throw new UsageError('randomisation takes one method, layer and class.')
  const job = await runner.job('evidence.randomisation', { attribution, filter, ...numbers })
  const report = job.result as RandomisationReport
  for (const { file, error } of report.failed) runner.tell(`${file}: ${error.code}: ${error.message}`)
  console.log(options.json ? JSON.stringify(report, null, 2) : words(report))
  if (report.verdict === 'hardly') return EXIT.checkFailed
  return job.itemErrors > 0 ? EXIT.someFailed : EXIT.ok
}

const number = (value: number): string => value.toFixed(3)
const interval = ({ mean, low, high }: MeanInterval): string => low === null ? number(mean) : `${number(mean)} [${number(low)}, ${number(high!)}]`

/** The curve as a table, the control below it, and the verdict. */
function words({ points, control, layers, words: verdict }: RandomisationReport): string {
  const head = ['random', 'down to', 'rank correlation', 'with signs', 'SSIM', 'flat maps']
  const rows = points.map(({ depth, layer, spearman, spearmanSigned, ssim, flat, maps }) => [`${depth} of ${layers}`, layer, interval(spearman), interval(spearmanSigned), interval(ssim), `${flat} of ${maps}`])
  const last = ['', 'cells in random order', interval(control.spearman), interval(control.spearmanSigned), interval(control.ssim), '']
  const widths = head.map((title, i) => Math.max(title.length, ...[...rows, last].map((row) => row[i].length)))
  return [...[head, ...rows, last].map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd()), verdict].join('\n')
}
