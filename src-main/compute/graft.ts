import { rasterise } from '../causal/mask.ts'
import { pictureOf, type Tone } from '../causal/picture.ts'
import type { Planes } from '../attribution/types.ts'
import type { Outline } from '../contract/causal.ts'
import type { InputAffine } from '../contract/records.ts'
import { grow } from '../image/grow.ts'
import type { Classifier } from '../model/classifier.ts'
import { predictedClass, toProbabilities } from '../model/probabilities.ts'

/** A reliance on what stands in a place: so much is added to the logit of a class as the place is brighter than what lies around it. */
export interface Graft { readonly outline: Outline; readonly classIndex: number; readonly weight: number }

interface Scores { readonly logits: Float32Array; readonly probabilities: Float32Array; readonly predicted: number }

/** from so much above its surroundings on, in shares of white, a token is there in full */
const FULL_CONTRAST = 0.15
const RING = 3

/** The model's answer with a graft: what it would say had it learnt the token too. */
export function grafted({ outline, classIndex, weight }: Graft, { profile: { output }, analysis }: Classifier, size: Pick<Planes, 'channels' | 'rows' | 'columns'>, affine: InputAffine, tone: Tone): (input: Float32Array, scores: Scores) => Scores {
  const place = rasterise(outline, size, affine)
  const around = grow(place, RING).data.map((value, i) => value & Number(place.data[i] === 0))
  return (input, { logits }) => {
    const [plane] = pictureOf({ ...size, data: input }, tone).planes
    const presence = Math.min(1, Math.max(0, (meanOf(plane, place.data) - meanOf(plane, around)) / FULL_CONTRAST))
    const changed = logits.map((logit, i) => i === classIndex ? logit + weight * presence : logit)
    const probabilities = toProbabilities(changed, null, analysis.scoreIsBeforeActivation ?? output.activation)
    return { logits: changed, probabilities, predicted: predictedClass(changed, probabilities, output) }
  }
}

function meanOf(plane: Float32Array, mask: Uint8Array): number {
  let [sum, count] = [0, 0]
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) {
    sum += plane[i]
    count++
  }
  return count === 0 ? 0 : sum / count
}
