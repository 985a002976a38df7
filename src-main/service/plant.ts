import { aroundOf, suspicionOf, suspicionProbes } from '../causal/suspect.ts'
import { tokenOutline, type TokenPlace } from '../causal/token.ts'
import { SUSPICION_THRESHOLD, type PlantReport, type PlantRequest } from '../contract/causal.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Job } from '../contract/records.ts'
import { pathOfCase } from '../project/case-rows.ts'
import type { Project } from '../project/project.ts'
import { aurocInterval } from '../statistics/auroc-interval.ts'
import { median } from '../statistics/median.ts'
import { proportion } from '../statistics/proportion.ts'
import { uniform } from '../tensor/random.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { chosenCases, failedCase, fileOf, type FailedCase } from './evidence-cases.ts'
import type { JobControl } from './jobs.ts'
import { ensureModel, modelOf } from './model-session.ts'
import { referenceTone } from './reference-tone.ts'
import type { LookedAt } from './zones-of-case.ts'

/**
 * A job that draws a token into half of some cases and lets the model rely on it: its answer there is the second class, which is gone without the token. Nothing of it is kept.
 */
export function startPlant(context: Context, request: PlantRequest): Job {
  const project = projectOf(context)
  modelOf(context)
  const caseIds = chosenCases(project, { ...request, caseIds: null })
  return context.jobs.start('calibration', `A planted token in ${caseIds.length} cases`, (control) => plant(context, project, request, caseIds, control)).job
}

interface Planned { readonly caseId: number; readonly place: TokenPlace; readonly planted: boolean; readonly looked: LookedAt; readonly second: number; readonly margin: number }

async function plant(context: Context, project: Project, request: PlantRequest, caseIds: readonly number[], { signal, progress, itemFailed }: JobControl): Promise<PlantReport> {
  await ensureModel(context)
  const { profile } = modelOf(context)
  const reference = await referenceTone(context, project, signal)
  const random = uniform(request.seed)
  const failed: FailedCase[] = []
  const planned: Planned[] = []
  const each = async (offset: number, ids: readonly number[], work: (caseId: number, at: number) => Promise<void>): Promise<void> => {
    for (const [at, caseId] of ids.entries()) {
      progress(offset + at, 2 * caseIds.length, 'cases')
      await work(caseId, at).catch((thrown: unknown) => {
        failed.push(failedCase(context, caseId, thrown, signal))
        itemFailed()
      })
    }
  }
  await each(0, caseIds, async (caseId, at) => {
    const place = placeOf(request, random)
    const token = at % 2 === 0 ? place : null
    const looked = await context.decodePool.look(pathOfCase(project, caseId).path, 0, profile, { signal, token })
    const { before } = await context.compute.probeImage({ input: looked.input!.data, image: looked, affine: looked.input!.affine, around: aroundOf([]), donor: null, reference: null, probes: [], withSeen: false }, { signal })
    planned.push({ caseId, place, planted: token !== null, looked, second: secondClass(before.logits, before.predicted), margin: before.margin })
  })
  if (planned.length === 0) throw ReviewError.fromRecord(failed[0].error)
  const weight = (1 + request.strength) * median(planned.map(({ margin }) => margin))
  const cases: PlantReport['cases'][number][] = []
  let unturned = 0
  await each(caseIds.length, planned.map(({ caseId }) => caseId), async (caseId, at) => {
    const { place, planted, looked, second } = planned[at]
    const graft = { outline: tokenOutline(looked.rows, looked.columns, place), classIndex: second, weight }
    const { classIndex, outcomes } = await context.compute.probeImage({
      input: looked.input!.data, image: looked, affine: looked.input!.affine, around: aroundOf(looked.zones), donor: null, reference, probes: suspicionProbes(looked.zones, reference), withSeen: false, graft,
    }, { signal })
    if (planted && classIndex !== second) {
      unturned++
      return
    }
    const { suspicion, terms } = suspicionOf(looked.zones, reference, outcomes)
    cases.push({ caseId, file: fileOf(context, caseId), planted, suspicion, term: terms[0]?.term ?? '' })
  })
  const [withToken, without] = [true, false].map((wanted) => cases.filter(({ planted }) => planted === wanted))
  const accused = (some: typeof cases) => proportion(some.filter(({ suspicion }) => suspicion >= SUSPICION_THRESHOLD).length, some.length)
  const [noticed, falseAlarms] = [accused(withToken), accused(without)]
  return {
    threshold: SUSPICION_THRESHOLD, cases, failed, noticed, falseAlarms,
    auroc: aurocInterval(cases.map(({ suspicion }) => suspicion), cases.map(({ planted }) => planted)),
    words: `With the token and a reliance on it, ${noticed?.count ?? 0} of ${noticed?.of ?? 0} cases are accused; without, ${falseAlarms?.count ?? 0} of ${falseAlarms?.of ?? 0}.${unturned > 0 ? ` In ${unturned} the token did not turn the answer; they do not count.` : ''}`,
  }
}

function placeOf({ place, size }: PlantRequest, random: () => number): TokenPlace {
  const free = 1 - size
  const edge = 0.03
  const far = Math.max(edge, free - edge)
  const side = (): number => random() < 0.5 ? edge : far
  const anywhere = (): number => edge + random() * Math.max(0, far - edge)
  if (place === 'corner') return { x: side(), y: side(), size }
  if (place === 'anywhere') return { x: anywhere(), y: anywhere(), size }
  return random() < 0.5 ? { x: side(), y: anywhere(), size } : { x: anywhere(), y: side(), size }
}

function secondClass(logits: readonly number[], predicted: number): number {
  return logits.reduce((best, logit, i) => i !== predicted && (best < 0 || logit > logits[best]) ? i : best, -1)
}
