import { ReviewError } from '../contract/errors.ts'
import type { ParameterInfo } from '../contract/records.ts'
import { spread } from '../tensor/planes.ts'
import { firstPrincipal } from './principal.ts'
import type { AttributionMap, LayerTensors, Parameters, Planes } from './types.ts'

/** What class activation maps share: a weighted sum of channels, or its first principal component, and whether evidence against the class is kept. */

export const RECTIFY: ParameterInfo = { name: 'evidence', label: 'Evidence shown', kind: 'choice', default: 'positive', choices: ['positive', 'signed'] }

/** Eigen smoothing (pytorch-grad-cam): the weighted channels' first principal component instead of their sum. */
export const EIGEN: ParameterInfo = { name: 'eigen', label: 'Eigen smoothing', kind: 'choice', default: 'off', choices: ['off', 'on'] }

/** The gradient of every cell. Throws `shape-mismatch` unless gradients and activations are of one layer. */
export function cellGradients(layer: LayerTensors): LayerTensors {
  checkLayer(layer)
  return { activations: layer.activations, gradients: spread(layer.gradients, layer.activations) }
}

/** Throws `shape-mismatch` unless gradients and activations are of one layer. */
export function checkLayer({ activations, gradients }: LayerTensors): void {
  if (gradients.channels === activations.channels && gradients.data.length === gradients.channels && gradients.rows * gradients.columns === 1) return
  const size = ({ channels, rows, columns }: Planes): string => `${channels}×${rows}×${columns}`
  if (size(activations) !== size(gradients) || activations.data.length !== gradients.data.length)
    throw new ReviewError('shape-mismatch', `Activations of ${size(activations)} do not belong to gradients of ${size(gradients)}.`)
}

/** The map of channels with one weight each. */
export function channelMap(activations: Planes, weights: ArrayLike<number>, parameters: Parameters): AttributionMap {
  if (parameters.eigen !== 'on') return toMap(weightedSum(activations, weights), activations, parameters)
  const cells = activations.rows * activations.columns
  const data = activations.data.map((activation, at) => activation * weights[Math.floor(at / cells)])
  return principalMap({ ...activations, data }, parameters)
}

/** The map of f(A_k, G_k), cell by cell. */
export function cellwiseMap(layer: LayerTensors, product: (activation: number, gradient: number) => number, parameters: Parameters): AttributionMap {
  const { activations, gradients } = layer
  if (parameters.eigen !== 'on') return toMap(cellwiseSum(layer, product), activations, parameters)
  return principalMap({ ...activations, data: activations.data.map((activation, at) => product(activation, gradients.data[at])) }, parameters)
}

export function principalMap(planes: Planes, parameters: Parameters): AttributionMap {
  return toMap(firstPrincipal(planes), planes, parameters)
}

/** Σ_k weight[k] · A_k, [rows, columns], in double precision. */
function weightedSum({ data, channels, rows, columns }: Planes, weights: ArrayLike<number>): Float64Array {
  const cells = rows * columns
  const sum = new Float64Array(cells)
  // Four channels at a time: a cell of the sum is read and written once for all of them.
  const whole = channels - (channels % 4)
  for (let channel = 0; channel < whole; channel += 4) {
    const [a, b, c, d] = [weights[channel], weights[channel + 1], weights[channel + 2], weights[channel + 3]]
    for (let i = 0, at = channel * cells; i < cells; i++, at++) sum[i] += a * data[at] + b * data[at + cells] + c * data[at + 2 * cells] + d * data[at + 3 * cells]
  }
  for (let channel = whole; channel < channels; channel++)
    for (let i = 0, at = channel * cells; i < cells; i++) sum[i] += weights[channel] * data[at + i]
  return sum
}

/** Σ_k f(A_k, G_k) cell by cell. */
function cellwiseSum({ activations, gradients }: LayerTensors, product: (activation: number, gradient: number) => number): Float64Array {
  const cells = activations.rows * activations.columns
  const sum = new Float64Array(cells)
  for (let at = 0, i = 0; at < activations.data.length; at++, i = i + 1 === cells ? 0 : i + 1) sum[i] += product(activations.data[at], gradients.data[at])
  return sum
}

/** Sum of f over the cells of each channel. */
export function channelSums({ activations, gradients }: LayerTensors, value: (activation: number, gradient: number) => number): Float64Array {
  const cells = activations.rows * activations.columns
  const sums = new Float64Array(activations.channels)
  for (let channel = 0; channel < sums.length; channel++) {
    let sum = 0
    for (let at = channel * cells; at < (channel + 1) * cells; at++) sum += value(activations.data[at], gradients.data[at])
    sums[channel] = sum
  }
  return sums
}

/** A sum as the map: without what is below zero unless signed evidence was asked for. */
function toMap(sum: Float64Array, { rows, columns }: Planes, parameters: Parameters): AttributionMap {
  const signed = parameters.evidence === 'signed'
  const values = Float32Array.from(signed ? sum : sum.map((value) => Math.max(0, value)))
  return { grid: [rows, columns], values, signed, diagnostics: {} }
}
