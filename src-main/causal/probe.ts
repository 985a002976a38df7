import type { Answer, Effect } from '../contract/causal.ts'
import { areaOf, type Mask } from '../image/raster.ts'
import { normal, uniform } from '../tensor/random.ts'
import { patches, tones, warps } from './controls.ts'
import { both } from './mask.ts'
import type { Operation, Parameters, Reference, Scene, Surroundings } from './operations/types.ts'
import type { Picture } from './picture.ts'
import { effectOf } from './verdict.ts'

/** One image with the model's answer to it, and a way to ask for others. */
export interface Subject {
  readonly picture: Picture
  readonly surroundings: Surroundings
  readonly donor: Picture | null
  readonly reference: Reference | null
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
  readonly controls: number
  /** controls are run where at least this share of the margin is lost: what does little needs nothing beside it */
  readonly from: number
  readonly seed: number
}

export interface Probed { readonly after: Answer; readonly controls: readonly Answer[]; readonly effect: Effect; readonly seen: Picture }

interface Change { readonly probe: Probe; readonly scene: Scene; readonly seen: Picture }

/** Changes of one image beside their controls, all changes in one go first. null: the mask lies outside of what the model was given. */
export async function probeAll(subject: Subject, probes: readonly Probe[], onDone: (done: number) => void = () => {}): Promise<(Probed | null)[]> {
  const changes = probes.map((one) => changeOf(subject, one))
  const there = changes.filter((change) => change !== null)
  const answers = new Map<Change, Answer>()
  const first = await subject.answers(there.map(({ seen }) => seen))
  there.forEach((change, i) => answers.set(change, first[i]))
  const results: (Probed | null)[] = []
  for (const [done, change] of changes.entries()) {
    onDone(done)
    if (change === null) {
      results.push(null)
      continue
    }
    const after = answers.get(change)!
    const isEnough = subject.before.margin - after.margin >= change.probe.from * subject.before.margin
    const others = isEnough && change.probe.controls > 0 ? await subject.answers(controlsOf(subject, change)) : []
    results.push({ after, controls: others, effect: effectOf(subject.classIndex, subject.before, after, others), seen: change.seen })
  }
  return results
}

function changeOf({ picture, surroundings, donor, reference }: Subject, probe: Probe): Change | null {
  const { operation, parameters, mask, seed } = probe
  const { frame } = surroundings
  const whole: Scene = { picture, mask: frame, surroundings, donor, reference, uniform: uniform(seed), normal: normal(seed) }
  const region = operation.region ? operation.region(whole, parameters) : mask === null ? frame : both(mask, frame)
  if (areaOf(region) === 0) return null
  const scene = { ...whole, mask: region }
  return { probe, scene, seen: operation.apply(scene, parameters) }
}

function* controlsOf({ picture, surroundings: { frame, objects } }: Subject, { probe: { operation, parameters, controls }, scene, seen }: Change): Generator<Picture> {
  if (operation.controls === 'patches') for (const patch of patches(scene.mask, frame, objects, controls, scene.uniform)) yield operation.apply({ ...scene, mask: patch }, parameters)
  else if (operation.controls === 'tones') yield* tones(picture, seen, frame, controls, scene.normal)
  else yield* warps(picture, operation.length!(scene, parameters), frame, controls, scene.normal)
}
