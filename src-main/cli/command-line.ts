import { Command, CommanderError } from 'commander'
import { errorRecord } from '../contract/errors.ts'
import { places } from '../service/shell/places.ts'
import { analyzeCommand } from './commands/analyze.ts'
import { auditCommand } from './commands/audit.ts'
import { calibrateCommand } from './commands/calibrate.ts'
import { checkCommand } from './commands/check.ts'
import { compareCommand } from './commands/compare.ts'
import { dicomCommand } from './commands/dicom.ts'
import { evidenceCommand } from './commands/evidence.ts'
import { exportCommand } from './commands/export.ts'
import { fetchCommand } from './commands/fetch.ts'
import { flagsCommand } from './commands/flags.ts'
import { gradientsCommand } from './commands/gradients.ts'
import { importCommand } from './commands/import.ts'
import { mergeCommand } from './commands/merge.ts'
import { modelCommand } from './commands/model.ts'
import { patternsCommand } from './commands/patterns.ts'
import { planCommand } from './commands/plan.ts'
import { providersCommand } from './commands/providers.ts'
import { randomisationCommand } from './commands/randomisation.ts'
import { receiveCommand } from './commands/receive.ts'
import { reportCommand } from './commands/report.ts'
import { resultsCommand } from './commands/results.ts'
import { salvageCommand } from './commands/salvage.ts'
import { serveCommand } from './commands/serve.ts'
import { suspectCommand } from './commands/suspect.ts'
import { EXIT, UsageError } from './exit-codes.ts'

const COMMANDS = [
  analyzeCommand, exportCommand, flagsCommand, reportCommand, importCommand, fetchCommand, receiveCommand, modelCommand, providersCommand, gradientsCommand, evidenceCommand, randomisationCommand, patternsCommand, checkCommand, suspectCommand, calibrateCommand,
  planCommand, mergeCommand, resultsCommand, compareCommand, auditCommand, salvageCommand, dicomCommand, serveCommand,
]

/** The whole command line; parsing it runs the command. */
export function commandLine(): Command {
  const program = new Command('right-reason')
    .description('Find out whether an image classifier is right for the right reason.')
    .version(places().version)
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some files or cases failed, 4 a check did not pass, 130 interrupted.\nData goes to standard output, progress and notes to standard error. See docs/cli.md.')
  for (const make of COMMANDS) program.addCommand(make())
  for (const command of everyCommand(program)) command.exitOverride().showHelpAfterError('(--help shows what there is)')
  return program
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => everyCommand(child as Command))]
}

/** Runs a command line and gives its exit code; a failure is one line on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await commandLine().parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? EXIT.ok)
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage
    const { code, message } = errorRecord(thrown)
    process.stderr.write(`${code}: ${message.replaceAll('\n', ' ')}\n`)
    if (thrown instanceof UsageError || code === 'bad-filter') return EXIT.usage
    return code === 'cancelled' ? EXIT.interrupted : EXIT.failed
  }
}
