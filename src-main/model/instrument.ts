import { ReviewError } from '../contract/errors.ts'
import { differentiate, prune } from '../autodiff/differentiate.ts'
import { Emitter, GraphBuilder, NAME_PREFIX } from '../autodiff/emitter.ts'
import { chooseDefaultLayer, findLayers, layerNamed, operatorsWithoutGradient, type MissingOperator, type TargetLayer } from '../autodiff/layers.ts'
import { learnFacts, type RunProbe, type TensorFacts } from '../autodiff/probe.ts'
import { findScore, type Score } from '../autodiff/score.ts'
import { isStatic, type Dim } from '../autodiff/shapes.ts'
import { ELEMENT_TYPES, elementTypeOf, isFloat, type ElementType } from '../onnx/element-types.ts'
import { encodeModel } from '../onnx/encode.ts'
import type { ReadExternal } from '../onnx/external-data.ts'
import { Graph } from '../onnx/graph.ts'
import { requireGradientOpset, standardOpset } from '../onnx/opset.ts'
import { readModel } from '../onnx/read-model.ts'
import type { DimensionProto, ModelProto, ValueInfoProto } from '../onnx/proto.ts'

export type Layer = TargetLayer

export interface TensorDescription {
  readonly name: string
  readonly elementType: ElementType | 'unknown'
  /** A number, or the name of a dimension that the file leaves open ('' if it has none). */
  readonly dims: readonly (number | string)[]
}

export interface ModelAnalysis {
  readonly inputs: readonly TensorDescription[]
  readonly outputs: readonly TensorDescription[]
  readonly opset: number
  readonly irVersion: number
  readonly producer: string
  readonly metadata: Readonly<Record<string, string>>
  /** How many operators the graph has. */
  readonly nodeCount: number
  /** Where the channels of the input are. */
  readonly inputLayout: 'NCHW' | 'NHWC'
  /** Height, width and channels of the input that the analysis was made with. */
  readonly inputSize: { readonly height: number; readonly width: number; readonly channels: number }
  /** The one batch size that the model takes, or null where it takes any. */
  readonly fixedBatch: number | null
  /** Candidates in the order of the graph, each with a way to the score. */
  readonly layers: readonly Layer[]
  readonly defaultLayer: string | null
  /** The output that holds the classes, and the tensor that is differentiated: the logits. */
  readonly outputTensor: string
  readonly scoreTensor: string
  readonly scoreIsBeforeActivation: 'softmax' | 'sigmoid' | null
  /** Operators between the input and the score that cannot be differentiated; `reason` says why. */
  readonly operatorsWithoutGradient: readonly MissingOperator[]
  readonly classes: number
}

export interface AnalyseOptions {
  readonly runProbe: RunProbe
  /** Needed where the file leaves the image size open; 224×224 otherwise. */
  readonly inputSize?: { readonly height: number; readonly width: number }
  readonly output?: string
  /** Reads a weights file beside the model. */
  readonly externalData?: ReadExternal
}

export interface InstrumentOptions extends AnalyseOptions {
  readonly layers: readonly string[]
  /** The gradient at the input as well, for gradient×input and integrated gradients. */
  readonly inputGradient?: boolean
}

export interface InstrumentedModel {
  readonly bytes: Uint8Array
  /** A float32 input [N, classes] (or [1, classes] for all images alike): the weight of each logit. One-hot for a class, +1 and −1 for the difference of two. */
  readonly seedName: string
  readonly inputName: string
  readonly names: {
    /** The logits, float32 [N, classes]. */
    readonly scores: string
    /** The model's own output. */
    readonly rawOutput: string
    /** Layer → float32 [N, channels, rows, columns], whatever the model's own order; class tokens are left out. */
    readonly activations: Readonly<Record<string, string>>
    /** Layer → gradient of Σ seed·logit at the activation, same shape. */
    readonly gradients: Readonly<Record<string, string>>
    /** Same shape as the input, float32. */
    readonly inputGradient?: string
  }
}

