import { FILLS } from '../attribution/masking.ts'
import { completeParameters } from '../attribution/methods.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Measurement } from '../contract/evidence.ts'
import { metricNamed } from '../evidence/metrics.ts'
import type { ClassScore, EvidenceRuns, Subject } from '../evidence/types.ts'
import type { Classifier } from '../model/classifier.ts'
import { targetLogit, targetProbability, type ClassTarget } from '../model/single-score.ts'
import { explain } from './explain.ts'
import { modelRuns } from './model-runs.ts'
import type { Analyzer, Measured, MeasureRequest } from './types.ts'

/** rows of one run: bounds memory, whatever the number of steps and draws */
const INNER_BATCH = 8

/**
 * Measures of one map by perturbing its input. Progress counts runs of the model.
 * Throws `bad-parameter` for a measure or parameter that there is none of, what the run throws, and `cancelled`.
 */
export async function measureFaithfulness(engine: Analyzer, classifier: Classifier, request: MeasureRequest, onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<Measured> {
  const metrics = request.metrics.map(({ id, parameters }) => {
    const metric = metricNamed(id)
    return { metric, parameters: completeParameters(metric, parameters) }
  })
  const map = request.map ?? await explain(engine, request.input, request.attribution, signal)
  const { classIndex } = map
  const spec = { ...request.attribution, classIndex }
  const total = metrics.reduce((sum, { metric, parameters }) => sum + metric.plan({ map }, parameters), 0)
  let done = 0
  const ran = (count: number): void => {
    done += count
    onProgress(Math.min(done, total), total)
  }
  const runs = evidenceRuns(classifier, request.input, { index: classIndex, minus: spec.minus }, signal, ran)
  const subject: Subject = {
    map,
    region: request.region,
    runs: { ...runs, async explain(input) {
      ran(1)
      return explain(engine, input, spec, signal)
    } },
  }
  const measurements: Measurement[] = []
  for (const { metric, parameters } of metrics) measurements.push(await metric.measure(subject, parameters))
  return { classIndex, measurements }
}

/** The runs of a classifier that a measure may ask for, in batches as they are drawn. */
function evidenceRuns(classifier: Classifier, data: Float32Array, target: ClassTarget, signal: AbortSignal, ran: (count: number) => void): Omit<EvidenceRuns, 'explain'> {
  const plain = modelRuns(classifier, data, null, target, signal)
  const { input } = plain
  const seed = classifier.seedOf(target)
  const scoresOf = async (part: readonly Float32Array[]): Promise<ClassScore[]> => {
    if (signal.aborted) throw new ReviewError('cancelled', 'The measurement was cancelled.')
    const results = await classifier.run(part.map((one) => ({ input: one, seed })), { layer: classifier.everydayLayer })
    ran(part.length)
    return results.map(({ logits, probabilities }) => ({ logit: targetLogit(logits, target), probability: targetProbability(logits, probabilities, target) }))
  }
  return {
    input,
    fill(name) {
      const fill = FILLS[name](plain)
      return fill instanceof Float32Array ? fill : Float32Array.from(data, (_, i) => fill[Math.floor(i / (input.rows * input.columns))])
    },
    async scores(inputs) {
      const scores: ClassScore[] = []
      let part: Float32Array[] = []
      for (const one of inputs) {
        part.push(one)
        if (part.length < INNER_BATCH) continue
        scores.push(...await scoresOf(part))
        part = []
      }
      if (part.length > 0) scores.push(...await scoresOf(part))
      return scores
    },
  }
}
