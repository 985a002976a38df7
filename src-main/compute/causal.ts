import { answerOf } from '../causal/decision.ts'
import { frameMask, rasterise } from '../causal/mask.ts'
import { operationOf } from '../causal/operations/table.ts'
import type { Reference } from '../causal/operations/types.ts'
import { inputOf, pictureOf, toneOf, type Picture } from '../causal/picture.ts'
import { probeAll, type Subject } from '../causal/probe.ts'
import type { Around, WantedProbe } from '../causal/suspect.ts'
import { completeParameters } from '../attribution/methods.ts'
import type { Answer, Effect, Outline } from '../contract/causal.ts'
import { ReviewError } from '../contract/errors.ts'
import type { InputAffine } from '../contract/records.ts'
import { grow } from '../image/grow.ts'
import type { Mask } from '../image/raster.ts'
import type { Classifier } from '../model/classifier.ts'
import { grafted, type Graft } from './graft.ts'
import { imageOf } from './model-runs.ts'

export interface ProbeRequest {
  /** [channels, height, width] in the model's own units */
  readonly input: Float32Array
  /** of the image that the input was made of */
  readonly image: { readonly rows: number; readonly columns: number }
  readonly affine: InputAffine
  readonly around: Around
  /** another case's input, for operations that take content from it */
  readonly donor: Float32Array | null
  readonly reference: Reference | null
  readonly probes: readonly WantedProbe[]
  /** a reliance that the model is given beside its own; absent: none */
  readonly graft?: Graft
  /** whether what the model saw is wanted back */
  readonly withSeen: boolean
}

export interface ProbeOutcome { readonly after: Answer; readonly controls: readonly Answer[]; readonly effect: Effect; readonly seen: Float32Array | null }
/** null: the region lies outside of what the model is given */
export interface ProbeResult { readonly classIndex: number; readonly before: Answer; readonly outcomes: readonly (ProbeOutcome | null)[] }

/** rows of one run: bounds memory, whatever the number of controls */
const INNER_BATCH = 16
/** A region is widened by this much, in input pixels: resizing smears its content over its edge. */
const WIDENED = 1

/** Changes of one image beside their controls. Progress counts probes. Throws `bad-parameter`, what the run throws, and `cancelled`. */
export async function probeImage(classifier: Classifier, request: ProbeRequest, onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<ProbeResult> {
  const { output, values } = classifier.profile
  const planes = imageOf(classifier, request.input)
  const tone = toneOf(values, planes)
  const picture = pictureOf(planes, tone)
  const size = { rows: planes.rows, columns: planes.columns }
  const mask = (outline: Outline, widened: number): Mask => grow(rasterise(outline, size, request.affine), widened)
  const maskOrNone = (outline: Outline, widened: number): Mask | null => outline.length === 0 ? null : mask(outline, widened)
  const graft = request.graft && grafted(request.graft, classifier, planes, request.affine, tone)
  const run = async (inputs: readonly Float32Array[]) => {
    if (signal.aborted) throw new ReviewError('cancelled', 'The check was cancelled.')
    const results = await classifier.run(inputs.map((input) => ({ input, seed: null })), { layer: null })
    return graft ? results.map((result, i) => graft(inputs[i], result)) : results
  }
  const [first] = await run([request.input])
  const classIndex = first.predicted
  const before = answerOf(first, classIndex, output)
  const subject: Subject = {
    picture, classIndex, before,
    surroundings: {
      frame: frameMask(request.image, size, request.affine),
      objects: maskOrNone(request.around.objects, WIDENED),
      beyond: maskOrNone(request.around.beyond, 0),
    },
    donor: request.donor && pictureOf(imageOf(classifier, request.donor), tone),
    reference: request.reference,
    async answers(pictures: Iterable<Picture>) {
      const answers: Answer[] = []
      let part: Float32Array[] = []
      const flush = async (): Promise<void> => {
        answers.push(...(await run(part)).map((result) => answerOf(result, classIndex, output)))
        part = []
      }
      for (const one of pictures) {
        part.push(inputOf(one, tone))
        if (part.length === INNER_BATCH) await flush()
      }
      if (part.length > 0) await flush()
      return answers
    },
  }
  const probes = request.probes.map(({ operation: id, parameters, outline, ...rest }) => {
    const operation = operationOf(id)
    return { ...rest, operation, parameters: completeParameters(operation, parameters), mask: outline && mask(outline, WIDENED) }
  })
  const probed = await probeAll(subject, probes, (done) => onProgress(done, probes.length))
  return { classIndex, before, outcomes: probed.map((one) => one && { after: one.after, controls: one.controls, effect: one.effect, seen: request.withSeen ? inputOf(one.seen, tone) : null }) }
}
