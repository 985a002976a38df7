import { ReviewError } from '../contract/errors.ts'
import { recordAudit } from '../project/audit.ts'
import { conflicts, itemAt, nextItem, planProgress, planReadings, requireJudgeable, storeAnswer } from '../project/plan-items.ts'
import { listPlans, makePlan, planOf, planSize, removePlan } from '../project/plans.ts'
import { results } from '../project/results.ts'
import { say } from '../project/reviews.ts'
import { projectOf, tellCases, tellProject, writable } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'

/** Reviews by plan: drawing, reading, and what comes out. */
export function planHandlers(context: Context): HandlersOf<'plans' | 'results'> {
  /** a plan counts readers, so they need names */
  const reader = (): string => {
    const { reader: name } = context.settings.current
    if (name !== '') return name
    throw new ReviewError('not-ready', 'A review by plan tells its readers apart, and you have no name yet. Enter one in the settings.')
  }

  return {
    'plans.size': (request) => planSize(projectOf(context), request),
    'plans.make': async (request) => {
      const project = await writable(context)
      const plan = makePlan(project, request, context.settings.current.reader)
      const { uid, name, seed, size, population } = plan
      recordAudit(project, plan.madeBy, 'plan', { uid, name, seed, size, population })
      return plan
    },
    'plans.list': () => listPlans(projectOf(context)),
    'plans.remove': async ({ id }) => {
      const project = await writable(context)
      const { uid, name } = planOf(project, id)
      removePlan(project, id)
      recordAudit(project, context.settings.current.reader, 'plan removed', { uid, name })
      return null
    },
    'plans.progress': ({ planId }) => planProgress(projectOf(context), planId),
    'plans.next': ({ planId, pass }) => nextItem(projectOf(context), planId, pass, reader()),
    'plans.item': ({ planId, pass, position }) => itemAt(projectOf(context), planId, pass, position, reader()),
    'plans.answer': async (request) => storeAnswer(await writable(context), request, reader()),
    'plans.judge': async ({ planId, caseId, pass, ...said }) => {
      const project = await writable(context)
      const name = reader()
      const position = requireJudgeable(project, { planId, caseId, pass }, name)
      say(project, { planId, caseId, pass, reader: name }, said)
      tellCases(context, [caseId])
      tellProject(context)
      return itemAt(project, planId, pass, position, name)
    },
    'plans.readings': ({ planId }) => planReadings(projectOf(context), planId),
    'plans.conflicts': ({ planId }) => conflicts(projectOf(context), planId),
    'results.get': (request) => results(projectOf(context), request),
  }
}
