import { Command } from 'commander'
import { FATES, type FlagFate, type ModelComparison, type ProjectModel } from '../../contract/protocol.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { openProject, withService } from '../session.ts'
import { wholeNumber } from './evidence.ts'

interface CompareOptions { readonly before?: string; readonly after?: string; readonly method: string; readonly json: boolean }

/** `right-reason compare`: what became of flags under another model. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('what became of the flagged cases under a second model of the project (docs/review.md)')
    .argument('<project>', 'project file')
    .option('--before <n>', 'the model that was flagged; the first but one unless told')
    .option('--after <n>', 'the new one; the last unless told')
    .option('--method <id>', 'whose maps are compared', 'gradcam')
    .option('--json', 'print a row for each flagged case as JSON', false)
    .action(async (project: string, options: CompareOptions) => {
      process.exitCode = await withService((runner) => compare(runner, project, options))
    })
}

async function compare(runner: Runner, file: string, { before, after, method, json }: CompareOptions): Promise<ExitCode> {
  await openProject(runner, file)
  const models = await runner.call('models.list')
  if (models.length < 2 && (before === undefined || after === undefined)) throw new UsageError(`The project has had ${models.length} model${models.length === 1 ? '' : 's'} in use. Run the second one first: right-reason analyze --model NEW.onnx --project ${file} …`)
  const id = (option: string, text: string | undefined, model: ProjectModel | undefined) => text === undefined ? model!.id : wholeNumber(option, text, 1)
  const comparison = await runner.call('models.compare', { before: id('--before', before, models.at(-2)), after: id('--after', after, models.at(-1)), attribution: { method } })
  console.log(json ? JSON.stringify(comparison, null, 2) : words(comparison))
  return EXIT.ok
}

function words({ before, after, counts, rows, notes }: ModelComparison): string {
  return [
    `${before.name} (${before.id}) → ${after.name} (${after.id}): ${rows.length} flagged cases`,
    ...FATES.filter((fate) => counts[fate] > 0).map((fate) => `  ${fate}: ${counts[fate]}`),
    ...rows.map((row) => `${row.file}: ${[`${row.before.flag.verdict}, ${row.before.outcome} → ${row.after.outcome}: ${row.fate}`, ...mapWords(row.map), ...suspicionWords(row.suspicion)].join('; ')}`),
    ...notes,
  ].join('\n')
}

function mapWords(map: FlagFate['map']): string[] {
  if (map === null) return []
  const share = (value: number | null) => value === null ? '–' : `${Math.round(100 * value)} %`
  return [`maps ${map.spearman.toFixed(2)} alike${map.inRegionBefore === null ? '' : `, in the flagged region ${share(map.inRegionBefore)} → ${share(map.inRegionAfter)}`}`]
}

function suspicionWords(change: FlagFate['suspicion']): string[] {
  return change === null ? [] : [`suspicion ${[change.before, change.after].map(({ suspicion, term }) => `${suspicion.toFixed(2)} (${term})`).join(' → ')}`]
}
