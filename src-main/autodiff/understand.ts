import { ReviewError } from '../contract/errors.ts'
import { elementTypeOf, type ElementType } from '../onnx/element-types.ts'
import type { ReadExternal } from '../onnx/external-data.ts'
import { Graph } from '../onnx/graph.ts'
import { standardOpset } from '../onnx/opset.ts'
import type { ModelProto, ValueInfoProto } from '../onnx/proto.ts'
import { readModel } from '../onnx/read-model.ts'
import { findLayers, type TargetLayer } from './layers.ts'
import { learnFacts, type RunProbe, type TensorFacts } from './probe.ts'
import { findScore, type Score } from './score.ts'

export interface TensorDescription {
  readonly name: string
  readonly elementType: ElementType | 'unknown'
  /** A number, or the name of a dimension that the file leaves open ('' if it has none). */
  readonly dims: readonly (number | string)[]
}

export interface UnderstandOptions {
  readonly runProbe: RunProbe
  /** Needed where the file leaves the image size open; 224×224 otherwise. */
  readonly inputSize?: { readonly height: number; readonly width: number }
  readonly output?: string
  /** Reads a weights file beside the model. */
  readonly externalData?: ReadExternal
}

/** A classifier, with all that is known of it before it runs. */
export interface Understood {
  readonly model: ModelProto
  readonly graph: Graph
  readonly facts: TensorFacts
  readonly opset: number
  readonly score: Score
  readonly layers: readonly TargetLayer[]
  readonly input: TensorDescription
  readonly inputLayout: 'NCHW' | 'NHWC'
  readonly inputSize: { readonly height: number; readonly width: number; readonly channels: number }
}

const DEFAULT_SIZE = 224
const MOST_CHANNELS = 4

/** 16,384 × 16,384 values, a GiB as float32: what a batch may be at most, and no memory is asked for in vain. */
const MOST_VALUES = 2 ** 28

/** What was learnt of a model, as long as its bytes are kept: choosing another layer probes nothing again. */
const known = new WeakMap<Uint8Array, Map<string, Promise<Understood>>>()

/**
 * Reads a model, learns its shapes, finds its score and its layers. The same bytes at the same size are probed once.
 * Throws `not-onnx`, `onnx-damaged`, `onnx-missing-data`, `unsupported-model`, `unsupported-graph`.
 */
export function understand(bytes: Uint8Array, options: UnderstandOptions): Promise<Understood> {
  const key = JSON.stringify([options.inputSize?.height, options.inputSize?.width, options.output])
  const ofBytes = known.get(bytes) ?? new Map<string, Promise<Understood>>()
  known.set(bytes, ofBytes)
  const before = ofBytes.get(key)
  if (before) return before
  const learning = learn(bytes, options)
  ofBytes.set(key, learning)
  learning.catch(() => ofBytes.delete(key))
  return learning
}

async function learn(bytes: Uint8Array, options: UnderstandOptions): Promise<Understood> {
  const asExported = readModel(bytes, options.externalData)
  const opset = standardOpset(asExported)
  const input = imageInput(asExported)
  const [batch, ...rest] = input.dims
  const inputLayout = isChannels(rest[0]) || !isChannels(rest[2]) ? 'NCHW' : 'NHWC'
  const [c, h, w] = inputLayout === 'NCHW' ? rest : [rest[2], rest[0], rest[1]]
  const sizeOf = (dim: number | string, wanted: number | undefined, fallback: number): number => (typeof dim === 'number' ? dim : (wanted ?? fallback))
  const inputSize = { channels: sizeOf(c, undefined, 3), height: sizeOf(h, options.inputSize?.height, DEFAULT_SIZE), width: sizeOf(w, options.inputSize?.width, DEFAULT_SIZE) }
  const { channels, height, width } = inputSize
  checkInputSize(input, inputSize, typeof batch === 'number' ? batch : 1)
  const { model, facts } = await learnFacts(asExported, typeof batch === 'number' ? batch : null, inputLayout === 'NCHW' ? [channels, height, width] : [height, width, channels], options.runProbe)
  const graph = new Graph(model.graph!)
  const score = findScore(graph, facts, options.output)
  return { model, graph, facts, opset, score, layers: findLayers(graph, facts, score), input, inputLayout, inputSize }
}

function isChannels(dim: number | string): boolean {
  return typeof dim === 'number' && dim >= 1 && dim <= MOST_CHANNELS
}

export function describeTensor(info: ValueInfoProto): TensorDescription {
  const type = info.type?.tensorType
  return {
    name: info.name ?? '',
    elementType: elementTypeOf(type?.elemType) ?? 'unknown',
    dims: (type?.shape?.dim ?? []).map(({ dimValue, dimParam }) => (dimValue !== undefined && dimValue > 0 ? dimValue : (dimParam ?? ''))),
  }
}

/** Throws `unsupported-model` for an image, or a fixed batch of images, that no memory holds. */
function checkInputSize({ name }: TensorDescription, { channels, height, width }: Understood['inputSize'], batch: number): void {
  if (batch * channels * height * width <= MOST_VALUES) return
  throw new ReviewError('unsupported-model', `The model's input '${name}' takes ${batch === 1 ? 'an image' : `${batch} images`} of ${channels}×${height}×${width} values, more than ${MOST_VALUES} at once. Export it for a smaller ${batch === 1 ? 'image' : 'batch'}.`)
}

function imageInput(model: ModelProto): TensorDescription {
  const inputs = (model.graph!.input ?? []).map(describeTensor)
  const found = inputs.map(({ name, dims }) => `'${name}' [${dims.join(', ')}]`).join(', ')
  if (inputs.length !== 1) throw new ReviewError('unsupported-model', `The model has ${inputs.length} inputs (${found}). This program needs a classifier with one image input.`)
  if (inputs[0].dims.length !== 4) throw new ReviewError('unsupported-model', `The model's input ${found} is no batch of images: it needs four dimensions.`)
  return inputs[0]
}
