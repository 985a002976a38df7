import { completeParameters } from '../attribution/methods.ts'
import { ReviewError } from '../contract/errors.ts'
import type { FaithfulnessReport, FaithfulnessRequest, RandomisationPoint, RandomisationReport, RandomisationRequest } from '../contract/evidence.ts'
import type { InputAffine, Job, Region } from '../contract/records.ts'
import type { ComputedAttribution, RandomisedMaps } from '../compute/types.ts'
import { METRIC_INFOS, metricNamed } from '../evidence/metrics.ts'
import { alike, cascade, shuffledAlike, similarityOf, verdictOf, verdictWords } from '../evidence/randomisation.ts'
import { summarise } from '../evidence/report.ts'
import { isFlat } from '../evidence/cells.ts'
import type { InputBox } from '../evidence/types.ts'
import { attributionValues, findAttribution } from '../project/attributions.ts'
import type { AttributionKind } from '../project/attributions.ts'
import { flagOf } from '../project/flags.ts'
import { methodNamed } from '../attribution/methods.ts'
import { className, kindOf } from './attribution-kind.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { chosenCases, failedCase, preparedCase } from './evidence-cases.ts'
import type { FailedCase, PreparedCase } from './evidence-cases.ts'
import type { HandlersOf } from './handlers.ts'
import type { JobControl } from './jobs.ts'
import { ensureModel } from './model-session.ts'

export function evidenceHandlers(context: Context): HandlersOf<'evidence'> {
  return {
    'evidence.metrics': () => METRIC_INFOS,
    'evidence.faithfulness': (request) => startFaithfulness(context, request),
    'evidence.randomisation': (request) => startRandomisation(context, request),
  }
}

/** Measures of the maps of some cases, one case after the other, so that what a reader asks for meanwhile comes in between. */
function startFaithfulness(context: Context, request: FaithfulnessRequest): Job {
  const project = projectOf(context)
  const kind = kindOf(context, request.attribution)
  const metrics = request.metrics.map((id) => {
    const metric = metricNamed(id)
    return { id, parameters: completeParameters(metric, request.parameters[id] ?? {}) }
  })
  const caseIds = chosenCases(project, request)
  const title = caseIds.length === 1 ? 'Checking a map' : `Checking the maps of ${caseIds.length} cases`

  return context.jobs.start('evidence', title, async ({ signal, progress, itemFailed }): Promise<readonly FaithfulnessReport[]> => {
    await ensureModel(context)
    const cases: FaithfulnessReport['cases'][number][][] = metrics.map(() => [])
    const failed: FailedCase[] = []
    for (const [done, caseId] of caseIds.entries()) {
      if (caseIds.length > 1) progress(done, caseIds.length)
      try {
        const { file, input, attribution } = await preparedCase(context, caseId, kind, request.attribution, signal)
        const region = request.region ?? flagOf(project, caseId)?.region ?? null
        const { classIndex, measurements } = await context.compute.faithfulness({
          input: input.data, attribution, metrics,
          map: knownMap(context, caseId, kind, attribution.classIndex),
          region: region && inInput(region, input.affine),
        }, { signal, onProgress: (runs, total) => { if (caseIds.length === 1) progress(runs, total, 'runs of the model') } })
        measurements.forEach((measurement, i) => cases[i].push({ ...measurement, caseId, file, className: className(context, classIndex, kind.minus) }))
      } catch (thrown) {
        failed.push(failedCase(context, caseId, thrown, signal))
        itemFailed()
      }
    }
    if (failed.length === caseIds.length) throw ReviewError.fromRecord(failed[0].error)
    return metrics.map(({ id, parameters }, i) => {
      const metric = METRIC_INFOS.find((info) => info.id === id)!
      return { metric, parameters, cases: cases[i], failed, ...summarise(metric.better, cases[i]) }
    })
  }).job
}

