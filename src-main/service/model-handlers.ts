import type { ModelInspection, ProjectInfo } from '../contract/records.ts'
import { pathOfCase } from '../project/case-rows.ts'
import { recordAudit } from '../project/audit.ts'
import { listModels, modelWithId } from '../project/model-list.ts'
import { modelInUse } from '../project/models.ts'
import { projectInfo } from '../project/project-info.ts'
import { compareModels, storedAttribution } from './compare-models.ts'
import { projectOf, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import { bundledModels } from './demo-parts.ts'
import type { HandlersOf } from './handlers.ts'
import { inputRecord } from './input-record.ts'
import { ensureModel, knownProviders, modelOf, tellProviders } from './model-session.ts'
import { useModelFile } from './use-model.ts'

export function modelHandlers(context: Context): HandlersOf<'model' | 'models'> {
  const { compute } = context
  const use = async (choice: Parameters<typeof useModelFile>[2]): Promise<ProjectInfo> => {
    const project = projectOf(context)
    await useModelFile(context, project, choice)
    const { sha256, profileSha256 } = modelOf(context)
    recordAudit(project, context.settings.current.reader, 'model', { sha256, profileSha256 })
    tellProject(context)
    tellCases(context, null)
    return projectInfo(project)
  }
  return {
    'model.bundled': () => bundledModels(context.platform),
    'model.inspect': async ({ file }, { signal }) => withProjectsProfile(context, await compute.inspect(file, { signal })),
    'model.instrument': (request, { signal }) => compute.instrument(request, { signal }),
    'model.use': (choice) => use(choice),
    'models.list': () => listModels(projectOf(context)),
    'models.compare': (request) => compareModels(context, request),
    'models.attribution': ({ modelId, caseId, request }) => storedAttribution(context, modelId, caseId, request),
    'models.use': ({ id }) => {
      const { file, profile, sha256 } = modelWithId(projectOf(context), id)
      return use({ file, profile, sha256 })
    },
    'model.input': async ({ caseId, file, profile }, { signal }) => {
      const { path } = pathOfCase(projectOf(context), caseId)
      const chosen = profile ?? (file === undefined ? modelOf(context).profile : (await compute.inspect(file, { signal })).profile)
      return inputRecord(context, caseId, await compute.input(path, 0, chosen, { signal }), chosen)
    },
    'model.checkGradients': async ({ layer, caseId }, { signal }) => {
      const path = caseId === null ? null : pathOfCase(projectOf(context), caseId).path
      await ensureModel(context)
      return compute.checkGradients({ layer, path }, { signal })
    },
  }
}

export function providerHandlers(context: Context): HandlersOf<'providers'> {
  return {
    'providers.list': () => knownProviders(context),
    'providers.probe': () => {
      modelOf(context)
      return context.jobs.start('providers', 'Measuring execution providers', async ({ signal, progress }) => {
        await ensureModel(context)
        const providers = await context.compute.probeProviders({ signal, onProgress: progress })
        tellProviders(context, providers)
        return providers
      }).job
    },
    'providers.force': async ({ provider }) => {
      const before = context.settings.current.provider
      context.emitter.emit('settings', context.settings.change({ provider }))
      try {
        if (context.project && modelInUse(context.project)) await ensureModel(context)
      } catch (thrown) {
        context.emitter.emit('settings', context.settings.change({ provider: before }))
        throw thrown
      }
      return knownProviders(context)
    },
  }
}

/** A model that the project uses already comes with the profile it is used with. */
function withProjectsProfile(context: Context, inspection: ModelInspection): ModelInspection {
  const used = context.project && modelInUse(context.project)
  return used?.sha256 === inspection.sha256 ? { ...inspection, profile: used.profile, profileSource: 'project' } : inspection
}
