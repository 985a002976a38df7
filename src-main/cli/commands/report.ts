import { Command, InvalidArgumentError, Option } from 'commander'
import { resolve } from 'node:path'
import { IDENTIFIER_KINDS, type Identifiers } from '../../contract/interchange.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'

interface ReportOptions {
  readonly project: string
  readonly out: string
  readonly plan?: number
  readonly reader?: string
  readonly by: readonly string[]
  readonly examples: number
  readonly identifiers: Identifiers
  readonly overwrite: boolean
}

const whole = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

/** `right-reason report`: the results of a plan as one HTML file. */
export function reportCommand(): Command {
  return new Command('report')
    .description('write the results of a review as one HTML file that can be printed (docs/review.md)')
    .requiredOption('--project <file>', 'project file')
    .requiredOption('--out <file>', 'HTML file to write')
    .option('--plan <number>', 'plan, where the project has several', whole)
    .option('--reader <name>', 'what this reader said, instead of all together')
    .addOption(several('--by <column>', 'a further column to break rates down by, as sex or group:site; may be repeated'))
    .option('--examples <count>', 'pictures of so many wrong-reason cases, each with its caveat', whole, 0)
    .addOption(new Option('--identifiers <kind>', 'deidentified: readers become letters; plain: filters stand with their values').choices(Object.keys(IDENTIFIER_KINDS)).default('pseudonym'))
    .option('--overwrite', 'replace what is at the path', false)
    .action(async (options: ReportOptions) => {
      process.exitCode = await withService((runner) => report(runner, options))
    })
}

async function report(runner: Runner, { project, out, plan, reader, by, ...rest }: ReportOptions): Promise<ExitCode> {
  await openProject(runner, project)
  const plans = await runner.call('plans.list')
  if (plan === undefined && plans.length !== 1) {
    throw new UsageError(plans.length === 0 ? 'The project has no plan, and a report is of a plan. Make one in the window first.' : `The project has several plans; choose one with --plan: ${plans.map(({ id, name }) => `${id} (${name})`).join(', ')}.`)
  }
  const job = await runner.job('report.make', { ...rest, planId: plan ?? plans[0]!.id, reader: reader ?? null, by: [...by], out: resolve(out) })
  console.log((job.result as { path: string }).path)
  return job.itemErrors > 0 ? EXIT.someFailed : EXIT.ok
}
