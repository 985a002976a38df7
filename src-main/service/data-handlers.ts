import { basename } from 'node:path'

import { applyLabels } from '../project/label-apply.ts'
import { matchLabels } from '../project/label-match.ts'
import { previewLabels } from '../project/label-preview.ts'
import { recordAudit } from '../project/audit.ts'
import { projectOf, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'
import { importPaths } from './import-paths.ts'
import { openUploadFolder } from './uploads.ts'

/** Studies and labels on their way in. */
export function dataHandlers(context: Context): HandlersOf<'import' | 'labels'> {
  return {
    'import.start': ({ folder, also, images }) => {
      const project = projectOf(context)
      return context.jobs.start('import', `Import of ${basename(folder)}`, async (control) => {
        try {
          const report = await importPaths(context, project, [folder, ...also], images, control)
          recordAudit(project, context.settings.current.reader, 'import', { found: report.found, added: report.added, unreadable: report.unreadable, notDicom: report.notDicomCount })
          return report
        } finally {
          context.images.clear()
          tellCases(context, null)
          tellProject(context)
        }
      }).job
    },
    'import.receive': () => openUploadFolder(context),
    'labels.preview': ({ file }, { signal }) => previewLabels(projectOf(context), file, { signal }),
    'labels.match': async ({ file, mapping }, { signal }) => (await matchLabels(projectOf(context), file, mapping, { signal })).match,
    'labels.apply': async ({ file, mapping }, { signal }) => {
      const project = projectOf(context)
      const started = context.jobs.start('labels', `Labels of ${basename(file)}`, (control) =>
        applyLabels(project, file, mapping, { signal: AbortSignal.any([signal, control.signal]), onProgress: control.progress }))
      const match = await started.ended
      recordAudit(project, context.settings.current.reader, 'labels', { matchedCases: match.matchedCases, unmatchedRows: match.unmatchedRowCount })
      tellCases(context, null)
      tellProject(context)
      return match
    },
  }
}
