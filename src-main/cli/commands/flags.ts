import { Command, Option } from 'commander'
import type { FlagImportReport, FlagMapping } from '../../contract/interchange.ts'
import { VERDICTS, type Verdict } from '../../contract/records.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'

interface ImportOptions {
  readonly project: string
  readonly join?: 'file' | 'sopInstanceUid'
  readonly joinColumn?: string
  readonly verdictColumn?: string
  readonly verdict: readonly string[]
  readonly reasonsColumn?: string
  readonly noteColumn?: string
  readonly readerColumn?: string
  readonly reader?: string
  readonly replace: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

/** `right-reason flags import`: flags of an exported review, or of another tool's table. */
export function flagsCommand(): Command {
  const importing = new Command('import')
    .description('take flags in from an exported review (JSON) or a table by another tool (CSV, TSV)')
    .argument('<file>', 'right-reason/review JSON, or a table whose columns are guessed as in the window')
    .requiredOption('--project <file>', 'project file')
    .addOption(new Option('--join <kind>', 'what the key column names').choices(['file', 'sopInstanceUid']))
    .option('--join-column <name>', 'column that names the case')
    .option('--verdict-column <name>', 'column of verdicts')
    .addOption(several('--verdict <text=verdict>', `which verdict a text stands for, as shortcut=wrong-reason (${VERDICTS.join(', ')}); may be repeated`))
    .option('--reasons-column <name>', 'column of reasons, divided by ;')
    .option('--note-column <name>', 'column of notes')
    .option('--reader-column <name>', 'column of readers')
    .option('--reader <name>', 'whose flags they are, where no column says it')
    .option('--replace', 'where a reader said something else here, take what the file says; what was here stays in the log', false)
    .option('--dry-run', 'only say what would happen', false)
    .option('--json', 'print the report as JSON', false)
    .action(async (file: string, options: ImportOptions) => {
      process.exitCode = await withService((runner) => importFlags(runner, file, options))
    })
  return new Command('flags').description('flags of readers').addCommand(importing)
}

async function importFlags(runner: Runner, file: string, options: ImportOptions): Promise<ExitCode> {
  await openProject(runner, options.project)
  const { guess } = await runner.call('flags.preview', { file })
  const mapping = guess && mappingOf(guess, options)
  const input = { file, mapping }
  const report = options.dryRun ? await runner.call('flags.match', input) : await runner.call('flags.import', { ...input, replace: options.replace })
  console.log(options.json ? JSON.stringify(report) : words(report))
  if (!options.json) tell(runner, report, options.replace)
  return report.unmatchedCount > 0 || (report.conflictCount > 0 && !options.replace) || report.flags === 0 ? EXIT.someFailed : EXIT.ok
}

function mappingOf(guess: FlagMapping, { join, joinColumn, verdictColumn, verdict, reasonsColumn, noteColumn, readerColumn, reader }: ImportOptions): FlagMapping {
  const given = Object.fromEntries(Object.entries({ join, joinColumn, verdictColumn, reasonsColumn, noteColumn, readerColumn, reader }).filter(([, value]) => value !== undefined))
  const verdicts = Object.fromEntries(verdict.map((text): [string, Verdict] => {
    const at = text.lastIndexOf('=')
    const name = text.slice(at + 1) as Verdict
    if (at < 1 || !VERDICTS.includes(name)) throw new UsageError(`--verdict takes TEXT=VERDICT with one of ${VERDICTS.join(', ')}, not '${text}'.`)
    return [text.slice(0, at), name]
  }))
  return { ...guess, ...given, verdictOf: { ...guess.verdictOf, ...verdicts } }
}

const words = ({ applied, flags, added, same, conflictCount, replaced, unmatchedCount }: FlagImportReport): string =>
  `${flags} flags: ${added} ${applied ? 'added' : 'to add'}, ${same} the same, ${conflictCount} in conflict${replaced > 0 ? `, ${replaced} replaced` : ''}, ${unmatchedCount} without a case`

function tell(runner: Runner, { problems, conflicts }: FlagImportReport, replace: boolean): void {
  for (const problem of problems) runner.tell(problem)
  for (const { file, reader, here, there } of conflicts) runner.tell(`${file}: ${reader} said ${here.verdict} here, the file ${there.verdict}; ${replace ? 'the file\'s word holds' : 'what is here stays'}`)
}
