import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { Planes } from '../tensor/planes.ts'
import { allFinite } from '../tensor/statistics.ts'
import type { InstrumentedModel, ModelAnalysis } from './instrument.ts'
import { predictedClass, toProbabilities } from './probabilities.ts'
import type { FeedTensor, FetchedTensor } from './runtime.ts'
import { toClassLogits } from './single-score.ts'

/** Between the program's images and the graph's batches: order of axes, fixed batch sizes, what each row's outputs mean. */

/** One image of a run: [channels, height, width] of the profile. */
export interface RunRow {
  readonly input: Float32Array
  /** weight of each logit in what is differentiated; null: the predicted class */
  readonly seed: Float32Array | null
}

export type { Planes }

/** `gradients`: [channels, 1, 1] where they are the same in every cell */
export interface LayerPlanes { readonly activations: Planes; readonly gradients: Planes }

export interface RunResult {
  readonly logits: Float32Array
  readonly probabilities: Float32Array
  readonly predicted: number
  /** of the first layer that was asked for */
  readonly layer: LayerPlanes | null
  /** of each layer that was asked for, in that order */
  readonly layers: readonly LayerPlanes[]
  /** [channels, height, width] */
  readonly inputGradient: Float32Array | null
}

/**
 * Rows as the graph wants them; what a fixed batch has left over is zeros. `spare`: a buffer that may be used where it has the size.
 * Throws `profile-mismatch` on another size.
 */
export function packInputs(rows: readonly RunRow[], batch: number, { inputSize, inputLayout }: ModelAnalysis, spare?: Float32Array | null): FeedTensor {
  const { channels, height, width } = inputSize
  const size = channels * height * width
  for (const { input } of rows)
    if (input.length !== size) throw new ReviewError('profile-mismatch', `The model takes ${channels}×${height}×${width} values an image, the profile makes ${input.length}. Correct the profile's input.`)
  const isNhwc = inputLayout === 'NHWC'
  const dims = isNhwc ? [batch, height, width, channels] : [batch, channels, height, width]
  if (batch === 1 && !isNhwc) return { data: rows[0].input, dims }
  const data = spare?.length === batch * size ? spare.fill(0, rows.length * size) : new Float32Array(batch * size)
  rows.forEach(({ input }, i) => data.set(isNhwc ? channelsLast(input, channels) : input, i * size))
  return { data, dims }
}

/** One row of weights an image; zeros ask for the predicted class. */
export function packSeeds(rows: readonly RunRow[], batch: number, { classes }: ModelAnalysis): FeedTensor {
  const data = new Float32Array(batch * classes)
  rows.forEach(({ seed }, i) => { if (seed) data.set(seed, i * classes) })
  return { data, dims: [batch, classes] }
}

export interface UnpackOptions {
  readonly names: InstrumentedModel['names']
  readonly analysis: ModelAnalysis
  readonly output: Profile['output']
  readonly layers: readonly string[]
  readonly batch: number
}

/**
 * What a batch gave for the row `index`. Throws `non-finite` where scores or the input's gradient are NaN or infinite; `requireFiniteLayer` does
 * so for a layer when it is used, while it is in the cache.
 */
export function unpackResult(outputs: Readonly<Record<string, FetchedTensor>>, index: number, { names, analysis, output, layers: wanted, batch }: UnpackOptions): RunResult {
  const part = (name: string): Float32Array => {
    const { data } = outputs[name]
    const size = data.length / batch
    return data.subarray(index * size, (index + 1) * size)
  }
  const planes = (name: string): Planes => {
    const [, channels, rows, columns] = outputs[name].dims
    return { data: part(name), channels, rows, columns }
  }
  // Copies: these go on to other threads, and a view would take its whole buffer along.
  const scores = requireFinite(part(names.scores), names.scores).slice()
  const logits = toClassLogits(scores)
  const raw = outputs[names.rawOutput] && names.rawOutput !== names.scores ? requireFinite(part(names.rawOutput), names.rawOutput).slice() : null
  const probabilities = toProbabilities(scores, raw, analysis.scoreIsBeforeActivation ?? output.activation)
  const layers = wanted.map((name) => ({ activations: planes(names.activations[name]), gradients: planes(names.gradients[name]) }))
  const gradient = names.inputGradient ? requireFinite(part(names.inputGradient), names.inputGradient) : null
  return {
    logits,
    probabilities,
    predicted: predictedClass(logits, probabilities, output),
    layer: layers[0] ?? null,
    layers,
    inputGradient: gradient && analysis.inputLayout === 'NHWC' ? channelsFirst(gradient, analysis.inputSize.channels) : gradient,
  }
}

/** Throws `non-finite`. */
export function requireFiniteLayer(layer: LayerPlanes): LayerPlanes {
  requireFinite(layer.activations.data, 'activations of the layer')
  requireFinite(layer.gradients.data, 'gradients of the layer')
  return layer
}

function requireFinite(values: Float32Array, where: string): Float32Array {
  if (allFinite(values)) return values
  throw new ReviewError('non-finite', `The model produced NaN or infinity in '${where}'. Check the profile's scale, mean and std; a float16 model may overflow.`)
}

function channelsLast(planes: Float32Array, channels: number): Float32Array {
  const pixels = planes.length / channels
  const result = new Float32Array(planes.length)
  for (let c = 0; c < channels; c++) for (let i = 0; i < pixels; i++) result[i * channels + c] = planes[c * pixels + i]
  return result
}

function channelsFirst(pixels: Float32Array, channels: number): Float32Array {
  const count = pixels.length / channels
  const result = new Float32Array(pixels.length)
  for (let c = 0; c < channels; c++) for (let i = 0; i < count; i++) result[c * count + i] = pixels[i * channels + c]
  return result
}
