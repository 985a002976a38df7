import { ReviewError } from '../contract/errors.ts'
import type { ProviderId } from '../contract/records.ts'
import { NAME_PREFIX } from '../autodiff/emitter.ts'
import { decodeModel } from '../onnx/decode.ts'
import { ELEMENT_TYPES, type ElementType } from '../onnx/element-types.ts'
import { encodeModel } from '../onnx/encode.ts'
import { embedExternalData, type ReadExternal } from '../onnx/external-data.ts'
import { dependenciesOf, Graph, hasSubgraph, nodeLabel, outputsOf } from '../onnx/graph.ts'
import type { ModelProto, NodeProto } from '../onnx/proto.ts'
import type { Layer, ModelAnalysis } from './instrument.ts'
import type { ProviderSettings } from './providers.ts'
import { RuntimeSession, threadsFromEnvironment } from './runtime.ts'

const LAYER_INPUT = `${NAME_PREFIX}layer`

export interface TailOptions { readonly bytes: Uint8Array; readonly externalData?: ReadExternal; readonly analysis: ModelAnalysis; readonly provider: ProviderId; readonly settings?: ProviderSettings }

/**
 * The model from a layer on, with the layer's activations as input: for questions of the form 'what if the layer had been
 * otherwise'. Ways around the layer (skip connections) stay, with the image as a second input.
 */
export class LayerTail {
  readonly #capture: RuntimeSession
  readonly #tail: RuntimeSession
  readonly #layer: Layer
  readonly #analysis: ModelAnalysis

  private constructor(capture: RuntimeSession, tail: RuntimeSession, layer: Layer, analysis: ModelAnalysis) {
    this.#capture = capture
    this.#tail = tail
    this.#layer = layer
    this.#analysis = analysis
  }

  /** Throws `no-such-layer`, `unsupported-graph` where an If or Loop reads the layer. */
  static async create({ bytes, externalData, analysis, provider, settings }: TailOptions, layerName: string): Promise<LayerTail> {
    const layer = analysis.layers.find(({ name }) => name === layerName)
    if (!layer) throw new ReviewError('no-such-layer', `The model has no layer '${layerName}' with a grid.`)
    const model = embedExternalData(decodeModel(bytes), externalData)
    const options = { provider, settings, threads: threadsFromEnvironment() }
    const capture = await RuntimeSession.create(encodeModel(pruned(model, layer.name)), options)
    const type = capture.outputType(layer.name)
    return new LayerTail(capture, await RuntimeSession.create(encodeModel(tailOf(model, layer, type, analysis.scoreTensor)), options), layer, analysis)
  }

  /**
   * Logits for other activations of the layer: each [channels, rows, columns], class tokens as the image has them.
   * `input` is the image in the graph's own order of axes, a batch of one.
   */
  async logits(input: { readonly data: Float32Array; readonly dims: readonly number[] }, alternatives: readonly Float32Array[]): Promise<Float32Array[]> {
    const { fixedBatch, inputs: [{ name: inputName }], scoreTensor, classes } = this.#analysis
    const repeated = (data: Float32Array, times: number): Float32Array => {
      const all = new Float32Array(data.length * times)
      for (let i = 0; i < times; i++) all.set(data, i * data.length)
      return all
    }
    const once = fixedBatch ?? 1
    const captured = (await this.#capture.run({ [inputName]: { data: repeated(input.data, once), dims: [once, ...input.dims.slice(1)] } }, [this.#layer.name]))[this.#layer.name]
    const original = captured.data.subarray(0, captured.data.length / once)
    const results: Float32Array[] = []
    const size = fixedBatch ?? alternatives.length
    for (let start = 0; start < alternatives.length; start += size) {
      const part = alternatives.slice(start, start + size)
      const data = repeated(original, size)
      part.forEach((planes, i) => this.#place(planes, data.subarray(i * original.length, (i + 1) * original.length)))
      const feeds = { [LAYER_INPUT]: { data, dims: [size, ...captured.dims.slice(1)] }, ...(this.#tail.inputNames.includes(inputName) && { [inputName]: { data: repeated(input.data, size), dims: [size, ...input.dims.slice(1)] } }) }
      const scores = (await this.#tail.run(feeds, [scoreTensor]))[scoreTensor].data
      part.forEach((_, i) => results.push(scores.slice(i * classes, (i + 1) * classes)))
    }
    return results
  }

  /** [channels, cells] into the graph's own order. */
  #place(planes: Float32Array, target: Float32Array): void {
    const { channels, order, classTokens, grid: [rows, columns] } = this.#layer
    if (order === 'NCHW') return target.set(planes)
    const cells = rows * columns
    for (let cell = 0; cell < cells; cell++)
      for (let channel = 0; channel < channels; channel++) target[(classTokens + cell) * channels + channel] = planes[channel * cells + cell]
  }

  async close(): Promise<void> {
    await this.#capture.release()
    await this.#tail.release()
  }
}

function tailOf(model: ModelProto, layer: Layer, type: string, score: string): ModelProto {
  const renamed = (node: NodeProto): NodeProto => {
    if (!dependenciesOf(node).includes(layer.name)) return node
    if (hasSubgraph(node)) throw new ReviewError('unsupported-graph', `'${node.opType}' (node '${nodeLabel(node)}') reads the layer '${layer.name}' from within a graph of its own. Choose another layer.`)
    return { ...node, input: node.input?.map((name) => name === layer.name ? LAYER_INPUT : name) }
  }
  const input = { name: LAYER_INPUT, type: { tensorType: { elemType: ELEMENT_TYPES[type as ElementType].code } } }
  return pruned({ ...model, graph: { ...model.graph, node: model.graph!.node!.map(renamed), input: [...(model.graph!.input ?? []), input] } }, score)
}

/** The part of a model that one tensor depends on. */
function pruned(model: ModelProto, output: string): ModelProto {
  const graph = model.graph!
  const needed = new Graph(graph).ancestors([output])
  return {
    ...model,
    graph: {
      ...graph,
      node: graph.node!.filter((node) => outputsOf(node).some((name) => needed.has(name))),
      initializer: (graph.initializer ?? []).filter(({ name }) => needed.has(name!)),
      input: (graph.input ?? []).filter(({ name }) => needed.has(name!)),
      output: [{ name: output }],
      valueInfo: [],
    },
  }
}
