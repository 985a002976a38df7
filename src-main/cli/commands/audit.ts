import { Command } from 'commander'
import type { AuditEntry } from '../../contract/protocol.ts'
import { EXIT } from '../exit-codes.ts'
import { openProject, withService } from '../session.ts'

const PAGE = 1000

/** `right-reason audit`: who did what when. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('print the log of a project, oldest first: who, when, what, before and after')
    .argument('<project>', 'project file')
    .option('--json', 'a JSON object a line, with everything', false)
    .action(async (project: string, { json }: { json: boolean }) => {
      process.exitCode = await withService(async (runner) => {
        await openProject(runner, project)
        for (let offset = 0; ; offset += PAGE) {
          const { entries, total } = await runner.call('audit.page', { offset, limit: PAGE })
          for (const entry of entries) console.log(json ? JSON.stringify(entry) : line(entry))
          if (offset + PAGE >= total) return EXIT.ok
        }
      })
    })
}

function line({ time, reader, action, file, before, after, details }: AuditEntry): string {
  const verdict = (value: unknown): string => [value].flat().map((one) => one === null ? 'none' : (one as { verdict?: string }).verdict ?? JSON.stringify(one)).join(' / ')
  const what = file === null ? JSON.stringify(details) : `${file}: ${verdict(before)} → ${verdict(after)}`
  return `${time}  ${reader || '–'}  ${action}  ${what}`
}