/** The map as the project has it: the one that was looked at. */
function knownMap(context: Context, caseId: number, kind: AttributionKind, classIndex: number | 'predicted') {
  const project = projectOf(context)
  const known = classIndex === 'predicted' ? null : findAttribution(project, caseId, kind, classIndex)
  const values = known && attributionValues(project, known.id)
  return known && values && { grid: known.grid, signed: known.signed, classIndex: known.classIndex, values }
}

/** A region of the image in pixels of the input. */
function inInput({ x, y, width, height }: Region, { scaleX, scaleY, offsetX, offsetY }: InputAffine): InputBox {
  return { x: scaleX * x + offsetX, y: scaleY * y + offsetY, width: scaleX * width, height: scaleY * height }
}

/** The cascade: a random model for each point and draw, each a call of its own. */
function startRandomisation(context: Context, request: RandomisationRequest): Job {
  const kind = kindOf(context, request.attribution)
  const caseIds = chosenCases(projectOf(context), request)
  return context.jobs.start('evidence', 'Maps of models with random weights', (control) => randomise(context, request, kind, caseIds, control)).job
}

async function randomise(context: Context, { attribution, points: most, draws, seed }: RandomisationRequest, kind: AttributionKind, caseIds: readonly number[], { signal, progress, itemFailed }: JobControl): Promise<RandomisationReport> {
  progress(0, null, 'Opening the model')
  await ensureModel(context)
  const prepared: PreparedCase[] = []
  const failed: FailedCase[] = []
  const fails = (failure: FailedCase): void => {
    failed.push(failure)
    itemFailed()
  }
  for (const caseId of caseIds) await preparedCase(context, caseId, kind, attribution, signal).then((one) => prepared.push(one), (thrown: unknown) => fails(failedCase(context, caseId, thrown, signal)))
  const mapsAt = (depth: number, of: number, items: readonly Pick<PreparedCase, 'input' | 'attribution'>[]): Promise<RandomisedMaps> =>
    context.compute.randomisedMaps({ depth, seed: of, items: items.map(({ input, attribution: wanted }) => ({ input: input.data, attribution: wanted })) }, { signal })

  const own = await mapsAt(0, seed, prepared)
  const cases = prepared.flatMap((one, i) => {
    const outcome = own.outcomes[i]
    if (outcome.state === 'done') return isFlat(outcome.map.values) ? [] : [{ ...one, map: outcome.map, attribution: { ...one.attribution, classIndex: outcome.map.classIndex } }]
    fails({ caseId: one.caseId, file: one.file, error: outcome.error })
    return []
  })
  if (cases.length === 0) throw failed.length > 0 ? ReviewError.fromRecord(failed[0].error) : new ReviewError('run-failed', `The ${methodNamed(kind.method).name} maps of these cases are the same everywhere, so nothing can become of them. Choose other cases, another class or another method.`)

  const depths = cascade(own.layers.length, most)
  const total = depths.length * draws
  const points: RandomisationPoint[] = []
  for (const [place, depth] of depths.entries()) {
    const found: ComputedAttribution[][] = cases.map(() => [])
    for (let draw = 0; draw < draws; draw++) {
      progress(place * draws + draw, total, 'random models')
      const { outcomes } = await mapsAt(depth, seed + draw, cases)
      outcomes.forEach((outcome, i) => {
        if (outcome.state === 'failed') throw ReviewError.fromRecord(outcome.error)
        found[i].push(outcome.map)
      })
    }
    points.push({
      depth, layer: own.layers[depth - 1], maps: cases.length * draws,
      flat: found.flat().filter(({ values }) => isFlat(values)).length,
      ...similarityOf(cases.map(({ map }, i) => found[i].map((random) => alike(map, random)))),
    })
  }
  const report = {
    method: kind.method, cases: cases.map(({ caseId, file }) => ({ caseId, file })), failed, draws, seed, layers: own.layers.length, points,
    control: similarityOf(cases.map(({ map }) => shuffledAlike(map, seed))),
    verdict: verdictOf(points.at(-1)!.spearman),
  }
  return { ...report, words: verdictWords(report.verdict, report) }
}
