import type { ModelAnalysis } from './instrument.ts'

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
