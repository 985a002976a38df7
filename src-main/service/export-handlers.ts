import { basename, resolve } from 'node:path'

import { runExport } from '../export/run-export.ts'
import { EXPORT_FORMATS } from '../export/formats.ts'
import { ReviewError } from '../contract/errors.ts'
import { recordAudit } from '../project/audit.ts'
import { readMeta } from '../project/meta.ts'
import { pseudonyms } from '../project/pseudonyms.ts'
import { countForExport } from '../project/scores.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { exportSource } from './export-source.ts'
import type { HandlersOf } from './handlers.ts'

export function exportHandlers(context: Context): HandlersOf<'export'> {
  return {
    'export.count': ({ filter }) => countForExport(projectOf(context), filter),
    'export.start': ({ format, out, filter, identifiers, attribution, overwrite, retain }) => {
      const project = projectOf(context)
      const name = EXPORT_FORMATS.find(({ id }) => id === format)?.name
      if (name === undefined) throw new ReviewError('unknown-format', `There is no export format '${format}'. Choose one of: ${EXPORT_FORMATS.map(({ id }) => id).join(', ')}.`)
      const path = resolve(out)
      const source = exportSource(context, project, filter, attribution)
      const pseudonymiser = pseudonyms(readMeta(project.database, 'pseudonym-key')!)
      return context.jobs.start('export', `${name} to ${basename(path)}`, async ({ signal, progress, itemFailed }) => {
        const result = await runExport(format, source, { out: path, identifiers, pseudonymiser, overwrite, retain, signal, onProgress: (done, total) => progress(done, total), onItemError: itemFailed })
        recordAudit(project, context.settings.current.reader, 'export', { format, identifiers, cases: result.cases, maps: result.maps, ...(retain.length > 0 ? { retain } : {}) })
        return result
      }).job
    },
  }
}
