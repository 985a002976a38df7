import type { Profile } from '../contract/profile.ts'

type Activation = Profile['output']['activation']

const ACTIVATIONS: Readonly<Record<Activation, (logits: Float32Array) => Float32Array>> = {
  softmax: (logits) => {
    // Loops over copies: as arguments of one call, or through an iterator, a hundred thousand classes are too many or too slow.
    const greatest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity)
    const powers = Float64Array.from(logits).map((logit) => Math.exp(logit - greatest))
    const sum = powers.reduce((total, power) => total + power, 0)
    return Float32Array.from(powers.map((power) => power / sum))
  },
  sigmoid: (logits) => logits.map((logit) => 1 / (1 + Math.exp(-logit))),
  none: (logits) => logits.slice(),
}

/**
 * Probabilities of one image. `raw` is the model's own output behind an activation that was stepped over: it is taken as
 * it is where it can be probabilities (a calibration may follow the Sigmoid), and not where it cannot (LogSoftmax).
 * One score gives two probabilities; a softmax over it would always be 1, so that it counts as a sigmoid.
 */
export function toProbabilities(logits: Float32Array, raw: Float32Array | null, activation: Activation): Float32Array {
  const own = raw && raw.length === logits.length && raw.every((value) => value >= 0 && value <= 1) ? raw : null
  if (logits.length > 1) return own ?? ACTIVATIONS[activation](logits)
  const [positive] = own ?? ACTIVATIONS[activation === 'softmax' ? 'sigmoid' : activation](logits)
  return Float32Array.of(1 - positive, positive)
}

/**
 * The class that counts as predicted: with a threshold the positive class where its probability reaches it, else the
 * greatest of the others; without, the class of the greatest probability. Where two are both 1 after
 * rounding, the logits decide.
 */
export function predictedClass(logits: Float32Array, probabilities: Float32Array, { threshold, positiveClass }: Pick<Profile['output'], 'threshold' | 'positiveClass'>): number {
  const isGreater = (i: number, j: number): boolean => probabilities[i] > probabilities[j] || (probabilities[i] === probabilities[j] && logits[i] > logits[j])
  const greatest = (among: readonly number[]): number => among.reduce((best, i) => isGreater(i, best) ? i : best, among[0])
  const all = Array.from(probabilities.keys())
  if (threshold === null || positiveClass === null || positiveClass >= probabilities.length) return greatest(all)
  return probabilities[positiveClass] >= threshold ? positiveClass : greatest(all.filter((i) => i !== positiveClass))
}
