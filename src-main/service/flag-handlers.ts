import { basename } from 'node:path'

import { recordAudit } from '../project/audit.ts'
import { previewFlags } from '../project/flag-file.ts'
import { importFlags } from '../project/flag-import.ts'
import { projectOf, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'

/** Flags of another copy, an older version or another tool on their way in. */
export function flagHandlers(context: Context): HandlersOf<'flags'> {
  const reader = () => context.settings.current.reader
  return {
    'flags.preview': ({ file }, { signal }) => {
      projectOf(context)
      return previewFlags(file, reader(), { signal })
    },
    'flags.match': ({ file, mapping }, { signal }) => importFlags(projectOf(context), file, { mapping, reader: reader(), apply: false, replace: false }, { signal }),
    'flags.import': async ({ file, mapping, replace }, { signal }) => {
      const project = projectOf(context)
      const started = context.jobs.start('flags', `Flags of ${basename(file)}`, (control) =>
        importFlags(project, file, { mapping, reader: reader(), apply: true, replace }, { signal: AbortSignal.any([signal, control.signal]), onProgress: control.progress }))
      const report = await started.ended
      recordAudit(project, reader(), 'flags', { file: basename(file), flags: report.flags, added: report.added, same: report.same, conflicts: report.conflictCount, replaced: report.replaced, unmatched: report.unmatchedCount })
      tellCases(context, null)
      tellProject(context)
      return report
    },
  }
}
