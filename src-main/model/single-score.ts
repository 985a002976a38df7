import type { ModelAnalysis } from './instrument.ts'

/** What is explained: one class's logit, or how far it is above another's. */
export interface ClassTarget { readonly index: number; readonly minus?: number }

export function targetLogit(logits: Float32Array, { index, minus }: ClassTarget): number {
  return minus === undefined ? logits[index] : logits[index] - logits[minus]
}

/** Of the class; of two, how likely the first is if it is one of them. */
export function targetProbability(logits: Float32Array, probabilities: Float32Array, target: ClassTarget): number {
  return target.minus === undefined ? probabilities[target.index] : 1 / (1 + Math.exp(-targetLogit(logits, target)))
}

/**
 * A model with one score z, as Keras makes them for yes or no, is read as two classes with the logits −z and z: each has its
 * probability (1 − p, p) and its gradients, and 'no' can be predicted and explained like any other class.
 */
export function classCount({ classes }: Pick<ModelAnalysis, 'classes'>): number {
  return classes === 1 ? 2 : classes
}

/** Logits of all classes from the model's own. */
export function toClassLogits(logits: Float32Array): Float32Array {
  return logits.length === 1 ? Float32Array.of(-logits[0], logits[0]) : logits
}

/** What the gradients of a class are taken of: the weight of each of the model's own logits. */
export function classSeed(classIndex: number, { classes }: Pick<ModelAnalysis, 'classes'>): Float32Array {
  const seed = new Float32Array(classes)
  seed[classes === 1 ? 0 : classIndex] = classes === 1 && classIndex === 0 ? -1 : 1
  return seed
}
