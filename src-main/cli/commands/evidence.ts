import { Command } from 'commander'
import type { FaithfulnessReport, MeanInterval, MetricInfo } from '../../contract/evidence.ts'
import type { Region } from '../../contract/records.ts'
import { attributionRequests, checkParameters } from '../attributions.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { chooseClass } from '../model.ts'
import { addAttributionOptions, several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { parseWhere } from '../where.ts'

interface EvidenceOptions {
  readonly metric: readonly string[]
  readonly setting: readonly string[]
  readonly where: readonly string[]
  readonly sample: string
  readonly seed: string
  readonly region?: string
  readonly json: boolean
  readonly method: readonly string[]
  readonly layer: readonly string[]
  readonly class: readonly string[]
  readonly parameter: readonly string[]
}

/** `right-reason evidence`: how faithful maps are, beside random ones. */
export function evidenceCommand(): Command {
  const command = new Command('evidence')
    .description('measure how faithful the maps of a project are, beside a random control (docs/evidence.md)')
    .argument('<project>', 'project file')
    .addOption(several('--metric <ids>', 'deletion, insertion, road, sensitivity-n, max-sensitivity, relevance-mass, relevance-rank; repeated or with commas between', ['deletion', 'insertion']))
    .addOption(several('--setting <metric.name=value>', 'a parameter of a measure, as deletion.steps=40; may be repeated'))
    .addOption(several('--where <condition>', 'only cases of which this holds, as verdict=wrong-reason; repeated: all hold'))
    .option('--sample <n>', 'how many cases are drawn', '20')
    .option('--seed <n>', 'seed of the draw', '1')
    .option('--region <x,y,width,height>', "in image pixels, for relevance in a region; each case's flagged region unless told")
    .option('--json', 'print all numbers as JSON', false)
  return addAttributionOptions(command, ['gradcam']).action(async (project: string, options: EvidenceOptions) => {
    process.exitCode = await withService((runner) => measure(runner, project, options))
  })
}

async function measure(runner: Runner, file: string, options: EvidenceOptions): Promise<ExitCode> {
  const filter = parseWhere(options.where)
  const [{ methods }, table] = [await runner.call('app.state'), await runner.call('evidence.metrics')]
  checkParameters(options, methods)
  const metrics = [...new Set(options.metric.flatMap((ids) => ids.split(',')).map((id) => id.trim()))]
  const unknown = metrics.find((id) => !table.some((row) => row.id === id))
  if (unknown !== undefined) throw new UsageError(`There is no measure '${unknown}'. The measures are: ${table.map(({ id }) => id).join(', ')}.`)
  const { model } = await openProject(runner, file)
  const [attribution, ...more] = attributionRequests({ ...options, class: options.class.map((text) => chooseClass(text, model?.classes ?? [])) }, methods)
  if (!attribution || more.length > 0) throw new UsageError('evidence takes one method, layer and class.')
  const job = await runner.job('evidence.faithfulness', {
    attribution, metrics, filter, region: options.region === undefined ? null : regionOf(options.region), parameters: settingsOf(options.setting, table, metrics),
    sample: wholeNumber('--sample', options.sample, 1), seed: wholeNumber('--seed', options.seed, 0),
  })
  const reports = job.result as readonly FaithfulnessReport[]
  for (const { file: name, error } of reports[0]?.failed ?? []) runner.tell(`${name}: ${error.code}: ${error.message}`)
  console.log(options.json ? JSON.stringify(reports, null, 2) : words(reports))
  return job.itemErrors > 0 ? EXIT.someFailed : EXIT.ok
}

function regionOf(text: string): Region {
  const numbers = text.split(',').map(Number)
  const [x, y, width, height] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || !(width > 0 && height > 0)) throw new UsageError(`--region takes x,y,width,height in image pixels, as in 100,80,240,200, not '${text}'.`)
  return { kind: 'rectangle', x, y, width, height }
}

export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least) throw new UsageError(`${option} takes a whole number of at least ${least}, not '${text}'.`)
  return value
}

function settingsOf(texts: readonly string[], table: readonly MetricInfo[], chosen: readonly string[]): Record<string, Record<string, number | string>> {
  const settings: Record<string, Record<string, number | string>> = {}
  for (const text of texts) {
    const { metric, name, value } = /^(?<metric>[^.=]+)\.(?<name>[^=]+)=(?<value>.*)$/.exec(text)?.groups ?? {}
    const row = table.find(({ id }) => id === metric)
    if (!row || !chosen.includes(row.id)) throw new UsageError(`--setting takes measure.name=value for a measure that is asked for, as in deletion.steps=40, not '${text}'.`)
    if (!row.parameters.some((known) => known.name === name)) throw new UsageError(`The measure '${row.id}' has no setting '${name}'. It has: ${row.parameters.map((known) => known.name).join(', ')}.`)
    settings[row.id] = { ...settings[row.id], [name]: value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value }
  }
  return settings
}

const number = (value: number): string => value.toFixed(3)
const interval = (mean: MeanInterval | null): string => mean === null ? '–' : mean.low === null ? number(mean.mean) : `${number(mean.mean)} [${number(mean.low)}, ${number(mean.high!)}]`

/** A line a measure: mean over cases with its 95 % interval, its control, how far it is better, and in how many cases. */
export function words(reports: readonly FaithfulnessReport[]): string {
  const head = ['measure', 'better', 'map', 'control', 'better by', 'better in']
  const rows = reports.map(({ metric, mean, controlMean, advantage, better, cases }) => {
    const without = cases.filter(({ value }) => value === null)
    const noted = cases.filter(({ value, note }) => value !== null && note !== '')
    const share = better ? `${better.count} of ${better.of} [${number(better.low)}, ${number(better.high)}]` : 'no case'
    return [metric.id, metric.better, interval(mean), interval(controlMean), interval(advantage), share + (without.length > 0 ? `; ${without.length} without a value: ${without[0].note}` : '') + (noted.length > 0 ? `; ${noted.length} with a note: ${noted[0].note}` : '')]
  })
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
  return [head, ...rows].map((row) => row.map((cell, i) => i === row.length - 1 ? cell : cell.padEnd(widths[i])).join('  ')).join('\n')
}
