import { basename, resolve } from 'node:path'

import { writeAudit } from '../export/audit-file.ts'
import { runExport } from '../export/run-export.ts'
import { EXPORT_FORMATS } from '../export/formats.ts'
import { exportPreview } from '../export/leaves.ts'
import type { ExportFormat } from '../export/types.ts'
import { writeWhole } from '../export/write-whole.ts'
import type { AuditEntry } from '../contract/protocol.ts'
import { ReviewError } from '../contract/errors.ts'
import { auditPage, recordAudit } from '../project/audit.ts'
import { countLeaving } from '../project/leaving.ts'
import type { Project } from '../project/project.ts'
import { readMeta } from '../project/meta.ts'
import { projectInfo } from '../project/project-info.ts'
import { pseudonyms } from '../project/pseudonyms.ts'
import { countForExport } from '../project/scores.ts'
import { kindOf, mainClass } from './attribution-kind.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { exportProvenance, exportSource } from './export-source.ts'
import type { HandlersOf } from './handlers.ts'

export function exportHandlers(context: Context): HandlersOf<'export'> {
  return {
    'export.count': ({ filter }) => countForExport(projectOf(context), filter),
    'export.preview': ({ format, filter, identifiers, attribution, retain }) => {
      const project = projectOf(context)
      const wanted = attribution && { kind: kindOf(context, attribution), classIndex: mainClass(attribution.classIndex) }
      return exportPreview(formatNamed(format), { provenance: exportProvenance(context, project), groupColumns: projectInfo(project).groupColumns }, countLeaving(project, filter, wanted), { identifiers, retain })
    },
    'export.audit': ({ format, out, overwrite }) => {
      const project = projectOf(context)
      const path = resolve(out)
      return context.jobs.start('export', `Log to ${basename(path)}`, async ({ signal }) => {
        const written = await writeWhole(path, { isFolder: false, overwrite, signal }, async (beside) => ({ files: 1, entries: await writeAudit(beside, format, auditEntries(project, signal)) }))
        recordAudit(project, context.settings.current.reader, 'export', { format: `audit ${format}`, entries: written.entries })
        return written
      }).job
    },
    'export.start': ({ format, out, filter, identifiers, attribution, overwrite, retain }) => {
      const project = projectOf(context)
      const { name } = formatNamed(format)
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

const ENTRIES_A_STEP = 500

/** Page by page, with a rest between two, so that a long log holds up nothing else. */
async function* auditEntries(project: Project, signal: AbortSignal): AsyncIterable<AuditEntry> {
  for (let offset = 0; ; offset += ENTRIES_A_STEP) {
    signal.throwIfAborted()
    const { entries, total } = auditPage(project, { offset, limit: ENTRIES_A_STEP })
    yield* entries
    if (offset + ENTRIES_A_STEP >= total) return
    await new Promise((go) => setImmediate(go))
  }
}

function formatNamed(format: string): ExportFormat {
  const found = EXPORT_FORMATS.find(({ id }) => id === format)
  if (found) return found
  throw new ReviewError('unknown-format', `There is no export format '${format}'. Choose one of: ${EXPORT_FORMATS.map(({ id }) => id).join(', ')}.`)
}
