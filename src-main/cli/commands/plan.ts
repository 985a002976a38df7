import { Command, Option } from 'commander'
import { HIDDEN, type Hidden, type Plan } from '../../contract/protocol.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { parseWhere } from '../where.ts'
import { wholeNumber } from './evidence.ts'

interface PlanOptions {
  readonly name: string
  readonly where: readonly string[]
  readonly size?: string
  readonly width?: string
  readonly expected: string
  readonly seed: string
  readonly stratify?: string
  readonly edges: string
  readonly allocation: 'proportional' | 'equal'
  readonly secondLook: string
  readonly hide: readonly Hidden[]
  readonly show: boolean
  readonly reader: string
  readonly json: boolean
}

/** `right-reason plan`: which cases are reviewed, in which order. */
export function planCommand(): Command {
  return new Command('plan')
    .description('draw the cases of a review, or list the plans of a project (docs/review.md)')
    .argument('<project>', 'project file')
    .option('--size <n>', 'how many cases are drawn')
    .option('--width <w>', 'in place of --size: as many as give a 95 % interval of this whole width, as 0.1 for ±5 points')
    .option('--expected <rate>', 'with --width: the rate that is expected', '0.5')
    .option('--name <name>', 'what the plan is called', '')
    .addOption(several('--where <condition>', 'only cases of which this holds; repeated: all hold'))
    .option('--seed <n>', 'seed of the draw', '1')
    .option('--stratify <column>', 'strata by this column, as outcome, predictedClass, confidence or group:NAME')
    .option('--edges <numbers>', 'bands of a column of numbers, as 0.5,0.8', '')
    .addOption(new Option('--allocation <how>', 'cases for the strata: in proportion, or the same number for each').choices(['proportional', 'equal']).default('proportional'))
    .option('--second-look <share>', 'share of the sample that each reader reads twice', '0')
    .addOption(new Option('--hide <what...>', 'what a reader does not see before they have answered').choices(HIDDEN).default([...HIDDEN]))
    .option('--show', 'hide nothing', false)
    .option('--reader <name>', 'who makes the plan', '')
    .option('--json', 'print the plans as JSON', false)
    .action(async (project: string, options: PlanOptions) => {
      process.exitCode = await withService((runner) => plan(runner, project, options))
    })
}

async function plan(runner: Runner, file: string, options: PlanOptions): Promise<ExitCode> {
  const filter = parseWhere(options.where)
  if (options.size !== undefined && options.width !== undefined) throw new UsageError('A plan takes --size or --width, not both.')
  await openProject(runner, file)
  if (options.size === undefined && options.width === undefined) {
    const plans = await runner.call('plans.list')
    console.log(options.json ? JSON.stringify(plans, null, 2) : plans.map(words).join('\n') || 'The project has no plan. Make one with --size or --width.')
    return EXIT.ok
  }
  if (options.reader !== '') await runner.call('app.settings', { reader: options.reader })
  const size = options.size !== undefined ? wholeNumber('--size', options.size, 1) : (await runner.call('plans.size', { filter, width: share('--width', options.width!), expected: share('--expected', options.expected) })).size
  const made = await runner.call('plans.make', {
    filter, size, name: options.name, seed: wholeNumber('--seed', options.seed, 0), secondLook: share('--second-look', options.secondLook), hidden: options.show ? [] : [...options.hide],
    stratify: options.stratify === undefined ? null : { column: options.stratify, edges: edgesOf(options.edges), allocation: options.allocation },
  })
  console.log(options.json ? JSON.stringify(made, null, 2) : words(made))
  return EXIT.ok
}

function share(option: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new UsageError(`${option} takes a share from 0 to 1, not '${text}'.`)
  return value
}

function edgesOf(text: string): number[] {
  const edges = text.trim() === '' ? [] : text.split(',').map(Number)
  if (!edges.every(Number.isFinite)) throw new UsageError(`--edges takes numbers with commas between, as in 0.5,0.8, not '${text}'.`)
  return edges
}

function words({ id, name, size, population, seed, strata, secondLooks, hidden, uid }: Plan): string {
  const parts = strata.length > 1 ? `; ${strata.map((one) => `${one.name}: ${one.sampled} of ${one.population}`).join(', ')}` : ''
  return `${id}  ${name}: ${size} of ${population} cases, seed ${seed}${parts}${secondLooks > 0 ? `; ${secondLooks} read twice` : ''}; hidden: ${hidden.join(', ') || 'nothing'}  ${uid.slice(0, 12)}`
}
