import { resolve } from 'node:path'
import { Command } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { withService } from '../session.ts'

/** `right-reason salvage`: what can still be read of a damaged project. */
export function salvageCommand(): Command {
  return new Command('salvage')
    .description('copy what can still be read of a damaged project into a new one (docs/review.md)')
    .argument('<damaged>', 'project file; it is left as it is')
    .argument('<out>', 'project file to make')
    .option('--json', 'print what was saved as JSON', false)
    .action(async (damaged: string, out: string, { json }: { json: boolean }) => {
      process.exitCode = await withService(async (runner) => {
        const report = await runner.call('project.salvage', { file: resolve(damaged), out: resolve(out) })
        const lossy = report.tables.filter((table) => table.damaged)
        console.log(json ? JSON.stringify(report, null, 2) : `${report.out}: ${report.cases} cases, ${report.flags} flags${lossy.length === 0 ? '; every row could be read' : `; rows are missing of: ${lossy.map(({ name, rows }) => `${name} (${rows} saved)`).join(', ')}`}`)
        return lossy.length === 0 ? EXIT.ok : EXIT.someFailed
      })
    })
}
