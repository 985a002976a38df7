import { ReviewError } from '../contract/errors.ts'
import { spread } from '../tensor/planes.ts'
import { normal } from '../tensor/random.ts'
import type { Classifier } from './classifier.ts'
import { probeRows } from './probe.ts'
import { requireFiniteLayer } from './rows.ts'

export interface GradientCheckRow { readonly direction: number; readonly analytic: number; readonly numeric: number; readonly relativeError: number }

const SEED = 7
/**
 * Step relative to the norm of the activations, for runs in float32: smaller ones drown in rounding,
 * larger ones cross the kinks of ReLU.
 */
const STEP = 1e-3

/**
 * The gradient at a layer against finite differences: for random directions d of unit length, ⟨gradient, d⟩ beside
 * (f(a + h·d) − f(a − h·d)) / 2h, where f is the predicted class's logit as a function of the layer's activations a.
 * Directions follow the gradient's own scale: half of each is the gradient, so that the two numbers are not both noise.
 * Throws `bad-parameter`, `no-such-layer`, `unsupported-op`.
 */
export async function checkGradients(classifier: Classifier, layer: string, input: Float32Array | null, directions: number): Promise<GradientCheckRow[]> {
  if (!Number.isInteger(directions) || directions < 1 || directions > 1000) throw new ReviewError('bad-parameter', `The number of directions is ${directions}, but must be a whole number from 1 to 1000.`)
  const image = input ?? probeRows(classifier)[0].input
  const [run] = await classifier.run([{ input: image, seed: null }], { layer })
  const { activations, gradients: ofChannels } = requireFiniteLayer(run.layer!)
  const gradients = spread(ofChannels, activations)
  const size = STEP * norm(activations.data)
  const rows: GradientCheckRow[] = []
  for (let direction = 0; direction < directions; direction++) {
    const step = unitDirection(gradients.data, SEED + direction)
    const shifted = (sign: number): Float32Array => activations.data.map((value, i) => value + sign * size * step[i])
    const [up, down] = await classifier.logitsWithLayer(image, layer, [shifted(1), shifted(-1)])
    const numeric = (up[run.predicted] - down[run.predicted]) / (2 * size)
    const analytic = gradients.data.reduce((sum, value, i) => sum + value * step[i], 0)
    rows.push({ direction, analytic, numeric, relativeError: Math.abs(analytic - numeric) / Math.max(Math.abs(analytic), Math.abs(numeric), Number.MIN_VALUE) })
  }
  return rows
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

/** Normal noise and the gradient, each of length 1, added and brought to length 1. */
function unitDirection(gradient: Float32Array, seed: number): Float64Array {
  const random = normal(seed)
  const noise = Float64Array.from(gradient, random)
  const noiseNorm = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0))
  const gradientNorm = norm(gradient) || 1
  const direction = noise.map((value, i) => value / noiseNorm + gradient[i] / gradientNorm)
  const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))
  return direction.map((value) => value / length)
}
