import type { Answer, Effect } from '../contract/causal.ts'
import { areaOf, type Mask } from '../image/raster.ts'
import { normal, uniform } from '../tensor/random.ts'
import { patches, tones, warps } from './controls.ts'
import type { ToneCurve } from './exposure.ts'
import { both } from './mask.ts'
import type { Operation, Parameters, Scene } from './operations/types.ts'
import type { Picture } from './picture.ts'
import { effectOf } from './verdict.ts'

/** One image with the model's answer to it, and a way to ask for others. */
export interface Subject {
  readonly picture: Picture
  /** the input without its padding */
  readonly frame: Mask
  readonly donor: Picture | null
  readonly reference: ToneCurve | null
  readonly classIndex: number
  readonly before: Answer
  /** drawn from the iterable in small batches */
  answers(pictures: Iterable<Picture>): Promise<readonly Answer[]>
}

export interface Probe {
  readonly operation: Operation
  readonly parameters: Parameters
  /** null: the whole image, or what the operation itself says */
  readonly mask: Mask | null
  /** where no control patch may lie */
  readonly avoid: Mask | null
  readonly controls: number
  readonly seed: number
}

export interface Probed { readonly after: Answer; readonly effect: Effect; readonly seen: Picture }

/** A change and its controls, run through the model. null: the mask lies outside of what the model was given. */
export async function probe(subject: Subject, { operation, parameters, mask, avoid, controls, seed }: Probe): Promise<Probed | null> {
  const { picture, frame, donor, reference, classIndex, before } = subject
  const random = uniform(seed)
  const whole: Scene = { picture, mask: frame, frame, donor, reference, uniform: random, normal: normal(seed) }
  const region = operation.region ? operation.region(whole, parameters) : mask === null ? frame : both(mask, frame)
  if (areaOf(region) === 0) return null
  const scene = { ...whole, mask: region }
  const seen = operation.apply(scene, parameters)

  function* pictures(): Generator<Picture> {
    yield seen
    if (operation.controls === 'patches') for (const patch of patches(region, frame, avoid, controls, random)) yield operation.apply({ ...scene, mask: patch }, parameters)
    else if (operation.controls === 'tones') yield* tones(picture, seen, frame, controls, scene.normal)
    else yield* warps(picture, operation.length!(scene, parameters), frame, controls, scene.normal)
  }
  const [after, ...others] = await subject.answers(pictures())
  return { after, effect: effectOf(classIndex, before, after, others), seen }
}
