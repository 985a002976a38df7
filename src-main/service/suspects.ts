import type { Reference } from '../causal/operations/types.ts'
import { aroundOf, suspicionOf, suspicionProbes } from '../causal/suspect.ts'
import { ANALYSIS, termLabel } from '../causal/suspicion.ts'
import { SUSPICION_THRESHOLD, type SuspectReport, type SuspectRequest, type Zone } from '../contract/causal.ts'
import type { Job } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import { caseRows, pathOfCase } from '../project/case-rows.ts'
import type { Project } from '../project/project.ts'
import { casesToSuspect, storedSuspicion, storeSuspicion, type Suspicion } from '../project/suspicions.ts'
import { proportion } from '../statistics/proportion.ts'
import { projectOf, tellCases } from './context.ts'
import type { Context } from './context.ts'
import { failedCase, type FailedCase } from './evidence-cases.ts'
import type { JobControl } from './jobs.ts'
import { ensureModel, modelKey, modelOf } from './model-session.ts'
import { referenceTone } from './reference-tone.ts'
import { effectiveZones, lookAtCase, type LookedAt } from './zones-of-case.ts'

const FIRST_TOLD = 20
/** images decoded ahead of the model */
const AHEAD = 2

/** A job that looks at the cases that were not looked at yet under the model in use. What is finished stays, whatever ends it. */
export function startSuspects(context: Context, { filter, caseIds, again }: SuspectRequest): Job {
  const project = projectOf(context)
  modelOf(context)
  for (const caseId of caseIds ?? []) pathOfCase(project, caseId)
  const { missing, known } = casesToSuspect(project, filter, caseIds, ANALYSIS)
  const todo = again ? [...missing, ...known].sort((a, b) => a - b) : missing
  return context.jobs.start('suspects', todo.length === 1 ? 'Looking for wrong reasons in a case' : `Looking for wrong reasons in ${todo.length} cases`, async (control) => {
    const failed = await lookForSuspects(context, project, todo, control)
    return report(project, [...missing, ...known], again ? 0 : known.length, failed, control.signal.aborted)
  }).job
}

async function lookForSuspects(context: Context, project: Project, caseIds: readonly number[], control: JobControl): Promise<FailedCase[]> {
  const { signal, progress, itemFailed } = control
  const failed: FailedCase[] = []
  if (caseIds.length === 0) return failed
  progress(0, null, 'Opening the model')
  await ensureModel(context)
  const belongsTo = modelKey(modelOf(context))
  const { profile } = modelOf(context)
  const modelId = project.modelId!
  const reference = await referenceTone(context, project, signal, (done, total) => progress(done, total, 'what the images are like'))
  const waiting: Promise<LookedAt>[] = []
  const lookAhead = (place: number): void => {
    while (waiting.length < Math.min(caseIds.length, place + 1 + AHEAD)) {
      const looked = lookAtCase(context, project, caseIds[waiting.length], profile, signal)
      looked.catch(() => undefined)
      waiting.push(looked)
    }
  }
  for (const [place, caseId] of caseIds.entries()) {
    if (signal.aborted) break
    progress(place, caseIds.length, failed.length === 0 ? 'cases' : `cases, ${failed.length} failed`)
    lookAhead(place)
    try {
      const looked = await waiting[place]
      const found = await suspect(context, effectiveZones(project, caseId, looked.zones, looked), looked, reference, signal)
      await project.database.whenWritable()
      if (context.project !== project || context.loaded !== belongsTo) throw new ReviewError('cancelled', 'The project was closed, or another model was chosen meanwhile.')
      storeSuspicion(project, modelId, caseId, found, { pixelSha256: looked.pixelSha256, analysis: ANALYSIS, version: context.platform.version })
      tellCases(context, [caseId])
    } catch (thrown) {
      if (signal.aborted) break
      failed.push(failedCase(context, caseId, thrown, signal))
      itemFailed()
    }
  }
  return failed
}

/** Every zone erased, and the exposure of other images, each beside its controls. */
async function suspect(context: Context, zones: readonly Zone[], looked: LookedAt, reference: Reference | null, signal: AbortSignal): Promise<Suspicion> {
  const { outcomes } = await context.compute.probeImage({
    input: looked.input!.data, image: looked, affine: looked.input!.affine, around: aroundOf(zones), donor: null, reference, withSeen: false, probes: suspicionProbes(zones, reference),
  }, { signal })
  return suspicionOf(zones, reference, outcomes)
}

function report(project: Project, caseIds: readonly number[], known: number, failed: readonly FailedCase[], cancelled: boolean): SuspectReport {
  const seen = caseIds.flatMap((caseId) => {
    const suspicion = storedSuspicion(project, caseId)
    return suspicion ? [{ caseId, suspicion: suspicion.suspicion, term: suspicion.terms[0]?.term ?? '' }] : []
  }).sort((a, b) => b.suspicion - a.suspicion)
  const accused = seen.filter(({ suspicion }) => suspicion >= SUSPICION_THRESHOLD)
  const rows = new Map(caseRows(project, seen.map(({ caseId }) => caseId)).map((row) => [row.id, row]))
  const correct = seen.filter(({ caseId }) => rows.get(caseId)?.outcome === 'correct')
  const byTerm = new Map<string, number>()
  for (const { term } of accused) byTerm.set(term, (byTerm.get(term) ?? 0) + 1)
  return {
    cases: seen.length, known, failed, threshold: SUSPICION_THRESHOLD, accused: accused.length,
    accusedCorrect: proportion(correct.filter(({ suspicion }) => suspicion >= SUSPICION_THRESHOLD).length, correct.length),
    first: seen.slice(0, FIRST_TOLD).map((one) => ({ ...one, file: rows.get(one.caseId)?.file ?? '' })),
    byTerm: [...byTerm].map(([term, count]) => ({ term, label: termLabel(term), count })).sort((a, b) => b.count - a.count),
    cancelled,
  }
}