interface Understood {
  readonly model: ModelProto
  readonly graph: Graph
  readonly facts: TensorFacts
  readonly opset: number
  readonly score: Score
  readonly layers: readonly TargetLayer[]
  readonly input: TensorDescription
  readonly inputLayout: 'NCHW' | 'NHWC'
  readonly inputSize: ModelAnalysis['inputSize']
}

const DEFAULT_SIZE = 224
const MOST_CHANNELS = 4

/**
 * Reads a classifier: what goes in and comes out, which layers a map can be made of, what cannot be differentiated.
 * Throws `not-onnx`, `onnx-damaged`, `onnx-missing-data`, `unsupported-model` (two inputs, no image, no list of scores) and
 * `unsupported-graph` (ONNX Runtime does not load it).
 */
export async function analyseModel(bytes: Uint8Array, options: AnalyseOptions): Promise<ModelAnalysis> {
  const understood = await understand(bytes, options)
  const { model, graph, facts, opset, score, layers, input, inputLayout, inputSize } = understood
  const producer = [model.producerName, model.producerVersion].filter(Boolean).join(' ')
  return {
    inputs: [input],
    outputs: (model.graph!.output ?? []).map(describe),
    opset,
    irVersion: model.irVersion ?? 0,
    producer,
    metadata: Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    nodeCount: graph.nodes.length,
    inputLayout,
    inputSize,
    fixedBatch: facts.fixedBatch,
    layers,
    defaultLayer: chooseDefaultLayer(graph, facts, score, layers)?.name ?? null,
    outputTensor: score.output,
    scoreTensor: score.tensor,
    scoreIsBeforeActivation: score.before,
    operatorsWithoutGradient: operatorsWithoutGradient(graph, facts, score, input.name),
    classes: score.classes,
  }
}

async function understand(bytes: Uint8Array, options: AnalyseOptions): Promise<Understood> {
  const asExported = readModel(bytes, options.externalData)
  const opset = standardOpset(asExported)
  const input = imageInput(asExported)
  const [batch, ...rest] = input.dims
  const inputLayout = isChannels(rest[0]) || !isChannels(rest[2]) ? 'NCHW' : 'NHWC'
  const [c, h, w] = inputLayout === 'NCHW' ? rest : [rest[2], rest[0], rest[1]]
  const known = (dim: number | string, wanted: number | undefined, fallback: number): number => (typeof dim === 'number' ? dim : (wanted ?? fallback))
  const inputSize = { channels: known(c, undefined, 3), height: known(h, options.inputSize?.height, DEFAULT_SIZE), width: known(w, options.inputSize?.width, DEFAULT_SIZE) }
  const { channels, height, width } = inputSize
  const { model, facts } = await learnFacts(asExported, typeof batch === 'number' ? batch : null, inputLayout === 'NCHW' ? [channels, height, width] : [height, width, channels], options.runProbe)
  const graph = new Graph(model.graph!)
  const score = findScore(graph, facts, options.output)
  return { model, graph, facts, opset, score, layers: findLayers(graph, facts, score), input, inputLayout, inputSize }
}

function isChannels(dim: number | string): boolean {
  return typeof dim === 'number' && dim >= 1 && dim <= MOST_CHANNELS
}

function describe(info: ValueInfoProto): TensorDescription {
  const type = info.type?.tensorType
  return {
    name: info.name ?? '',
    elementType: elementTypeOf(type?.elemType) ?? 'unknown',
    dims: (type?.shape?.dim ?? []).map(({ dimValue, dimParam }) => (dimValue !== undefined && dimValue > 0 ? dimValue : (dimParam ?? ''))),
  }
}

