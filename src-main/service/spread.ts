import { outlineOf } from '../causal/mask.ts'
import { aroundOf } from '../causal/suspect.ts'
import type { SpreadReport, SpreadRequest } from '../contract/causal.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Job } from '../contract/records.ts'
import { shuffled } from '../evidence/cells.ts'
import { pathOfCase } from '../project/case-rows.ts'
import { classesOf } from '../project/scores.ts'
import { orderedIds } from '../project/worklist.ts'
import { meanInterval } from '../statistics/mean-interval.ts'
import { proportion } from '../statistics/proportion.ts'
import { uniform } from '../tensor/random.ts'
import { className } from './attribution-kind.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { failedCase, fileOf, type FailedCase } from './evidence-cases.ts'
import type { JobControl } from './jobs.ts'
import { ensureModel, modelOf } from './model-session.ts'
import { lookAtCase } from './zones-of-case.ts'

/** A job that pastes the region of one case into cases of another class. Throws `no-such-case`, `bad-parameter`, and `bad-filter` where there is no such case. */
export function startSpread(context: Context, request: SpreadRequest): Job {
  const project = projectOf(context)
  const model = modelOf(context)
  pathOfCase(project, request.caseId)
  const { predicted } = classesOf(project, request.caseId)
  if (predicted === null) throw new ReviewError('not-ready', 'The case has no scores yet. Run the model on it first.', { details: { caseId: request.caseId } })
  const others = [...orderedIds(project, { ...request.filter, conditions: [...request.filter.conditions, { column: 'predictedClass', op: 'is-not', value: predicted }, { column: 'predictedClass', op: 'not-empty', value: null }] }, null)]
  if (others.length === 0) throw new ReviewError('bad-filter', `No other case passes the filter that is predicted otherwise than '${model.classes[predicted] ?? predicted}'. Widen the filter.`)
  const chosen = Array.from(shuffled(others.length, uniform(request.seed)).subarray(0, request.sample)).sort((a, b) => a - b).map((place) => others[place])
  return context.jobs.start('suspects', `A region in ${chosen.length} other cases`, (control) => spread(context, request, predicted, chosen, control)).job
}

async function spread(context: Context, { caseId, region, seed }: SpreadRequest, target: number, others: readonly number[], { signal, progress, itemFailed }: JobControl): Promise<SpreadReport> {
  const project = projectOf(context)
  const { profile } = modelOf(context)
  await ensureModel(context)
  const donor = await lookAtCase(context, project, caseId, profile, signal)
  const cases: SpreadReport['cases'][number][] = []
  const failed: FailedCase[] = []
  for (const [done, other] of others.entries()) {
    progress(done, others.length, 'cases')
    try {
      const looked = await lookAtCase(context, project, other, profile, signal)
      // the region is the donor's: it stands at the same place of the model's input
      const { before, outcomes: [outcome] } = await context.compute.probeImage({
        input: looked.input!.data, image: donor, affine: donor.input!.affine, around: aroundOf([]), donor: donor.input!.data, reference: null, withSeen: false,
        probes: [{ operation: 'paste', parameters: {}, outline: outlineOf(region), controls: 1, from: -Infinity, seed: seed + done }],
      }, { signal })
      if (!outcome) throw new ReviewError('bad-parameter', 'The region lies outside of the part of the image that the model is given. Draw it within that part.')
      const [beside] = outcome.controls
      const delta = (answer: { readonly logits: readonly number[] } | undefined): number => answer ? answer.logits[target] - before.logits[target] : 0
      cases.push({
        caseId: other, file: fileOf(context, other), deltaLogit: delta(outcome.after), turned: outcome.after.predicted === target,
        controlDeltaLogit: delta(beside), controlTurned: beside?.predicted === target,
      })
    } catch (thrown) {
      failed.push(failedCase(context, other, thrown, signal))
      itemFailed()
    }
  }
  if (cases.length === 0) throw ReviewError.fromRecord(failed[0].error)
  const turned = proportion(cases.filter((one) => one.turned).length, cases.length)!
  const controlTurned = proportion(cases.filter((one) => one.controlTurned).length, cases.length)!
  const name = className(context, target)
  return {
    caseId, className: name, cases, failed, turned, controlTurned,
    gain: meanInterval(cases.map(({ deltaLogit, controlDeltaLogit }) => deltaLogit - controlDeltaLogit)),
    words: `Pasted into ${cases.length} cases of another class, the region turns ${turned.count} into ${name}; a patch of the same shape from elsewhere in the case turns ${controlTurned.count}.`,
  }
}
