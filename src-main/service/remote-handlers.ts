import { join } from 'node:path'

import { recordAudit } from '../project/audit.ts'
import { hostOf, searchStudies } from '../sources/dicomweb.ts'
import { dicomwebSource } from '../sources/dicomweb-studies.ts'
import { sideFolder } from '../sources/side-folder.ts'
import { projectOf, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'
import { importSource } from './import-folder.ts'

/** Servers of images. Addresses and credentials live in the calls: none is stored or logged. */
export function remoteHandlers(context: Context): HandlersOf<'dicomweb'> {
  return {
    'dicomweb.search': ({ server, query }, { signal }) => searchStudies(server, query, signal),
    'dicomweb.retrieve': ({ server, studies }) => {
      const project = projectOf(context)
      const title = `${studies.length === 1 ? 'A study' : `${studies.length} studies`} from ${hostOf(server)}`
      return context.jobs.start('import', title, async (control) => {
        try {
          const source = dicomwebSource(server, studies, join(sideFolder(project.file), 'dicomweb'))
          const report = await importSource(project, source, control, { onCases: (caseIds) => tellCases(context, caseIds.length > 32 ? null : caseIds) })
          recordAudit(project, context.settings.current.reader, 'fetch', { studies: studies.length, added: report.added, unreadable: report.unreadable })
          return report
        } finally {
          tellCases(context, null)
          tellProject(context)
        }
      }).job
    },
  }
}
