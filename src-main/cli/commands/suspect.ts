import { Command } from 'commander'
import type { SuspectReport } from '../../contract/causal.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { parseWhere } from '../where.ts'

interface SuspectOptions { readonly project: string; readonly where: readonly string[]; readonly again: boolean; readonly json: boolean }

/** `right-reason suspect`: which cases may be right for the wrong reason. */
export function suspectCommand(): Command {
  return new Command('suspect')
    .description('look in every case for an answer that rests on what is no anatomy: markers, tubes, text, borders, exposure (docs/causal.md)')
    .requiredOption('--project <file>', 'project file with a model and cases')
    .addOption(several('--where <condition>', 'only cases of which this holds; repeated: all hold'))
    .option('--again', 'look again at cases that were looked at before', false)
    .option('--json', 'print the report as JSON', false)
    .action(async (options: SuspectOptions) => {
      process.exitCode = await withService((runner) => suspect(runner, options))
    })
}

async function suspect(runner: Runner, { project, where, again, json }: SuspectOptions): Promise<ExitCode> {
  const filter = parseWhere(where)
  await openProject(runner, project)
  const job = await runner.job('causal.suspect', { filter, again })
  const report = job.result as SuspectReport
  for (const { file, error } of report.failed) runner.tell(`${file}: ${error.code}: ${error.message}`)
  console.log(json ? JSON.stringify(report, null, 2) : words(report))
  if (report.cases === 0 && report.failed.length > 0) return EXIT.failed
  return report.failed.length > 0 ? EXIT.someFailed : EXIT.ok
}

function words({ cases, known, failed, accused, accusedCorrect, threshold, first, byTerm }: SuspectReport): string {
  const proportion = accusedCorrect === null ? '' : `; of ${accusedCorrect.of} correct ones ${accusedCorrect.count} [${accusedCorrect.low.toFixed(3)}, ${accusedCorrect.high.toFixed(3)}]`
  return [
    `${cases} cases, ${known} known before, ${failed.length} failed; ${accused} at or above ${threshold}${proportion}`,
    ...byTerm.map(({ label, count }) => `  ${String(count).padStart(5)}  ${label}`),
    ...first.map(({ file, suspicion, term }) => `${suspicion.toFixed(3)}  ${term.padEnd(16)}  ${file}`),
  ].join('\n')
}
