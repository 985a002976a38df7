import { ReviewError } from '../contract/errors.ts'
import { differentiate, prune } from '../autodiff/differentiate.ts'
import { Emitter, GraphBuilder, NAME_PREFIX } from '../autodiff/emitter.ts'
import { chooseDefaultLayer, layerNamed, operatorsWithoutGradient, type MissingOperator, type TargetLayer } from '../autodiff/layers.ts'
import { OutputList } from '../autodiff/output-list.ts'
import { describeTensor, understand, type TensorDescription, type Understood, type UnderstandOptions } from '../autodiff/understand.ts'
import { ELEMENT_TYPES, isFloat } from '../onnx/element-types.ts'
import { encodeModel } from '../onnx/encode.ts'
import { requireGradientOpset } from '../onnx/opset.ts'
import type { ModelProto, ValueInfoProto } from '../onnx/proto.ts'
import { CLASS_WEIGHTS, withPredictedSeed } from './predicted-seed.ts'

export type { TensorDescription }
export type Layer = TargetLayer

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

export type AnalyseOptions = UnderstandOptions

export interface InstrumentOptions extends AnalyseOptions {
  readonly layers: readonly string[]
  /** The gradient at the input as well, for gradient×input and integrated gradients. */
  readonly inputGradient?: boolean
  /** A seed of zeros then stands for the class of the greatest logit. */
  readonly findsClass?: boolean
  /** A layer's gradient that is the same in every cell comes as [N, channels, 1, 1]. */
  readonly isCompact?: boolean
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
    /** Layer → gradient of Σ seed·logit at the activation, same shape; with `isCompact` [N, channels, 1, 1] where it is the same in every cell. */
    readonly gradients: Readonly<Record<string, string>>
    /** Same shape as the input, float32. */
    readonly inputGradient?: string
  }
}

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
    outputs: (model.graph!.output ?? []).map(describeTensor),
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
  const layerGradients = Object.fromEntries(layers.map((layer) => [layer.name, outputs.layer(layer, gradients.get(layer.name)!, 'gradient', options.isCompact)]))
  const inputGradient = options.inputGradient ? outputs.input(gradients.get(input.name)!) : undefined
  const added = prune(builder, outputs.infos.map(({ name }) => name!))
  const seed: ValueInfoProto = { name: seedName, type: { tensorType: { elemType: ELEMENT_TYPES.float32.code, shape: { dim: [facts.fixedBatch === null ? { dimParam: `${NAME_PREFIX}seeds` } : { dimValue: facts.fixedBatch }, { dimValue: score.classes }] } } } }
  const own = (model.graph!.output ?? []).filter(({ name }) => name === score.output)
  const instrumented: ModelProto = {
    ...model,
    graph: {
      ...model.graph,
      node: [...graph.nodes, ...added.nodes],
      initializer: [...(model.graph!.initializer ?? []), ...added.initializers],
      input: [...(model.graph!.input ?? []), seed],
      output: [...own, ...outputs.infos.filter(({ name }) => name !== score.output)],
    },
  }
  const written = encodeModel(options.findsClass ? withPredictedSeed(instrumented, seedName, scores) : instrumented)
  return { bytes: written, seedName: options.findsClass ? CLASS_WEIGHTS : seedName, inputName: input.name, names: { scores, rawOutput: score.output, activations, gradients: layerGradients, ...(inputGradient && { inputGradient }) } }
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
