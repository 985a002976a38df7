import { OPERATION_INFOS } from '../causal/operations/table.ts'
import { ReviewError } from '../contract/errors.ts'
import { pathOfCase } from '../project/case-rows.ts'
import { checksOf } from '../project/causal-checks.ts'
import type { Project } from '../project/project.ts'
import { correctZone, removeTemplate, saveTemplate, zoneTemplates } from '../project/zones.ts'
import { evidenceWith } from './case-evidence.ts'
import { startCalibration } from './calibration.ts'
import { makeCheck, pictureOfCheck } from './causal-check.ts'
import { projectOf, tellCases } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'
import { startPlant } from './plant.ts'
import { startSpread } from './spread.ts'
import { startSuspects } from './suspects.ts'
import { zonesOfCase } from './zones-of-case.ts'

/** Checks by perturbing the image, zones, suspects. */
export function causalHandlers(context: Context): HandlersOf<'causal'> {
  const reader = () => context.settings.current.reader || 'unnamed'
  const writable = async (): Promise<Project> => {
    const project = projectOf(context)
    await project.database.whenWritable()
    return project
  }
  return {
    'causal.operations': () => OPERATION_INFOS,
    'causal.check': (request, { signal }) => makeCheck(context, request, signal),
    'causal.checks': ({ caseId }) => {
      const project = projectOf(context)
      pathOfCase(project, caseId)
      return checksOf(project, caseId)
    },
    'causal.picture': ({ checkId }, { signal }) => pictureOfCheck(context, checkId, signal),
    'causal.zones': ({ caseId }, { signal }) => zonesOfCase(context, projectOf(context), caseId, signal),
    'causal.correctZone': async ({ caseId, zone, outline }, { signal }) => {
      const project = await writable()
      const zones = await zonesOfCase(context, project, caseId, signal)
      if (!zones.some(({ name }) => name === zone)) throw new ReviewError('bad-parameter', `There is no zone '${zone}'. There are: ${zones.map(({ name }) => name).join(', ')}.`)
      correctZone(project, caseId, zone, outline, reader())
      tellCases(context, [caseId])
      return zonesOfCase(context, project, caseId, signal)
    },
    'causal.templates': () => zoneTemplates(projectOf(context)),
    'causal.saveTemplate': async (template) => {
      const project = await writable()
      saveTemplate(project, template, reader())
      tellCases(context, null)
      return zoneTemplates(project)
    },
    'causal.removeTemplate': async ({ name }) => {
      const project = await writable()
      if (!zoneTemplates(project).some((template) => template.name === name)) throw new ReviewError('bad-parameter', `The project has no zone '${name}' of its own. Reload the list.`)
      removeTemplate(project, name)
      tellCases(context, null)
      return zoneTemplates(project)
    },
    'causal.evidence': async ({ caseId }, { signal }) => {
      const project = projectOf(context)
      return evidenceWith(project, caseId, await zonesOfCase(context, project, caseId, signal))
    },
    'causal.suspect': (request) => startSuspects(context, request),
    'causal.spread': (request) => startSpread(context, request),
    'causal.calibrate': (request) => startCalibration(context, request),
    'causal.plant': (request) => startPlant(context, request),
  }
}
