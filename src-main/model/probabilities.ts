import type { Profile } from '../contract/profile.ts'

type Activation = Profile['output']['activation']

const ACTIVATIONS: Readonly<Record<Activation, (logits: Float32Array) => Float32Array>> = {
  softmax: (logits) => {
    const greatest = Math.max(...logits)
    const powers = Float64Array.from(logits, (logit) => Math.exp(logit - greatest))
    const sum = powers.reduce((total, power) => total + power, 0)
    return Float32Array.from(powers, (power) => power / sum)
  },
  sigmoid: (logits) => logits.map((logit) => 1 / (1 + Math.exp(-logit))),
  none: (logits) => logits.slice(),
}

/**
 * Probabilities of one image. `raw` is the model's own output behind an activation that was stepped over: it is taken as
 * it is where it can be probabilities (a calibration may follow the Sigmoid), and not where it cannot (LogSoftmax).
 */
export function toProbabilities(logits: Float32Array, raw: Float32Array | null, activation: Activation): Float32Array {
  if (raw && raw.length === logits.length && raw.every((value) => value >= 0 && value <= 1)) return raw
  return ACTIVATIONS[activation](logits)
}

/**
 * The class that counts as predicted: with a threshold the positive class where its probability reaches it, else the
 * greatest of the others (of one single class: class 0 whatever its score); without, the class of the greatest logit.
 */
export function predictedClass(logits: Float32Array, probabilities: Float32Array, { threshold, positiveClass }: Pick<Profile['output'], 'threshold' | 'positiveClass'>): number {
  const greatest = (among: readonly number[]): number => among.reduce((best, i) => logits[i] > logits[best] ? i : best, among[0])
  const all = Array.from(logits.keys())
  if (threshold === null || positiveClass === null || positiveClass >= logits.length || logits.length === 1) return greatest(all)
  return probabilities[positiveClass] >= threshold ? positiveClass : greatest(all.filter((i) => i !== positiveClass))
}