function imageInput(model: ModelProto): TensorDescription {
  const inputs = (model.graph!.input ?? []).map(describe)
  const found = inputs.map(({ name, dims }) => `'${name}' [${dims.join(', ')}]`).join(', ')
  if (inputs.length !== 1) throw new ReviewError('unsupported-model', `The model has ${inputs.length} inputs (${found}). This program needs a classifier with one image input.`)
  if (inputs[0].dims.length !== 4) throw new ReviewError('unsupported-model', `The model's input ${found} is no batch of images: it needs four dimensions.`)
  return inputs[0]
}

/**
 * One model that gives logits, activations and gradients in one run. Only what lies between the layers and the score is
 * differentiated; everything else of the file is written back byte for byte.
 *
 * Throws what `analyseModel` throws, `no-such-layer`, and `unsupported-op` or `unsupported-graph` with the operator, its node and the
 * nearest layer that a map can be had from.
 */
export async function instrument(bytes: Uint8Array, options: InstrumentOptions): Promise<InstrumentedModel> {
  const understood = await understand(bytes, options)
  const { model, graph, facts, opset, score, input } = understood
  requireGradientOpset(opset)
  const layers = options.layers.map((name) => layerNamed(understood.layers, name))
  const builder = new GraphBuilder()
  const seedName = `${NAME_PREFIX}seed`
  const inputType = facts.typeOf(input.name)
  if (options.inputGradient && !isFloat(inputType)) throw new ReviewError('unsupported-model', `The input '${input.name}' holds ${inputType}, which has no gradient. Choose a method that needs a layer only.`)
  const targets = [...layers.map(({ name }) => name), ...(options.inputGradient ? [input.name] : [])]
  const gradients = withNearestLayer(understood, () => differentiate({ graph, facts, opset, score: score.tensor, seed: seedGradient(understood, builder, seedName), targets, builder }))
  const outputs = new OutputList(understood, builder)
  const scores = outputs.scores()
  const activations = Object.fromEntries(layers.map((layer) => [layer.name, outputs.layer(layer, layer.name, 'activation')]))
  const layerGradients = Object.fromEntries(layers.map((layer) => [layer.name, outputs.layer(layer, gradients.get(layer.name)!, 'gradient')]))
  const inputGradient = options.inputGradient ? outputs.input(gradients.get(input.name)!) : undefined
  const added = prune(builder, outputs.infos.map(({ name }) => name!))
  const seed: ValueInfoProto = { name: seedName, type: { tensorType: { elemType: ELEMENT_TYPES.float32.code, shape: { dim: [facts.fixedBatch === null ? { dimParam: `${NAME_PREFIX}seeds` } : { dimValue: facts.fixedBatch }, { dimValue: score.classes }] } } } }
  const own = (model.graph!.output ?? []).filter(({ name }) => name === score.output)
  const instrumented = encodeModel({
    ...model,
    graph: {
      ...model.graph,
      node: [...graph.nodes, ...added.nodes],
      initializer: [...(model.graph!.initializer ?? []), ...added.initializers],
      input: [...(model.graph!.input ?? []), seed],
      output: [...own, ...outputs.infos.filter(({ name }) => name !== score.output)],
    },
  })
  return { bytes: instrumented, seedName, inputName: input.name, names: { scores, rawOutput: score.output, activations, gradients: layerGradients, ...(inputGradient && { inputGradient }) } }
}

/** The seed as the gradient at the score: one row for each image, in the score's shape and type. */
function seedGradient({ facts, opset, score }: Understood, builder: GraphBuilder, seedName: string): string {
  const type = facts.typeOf(score.tensor)
  const emit = new Emitter(builder, opset, isFloat(type) ? type : 'float32')
  const shape = facts.shapeOf(score.tensor)!
  const rows = shape[0]
  const flat = emit.reshape(score.tensor, [rows, score.classes])
  const perImage = facts.fixedBatch === null ? emit.op('Expand', [seedName, emit.op('Shape', [shape.length === 2 ? score.tensor : flat])]) : seedName
  const typed = emit.type === 'float32' ? perImage : emit.cast(perImage, emit.type)
  return shape.length === 2 ? typed : emit.reshape(typed, shape)
}

