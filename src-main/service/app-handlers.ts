import { EXPORT_FORMATS } from '../export/formats.ts'
import { METHOD_INFOS } from '../attribution/methods.ts'
import { PRESETS } from '../model/presets.ts'
import { useReader } from '../project/readings.ts'
import { projectInfo } from '../project/project-info.ts'
import { readerAtWork, tellCases, writable } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'

export function appHandlers(context: Context): HandlersOf<'app'> {
  return {
    'app.state': () => ({
      version: context.platform.version,
      shell: context.platform.shell,
      platform: `${process.platform}-${process.arch}`,
      project: context.project && projectInfo(context.project),
      settings: context.settings.current,
      compute: context.compute.status,
      methods: METHOD_INFOS,
      exportFormats: EXPORT_FORMATS.map(({ id, name, extension, isFolder, about }) => ({ id, name, extension, isFolder, about })),
      presets: PRESETS,
      projectsFolder: context.platform.projectsFolder,
    }),
    'app.settings': async (input) => {
      const settings = context.settings.change(input)
      if (input.reader !== undefined && context.project) {
        useReader(await writable(context), readerAtWork(context))
        tellCases(context, null)
      }
      context.emitter.emit('settings', settings)
      return settings
    },
  }
}
