import { Command } from 'commander'
import type { AgreementPair, Kappa, PopulationRate, RateRow, Results } from '../../contract/protocol.ts'
import { REASONS, type Proportion } from '../../contract/records.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { wholeNumber } from './evidence.ts'

interface ResultsOptions { readonly plan?: string; readonly reader?: string; readonly by: readonly string[]; readonly json: boolean }

/** `right-reason results`: rates and agreement of a review. */
export function resultsCommand(): Command {
  return new Command('results')
    .description('how often the model was right for the wrong reason, with intervals, and how far the readers agree (docs/review.md)')
    .argument('<project>', 'project file')
    .option('--plan <n>', 'which plan; the only one unless told')
    .option('--reader <name>', 'of this reader alone; of all together unless told')
    .addOption(several('--by <column>', 'break the rate down by this column too, as sex or group:NAME; may be repeated'))
    .option('--json', 'print all numbers as JSON', false)
    .action(async (project: string, options: ResultsOptions) => {
      process.exitCode = await withService((runner) => print(runner, project, options))
    })
}

async function print(runner: Runner, file: string, { plan, reader, by, json }: ResultsOptions): Promise<ExitCode> {
  await openProject(runner, file)
  const plans = await runner.call('plans.list')
  if (plan === undefined && plans.length !== 1) throw new UsageError(plans.length === 0 ? 'The project has no plan. Make one with `right-reason plan`.' : `Choose one of the plans with --plan: ${plans.map(({ id, name }) => `${id} (${name})`).join(', ')}.`)
  const results = await runner.call('results.get', { planId: plan === undefined ? plans[0].id : wholeNumber('--plan', plan, 1), reader: reader ?? null, by: [...by] })
  console.log(json ? JSON.stringify(results, null, 2) : words(results))
  return EXIT.ok
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
const share = (of: Proportion | null): string => of === null ? 'no case' : `${of.count} of ${of.of}, ${percent(of.value)} [${percent(of.low)}, ${percent(of.high)}]`
const weighted = (of: PopulationRate | null): string => of === null ? 'no case' : `${percent(of.value)} [${percent(of.low)}, ${percent(of.high)}]`
const kappa = ({ value, low, high, why, agreement }: Kappa): string => `${value === null ? `κ not defined: ${why}` : `κ ${value.toFixed(3)}${low === null ? '' : ` [${low.toFixed(3)}, ${high!.toFixed(3)}]`}`}; the same on ${share(agreement)}`

/** Right for the wrong reason: overall, then by each column; agreement; what has to be said with it. */
export function words(results: Results): string {
  const line = (title: string, { sample, population, amongCorrect }: RateRow): string => `${title}: ${share(sample)}; population ${weighted(population)}; among correct predictions ${share(amongCorrect)}`
  const pair = ({ a, b, kappa: of }: AgreementPair): string => `  ${a} and ${b}: ${kappa(of)}`
  const { plan, reader, overall, tables, byReason, byReader, pairs, fleiss, selves, notes } = results
  return [
    `${plan.name}: ${results.read} of ${results.cases} cases read${reader === null ? '' : ` by ${reader}`}, ${results.open} open`,
    line('right for the wrong reason', overall),
    ...tables.flatMap(({ title, rows }) => [`by ${title.toLowerCase()}`, ...rows.map((row) => line(`  ${row.value ?? '(none)'}`, row))]),
    ...(byReason.length > 0 ? ['by reason', ...byReason.map((one) => `  ${REASONS[one.reason]}: ${share(one.sample)}`)] : []),
    ...(byReader.length > 1 ? ['by reader', ...byReader.map(({ reader: name, row }) => line(`  ${name}`, row))] : []),
    ...(pairs.length > 0 ? ['agreement', ...pairs.map(pair), ...(fleiss && fleiss.readers > 2 ? [`  all ${fleiss.readers} (Fleiss): ${kappa(fleiss)}`] : [])] : []),
    ...(selves.length > 0 ? ['agreement with themselves', ...selves.map(pair)] : []),
    ...notes,
  ].join('\n')
}
