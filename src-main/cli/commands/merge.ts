import { copyFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { ReviewError } from '../../contract/errors.ts'
import type { MergeReport } from '../../contract/protocol.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { openProject, withService } from '../session.ts'

interface MergeOptions { readonly json: boolean }

/** `right-reason merge`: what several readers said in their copies, in one project. */
export function mergeCommand(): Command {
  return new Command('merge')
    .description("merge readers' copies of a project into a new one; nothing is overwritten, conflicts are listed (docs/review.md)")
    .argument('<out>', 'project file to make')
    .argument('<copies...>', 'two or more copies of one project; they are left as they are')
    .option('--json', 'print what came in as JSON', false)
    .action(async (out: string, copies: string[], options: MergeOptions) => {
      process.exitCode = await withService((runner) => merge(runner, out, copies, options))
    })
}

async function merge(runner: Runner, out: string, copies: readonly string[], { json }: MergeOptions): Promise<ExitCode> {
  const [first, ...more] = copies
  if (more.length === 0) throw new UsageError('A merge takes two copies or more: merge OUT A B …')
  for (const copy of copies) if (!existsSync(copy)) throw new ReviewError('file-not-found', `There is no project ${copy}.`)
  if (existsSync(out)) throw new ReviewError('file-unwritable', `${out} exists already. Choose another name for the merged project.`)
  await openProject(runner, first)
  await runner.call('project.close')
  await copyFile(first, out)
  await openProject(runner, out)
  const reports: MergeReport[] = []
  for (const copy of more) reports.push((await runner.job('readings.merge', { file: resolve(copy) })).result as MergeReport)
  if (json) console.log(JSON.stringify(reports, null, 2))
  else for (const report of reports) console.log(words(report))
  return EXIT.ok
}

function words({ file, readings, readers, plans, audit, conflicts }: MergeReport): string {
  const head = `${file}: ${readings} readings${readers.length > 0 ? ` by ${readers.join(', ')}` : ''}, ${plans} plans, ${audit} entries of the log${readings + plans + audit === 0 ? ' (nothing new)' : ''}`
  return [head, ...conflicts.map(({ file: image, reader, pass }) => `  conflict: ${reader} said different things of ${image} (${pass} pass) in two copies`)].join('\n')
}