function withNearestLayer<T>({ graph, facts, score, layers }: Understood, run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    if (!(thrown instanceof ReviewError) || (thrown.code !== 'unsupported-op' && thrown.code !== 'unsupported-graph')) throw thrown
    const nearest = layers.find((layer) => operatorsWithoutGradient(graph, facts, score, layer.name).length === 0)
    const advice = nearest ? `The nearest layer that a map can be had from is '${nearest.name}'.` : 'No layer of this model can be differentiated: choose a method without gradients.'
    throw new ReviewError(thrown.code, `${thrown.message} ${advice}`, { cause: thrown, details: { ...thrown.details, nearestLayer: nearest?.name ?? null } })
  }
}

/** Outputs of the instrumented model, each float32 and in a fixed order of axes, with its type for the file. */
class OutputList {
  readonly infos: ValueInfoProto[] = []
  readonly #understood: Understood
  readonly #builder: GraphBuilder

  constructor(understood: Understood, builder: GraphBuilder) {
    this.#understood = understood
    this.#builder = builder
  }

  scores(): string {
    const { facts, score } = this.#understood
    const shape = facts.shapeOf(score.tensor)!
    const emit = this.#emitter(score.tensor)
    const flat = shape.length === 2 ? score.tensor : emit.reshape(score.tensor, [shape[0], score.classes])
    return this.#add(flat, emit, [shape[0], score.classes], `${NAME_PREFIX}scores`)
  }

  layer(layer: TargetLayer, tensor: string, what: 'activation' | 'gradient'): string {
    const emit = this.#emitter(layer.name)
    const [rows, columns] = layer.grid
    const batch = this.#understood.facts.shapeOf(layer.name)![0]
    const name = `${NAME_PREFIX}${what}/${layer.name}`
    return this.#add(this.#asImage(layer, tensor, emit, batch), emit, [batch, layer.channels, rows, columns], name)
  }

  input(gradient: string): string {
    const { facts, input } = this.#understood
    return this.#add(gradient, this.#emitter(input.name), facts.shapeOf(input.name)!, `${NAME_PREFIX}gradient/${input.name}`)
  }

  /** [N, channels, rows, columns], class tokens left out. */
  #asImage({ order, classTokens, channels, grid: [rows, columns] }: TargetLayer, tensor: string, emit: Emitter, batch: Dim): string {
    if (order === 'NCHW') return tensor
    if (order === 'NHWC') return emit.transpose(tensor, [0, 3, 1, 2])
    const patches = classTokens > 0 ? emit.slice(tensor, [1], [classTokens], [classTokens + rows * columns]) : tensor
    return emit.reshape(emit.transpose(patches, [0, 2, 1]), [batch, channels, rows, columns])
  }

  #emitter(name: string): Emitter {
    const type = this.#understood.facts.typeOf(name)
    return new Emitter(this.#builder, this.#understood.opset, isFloat(type) ? type : 'float32')
  }

  /** What the model has already keeps its name; what is appended gets one that says what it is. */
  #add(tensor: string, emit: Emitter, shape: readonly Dim[], appendedName: string): string {
    const single = emit.type === 'float32' ? tensor : emit.cast(tensor, 'float32')
    const name = single.startsWith(NAME_PREFIX) ? this.#builder.node('Identity', [single], {}, appendedName) : single
    const dim = shape.map((size): DimensionProto => (isStatic(size) ? { dimValue: size } : size.perSample === 1 && size.fixed === 0 ? { dimParam: `${NAME_PREFIX}images` } : {}))
    this.infos.push({ name, type: { tensorType: { elemType: ELEMENT_TYPES.float32.code, shape: { dim } } } })
    return name
  }
}
