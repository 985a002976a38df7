import { ReviewError } from '../contract/errors.ts'
import { ELEMENT_TYPES, elementTypeOf, isFloat } from '../onnx/element-types.ts'
import { encodeModel } from '../onnx/encode.ts'
import type { ReadExternal } from '../onnx/external-data.ts'
import { inputsOf, nodeLabel } from '../onnx/graph.ts'
import type { ModelProto, NodeProto, TensorProto } from '../onnx/proto.ts'
import { readModel } from '../onnx/read-model.ts'
import { elementCount } from '../onnx/tensors.ts'
import { uniform } from '../tensor/random.ts'

/** Operators whose weights make a layer of their own. */
const LAYERS = new Set(['Conv', 'ConvTranspose', 'ConvInteger', 'Gemm', 'MatMul', 'Einsum'])
/** Operators whose weights belong to the layer before them: normalisations, and what is left of them and of biases when they are written out. */
const FOLLOWERS = new Set(['BatchNormalization', 'InstanceNormalization', 'LayerNormalization', 'SimplifiedLayerNormalization', 'RMSNormalization', 'GroupNormalization', 'PRelu', 'Add', 'Mul', 'Sub', 'Div'])
/** Operators through which a weight may pass on its way. */
const PASSES = new Set(['Identity', 'Transpose', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze'])

/** A layer with the names of its weights. */
export interface WeightLayer { readonly name: string; readonly weights: readonly string[] }

/**
 * The layers with learnt weights, in the order of the graph: convolutions and matrix products, each with the biases, slopes and
 * normalisations up to the next one. What comes before the first (a fixed normalisation of the input) and what is no vector
 * or matrix of weights (masks, tables of positions, single numbers) is no part of it.
 */
export function weightLayers({ graph }: ModelProto): WeightLayer[] {
  const initializers = new Map((graph!.initializer ?? []).map((tensor) => [tensor.name!, tensor]))
  const makers = new Map((graph!.node ?? []).flatMap((node) => (node.output ?? []).map((name) => [name, node] as const)))
  const weightBehind = (name: string): TensorProto | null => {
    const own = initializers.get(name)
    if (own) return isWeight(own) ? own : null
    const maker = makers.get(name)
    return maker && PASSES.has(maker.opType!) ? weightBehind(maker.input![0]) : null
  }
  const layers: { name: string; weights: string[] }[] = []
  const seen = new Set<string>()
  for (const node of graph!.node ?? []) {
    const isLayer = LAYERS.has(node.opType!)
    if (!isLayer && (!FOLLOWERS.has(node.opType!) || layers.length === 0)) continue
    const weights = inputsOf(node).flatMap((name) => weightBehind(name) ?? []).filter((tensor) => isLayer || isVector(tensor)).map(({ name }) => name!).filter((name) => !seen.has(name))
    for (const name of weights) seen.add(name)
    if (isLayer && weights.length > 0) layers.push({ name: label(node), weights })
    else layers.at(-1)?.weights.push(...weights)
  }
  return layers
}

const label = (node: NodeProto): string => node.output?.[0] ?? nodeLabel(node)

function isWeight(tensor: TensorProto): boolean {
  return isFloat(elementTypeOf(tensor.dataType)) && elementCount(tensor.dims ?? []) > 1
}

/** One value a channel, whatever dimensions of 1 stand beside it. */
function isVector({ dims = [] }: TensorProto): boolean {
  return dims.filter((dim) => dim > 1).length === 1
}

export interface RandomisedModel {
  readonly bytes: Uint8Array
  /** all layers with weights, from the scores down; the first `depth` of them are random */
  readonly layers: readonly string[]
}

/**
 * The model with the weights of its last `depth` layers in random order, each tensor by itself: values keep their distribution and
 * variances stay positive, but what was learnt is gone (Adebayo et al. 2018, sec. 3.1: cascading randomisation). The same
 * seed at a greater depth leaves the layers above as they were, so that the curve is one cascade.
 *
 * Weights of other files are brought into the bytes. Throws `unsupported-model` where no layer has weights, `bad-parameter` where
 * there are fewer than `depth`, and what reading throws.
 */
export function randomiseWeights(bytes: Uint8Array, depth: number, seed: number, externalData?: ReadExternal): RandomisedModel {
  const model = readModel(bytes, externalData)
  const layers = weightLayers(model).reverse()
  if (layers.length === 0) throw new ReviewError('unsupported-model', 'No layer with weights was found in the model, so there is nothing to make random.')
  if (!Number.isInteger(depth) || depth < 0 || depth > layers.length) throw new ReviewError('bad-parameter', `The model has ${layers.length} layers with weights; ${depth} of them cannot be made random.`)
  const random = new Map(layers.slice(0, depth).flatMap(({ weights }, place) => weights.map((name, index) => [name, mixed(seed, place, index)] as const)))
  const initializer = (model.graph!.initializer ?? []).map((tensor) => random.has(tensor.name!) ? permuted(tensor, uniform(random.get(tensor.name!)!)) : tensor)
  return { bytes: encodeModel({ ...model, graph: { ...model.graph, initializer } }), layers: layers.map(({ name }) => name) }
}

/** A seed of its own for each tensor. */
function mixed(seed: number, place: number, index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0
}

/** A tensor with its values in another order (Fisher and Yates), whatever their type and wherever they stand. */
function permuted(tensor: TensorProto, random: () => number): TensorProto {
  const { bytes: width } = ELEMENT_TYPES[elementTypeOf(tensor.dataType)!]
  const fresh = { name: tensor.name, dims: tensor.dims, dataType: tensor.dataType }
  if (tensor.rawData) {
    const rawData = Uint8Array.from(tensor.rawData)
    shuffle(width === 2 ? new Uint16Array(rawData.buffer) : width === 4 ? new Uint32Array(rawData.buffer) : new BigUint64Array(rawData.buffer), random)
    return { ...fresh, rawData }
  }
  const name = (['floatData', 'doubleData', 'int32Data'] as const).find((list) => (tensor[list]?.length ?? 0) > 0)!
  const values = tensor[name]!.slice()
  shuffle(values, random)
  return { ...fresh, [name]: values }
}

function shuffle(values: { readonly length: number; [index: number]: unknown }, random: () => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    const value = values[i]
    values[i] = values[other]
    values[other] = value
  }
}
