import { join, resolve } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { ReceiverState } from '../contract/remote.ts'
import { recordAudit } from '../project/audit.ts'
import { sideFolder } from '../sources/side-folder.ts'
import { projectOf, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'
import { importSource } from './import-folder.ts'
import { filesSource } from './open-source.ts'
import { receiveInto } from './receiving.ts'

const OFF: ReceiverState = { listening: null, folder: null, received: 0, refused: 0, lastProblem: null }

/** The receiver of C-STORE: off until it is started, for the project that is open, and off when that is closed. */
export function receiverHandlers(context: Context): HandlersOf<'receiver'> {
  return {
    'receiver.start': async ({ into, ...options }) => {
      const project = projectOf(context)
      if (context.receiving) throw new ReviewError('busy', 'The receiver is running. Stop it first.')
      const folder = into === null ? join(sideFolder(project.file), 'received') : resolve(into)
      const receiving = await receiveInto(folder, options, async (files) => {
        const report = await importSource(project, filesSource(folder, files), { signal: new AbortController().signal, progress: () => undefined, itemFailed: () => undefined })
        recordAudit(project, context.settings.current.reader, 'receive', { found: report.found, added: report.added, unreadable: report.unreadable })
        tellCases(context, null)
        tellProject(context)
      })
      if (context.receiving || context.project !== project) {
        await receiving.stop()
        throw new ReviewError('busy', 'The project was closed, or the receiver started twice, meanwhile. Try again.')
      }
      context.receiving = receiving
      return receiving.state
    },
    'receiver.stop': async () => {
      const { receiving } = context
      context.receiving = null
      await receiving?.stop()
      return receiving ? { ...receiving.state, listening: null } : OFF
    },
    'receiver.state': () => context.receiving?.state ?? OFF,
  }
}
