import { Command } from 'commander'
import { resolve } from 'node:path'
import { ReviewError, type ErrorCode } from '../../contract/errors.ts'
import type { ImportReport, ProviderId } from '../../contract/records.ts'
import { attributionRequests, checkParameters } from '../attributions.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { applyLabels, type LabelOptions } from '../labels.ts'
import { chooseClass, useModel } from '../model.ts'
import { addAttributionOptions, addLabelOptions, providerOption } from '../options.ts'
import { openProject, withService } from '../session.ts'

interface AnalyzeOptions extends LabelOptions {
  readonly model: string
  readonly studies: string
  readonly project: string
  readonly profile?: string
  readonly provider?: ProviderId
  readonly method: readonly string[]
  readonly layer: readonly string[]
  readonly class: readonly string[]
  readonly parameter: readonly string[]
  readonly images: boolean
  readonly features: boolean
  readonly json: boolean
}

/** failed cases that are named one by one */
const FAILURES_TOLD = 100
/** maps that the model cannot give; the scores are computed then */
const GIVES_SCORES_ALONE: readonly ErrorCode[] = ['unsupported-op', 'unsupported-graph', 'no-target-layer']

/** `right-reason analyze`: import, scores and maps into a project file. */
export function analyzeCommand(): Command {
  const command = new Command('analyze')
    .description('run a model on a folder of studies: scores and attribution maps into a project file')
    .requiredOption('--model <file>', 'the classifier, ONNX')
    .requiredOption('--studies <folder>', 'DICOM files, looked for in all folders below; or a zip file, or a DICOMDIR')
    .requiredOption('--project <file>', 'project file; made if it is not there, gone on with if it is')
    .option('--profile <file or preset>', 'preprocessing and classes: a JSON file, or torchvision, torchxrayvision, keras')
    .addOption(providerOption())
    .option('--images', 'take PNG and JPEG images too, marked as such', false)
    .option('--features', "keep the model's features too, for clusters and the probe of docs/patterns.md", false)
    .option('--json', 'print the summary as JSON', false)
  addLabelOptions(addAttributionOptions(command, ['gradcam']))
  return command.action(async (options: AnalyzeOptions) => {
    process.exitCode = await withService((runner) => analyze(runner, options))
  })
}

async function analyze(runner: Runner, options: AnalyzeOptions): Promise<ExitCode> {
  const { methods } = await runner.call('app.state')
  checkParameters(options, methods)
  attributionRequests({ ...options, class: ['predicted'] }, methods)
  await openProject(runner, options.project, { create: true })
  const { model } = await useModel(runner, options.model, options.profile)
  const classes = model?.classes ?? []
  const requests = attributionRequests({ ...options, class: options.class.map((text) => chooseClass(text, classes)) }, methods)
  if (options.provider) await runner.call('providers.force', { provider: options.provider })

  await importStudies(runner, options.studies, options.images)
  const labels = options.labels ? await applyLabels(runner, { ...options, labels: options.labels }, classes) : null
  let failedCases = 0
  let refusal: ReviewError | null = null
  for (const attribution of requests.length > 0 ? requests : [null]) {
    const job = await runner.job('run.start', { attribution, features: options.features }).catch((thrown: unknown) => {
      if (!(thrown instanceof ReviewError) || !GIVES_SCORES_ALONE.includes(thrown.code)) throw thrown
      refusal = thrown
      return null
    })
    failedCases = Math.max(failedCases, job?.itemErrors ?? 0)
  }

  if (failedCases > 0 || refusal !== null) failedCases = Math.max(failedCases, await tellFailures(runner))

  const [{ project, compute }, summary] = [await runner.call('app.state'), await runner.call('project.summary')]
  const report = {
    project: project?.file, cases: project?.cases ?? 0, unreadable: project?.unreadable ?? 0, scored: project?.scored ?? 0, failed: failedCases,
    provider: compute.provider, assumedProfile: model?.profile.assumed ?? false, outcomes: summary.byOutcome, accuracy: summary.accuracy?.value ?? null,
  }
  console.log(options.json ? JSON.stringify(report) : words(report))
  if (refusal !== null) throw refusal
  if (report.scored === 0) return EXIT.failed
  return report.unreadable > 0 || report.failed > 0 || labels?.matchedCases === 0 ? EXIT.someFailed : EXIT.ok
}

/** Names the cases on which the model could not be run, and counts them. */
async function tellFailures(runner: Runner): Promise<number> {
  const conditions = [{ column: 'outcome', op: 'is' as const, value: 'not-run' }, { column: 'status', op: 'is' as const, value: 'ready' }]
  const { rows, total } = await runner.call('cases.page', { filter: { conditions }, limit: FAILURES_TOLD })
  for (const { id, file } of rows) {
    const { runError } = await runner.call('cases.get', { caseId: id })
    if (runError) runner.tell(`${file}: ${runError.code}: ${runError.message}`)
  }
  if (total > rows.length) runner.tell(`… and ${total - rows.length} more; the export names them all.`)
  return total
}

/** Adds the studies of a folder; each file that cannot be read is named on standard error. */
export async function importStudies(runner: Runner, folder: string, images = false): Promise<ImportReport> {
  const { result } = await runner.job('import.start', { folder: resolve(folder), images })
  return tellReport(runner, result as ImportReport)
}

/** Names what an import left out on standard error. */
export function tellReport(runner: Runner, report: ImportReport): ImportReport {
  for (const { file, error } of report.problems) runner.tell(`${file}: ${error.code}: ${error.message}`)
  if (report.notDicomCount > 0) runner.tell(`${report.notDicomCount === 1 ? '1 file is not DICOM and was' : `${report.notDicomCount} files are not DICOM and were`} left out: ${report.notDicom.slice(0, 5).join(', ')}${report.notDicomCount > 5 ? ', …' : ''}`)
  if (report.added + report.known + report.unreadable === 0) runner.tell(`No studies were found in ${report.folder}. Name a folder with DICOM files somewhere below it.`)
  return report
}

function words({ project, cases, unreadable, scored, failed, provider, outcomes, accuracy }: { project?: string; cases: number; unreadable: number; scored: number; failed: number; provider: string | null; outcomes: Readonly<Record<string, number>>; accuracy: number | null }): string {
  return [
    `${project}: ${cases} cases, ${unreadable} unreadable, ${scored} scored, ${failed} failed, on ${provider ?? 'no provider'}`,
    `outcomes: ${Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`).join(', ')}${accuracy === null ? '' : `; accuracy ${accuracy.toFixed(3)}`}`,
  ].join('\n')
}
