import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { ProjectInfo } from '../contract/records.ts'
import { modelInUse } from '../project/models.ts'
import { createProject, openProject } from '../project/project.ts'
import type { Project } from '../project/project.ts'
import { projectInfo } from '../project/project-info.ts'
import { useReader } from '../project/readings.ts'
import { salvageProject } from '../project/salvage.ts'
import { summarize } from '../project/summary.ts'
import { projectOf, readerAtWork, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import { demoProjectFile, followResources, makeDemoProject } from './demo.ts'
import type { HandlersOf } from './handlers.ts'
import { ensureModel } from './model-session.ts'
import { startRun } from './run-handlers.ts'

export function projectHandlers(context: Context): HandlersOf<'project'> {
  let changing: Promise<unknown> = Promise.resolve()
  /** Opening, closing and making projects happen one after another. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = changing.catch(() => undefined).then(work)
    changing = result
    return result
  }

  return {
    'project.create': (input) => inTurn(async () => {
      const file = resolve(input.file)
      if (file.startsWith(context.platform.projectsFolder)) await mkdir(dirname(file), { recursive: true })
      if (!existsSync(dirname(file))) throw new ReviewError('file-not-found', `There is no folder ${dirname(file)} for the new project. Make it first.`)
      const next = createProject(file, { version: context.platform.version })
      await closeProject(context)
      return enter(context, next)
    }),
    'project.open': ({ file }) => inTurn(() => open(context, resolve(file))),
    'project.openDemo': (_input, { signal }) => inTurn(async () => {
      const file = demoProjectFile(context.platform)
      const isNew = !existsSync(file)
      if (isNew) {
        await closeProject(context)
        await makeDemoProject(context, signal)
      }
      const info = await open(context, file)
      if (info.model && info.scored === 0) startRun(context, { filter: { text: '', conditions: [], sampleId: null }, attribution: { method: 'gradcam', layer: null, classIndex: 'predicted', parameters: {} } })
      return info
    }),
    'project.close': () => inTurn(async () => {
      await closeProject(context)
      return null
    }),
    'project.salvage': ({ file, out }) => inTurn(async () => {
      const [damaged, target] = [resolve(file), resolve(out)]
      if (context.project && [damaged, target].includes(context.project.file)) throw new ReviewError('bad-request', 'This project is open. Close it, then save what can be read of it.')
      return salvageProject(damaged, target)
    }),
    'project.recent': () => context.recent.list(),
    'project.summary': ({ filter }) => summarize(projectOf(context), filter),
  }
}

/** The new one is opened before the old one is given up, so that a file that cannot be opened costs nothing. */
async function open(context: Context, file: string): Promise<ProjectInfo> {
  if (context.project?.file === file) return projectInfo(context.project)
  const next = openProject(file)
  await closeProject(context)
  return enter(context, next)
}

function enter(context: Context, project: Project): ProjectInfo {
  followResources(project, context.platform)
  useReader(project, readerAtWork(context))
  context.project = project
  try {
    context.recent.opened(project.file)
  } catch (thrown) {
    context.log.failure('recent projects', thrown)
  }
  tellProject(context)
  tellCases(context, null)
  if (modelInUse(project)) ensureModel(context).catch((thrown: unknown) => context.log.failure('opening the model', thrown))
  return projectInfo(project)
}

export async function closeProject(context: Context): Promise<void> {
  const { project } = context
  if (!project) return
  await context.jobs.cancelAll()
  await context.receiving?.stop()
  context.receiving = null
  await project.database.whenWritable()
  context.project = null
  context.images.clear()
  context.inputs.clear()
  project.close()
  tellProject(context)
}
