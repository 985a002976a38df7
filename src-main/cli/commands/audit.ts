import { Command } from 'commander'
import { resolve } from 'node:path'
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
    .option('--out <file>', 'write it to a file instead: CSV, or JSON by its ending')
    .option('--overwrite', 'replace what is at the path', false)
    .action(async (project: string, { json, out, overwrite }: { json: boolean; out?: string; overwrite: boolean }) => {
      process.exitCode = await withService(async (runner) => {
        await openProject(runner, project)
        if (out !== undefined) {
          const job = await runner.job('export.audit', { format: /\.json$/i.test(out) ? 'json' : 'csv', out: resolve(out), overwrite })
          console.log((job.result as { path: string }).path)
          return EXIT.ok
        }
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
