import { learnFacts } from '../../../src-main/autodiff/probe.ts'
import { encodeModel } from '../../../src-main/onnx/encode.ts'
import { Graph } from '../../../src-main/onnx/graph.ts'
import { readModel } from '../../../src-main/onnx/read-model.ts'
import { analyseModel, instrument, type InstrumentOptions, type Layer, type ModelAnalysis } from '../../../src-main/model/instrument.ts'
import { value } from '../../fixtures/onnx/build.ts'
import { randomNumbers } from '../../fixtures/onnx/random.ts'
import { openSession, runProbe, type Feed, type Fetched } from '../../fixtures/onnx/runtime.ts'

export const SEED = 20261123

export interface Run {
  readonly analysis: ModelAnalysis
  readonly layer: Layer
  readonly scores: Fetched
  readonly activation: Fetched
  readonly gradient: Fetched
  readonly inputGradient: Fetched | null
  readonly image: Feed
}

export function images(dims: readonly number[], type: Feed['type'] = 'float32'): Feed {
  const next = randomNumbers(SEED)
  return { type, dims, data: Array.from({ length: dims.reduce((product, dim) => product * dim, 1) }, () => next() * 2 - 1) }
}

/** Analyses, instruments and runs a model once. `seed` has one row an image, or one for all. */
export async function runInstrumented(bytes: Uint8Array, image: Feed, seed: readonly number[][], options: Partial<InstrumentOptions> = {}): Promise<Run> {
  const analysis = await analyseModel(bytes, { runProbe, ...options })
  const name = options.layers?.[0] ?? analysis.defaultLayer!
  const instrumented = await instrument(bytes, { runProbe, ...options, layers: [name] })
  const session = await openSession(instrumented.bytes)
  const out = await session.run({ [instrumented.inputName]: image, [instrumented.seedName]: { type: 'float32', dims: [seed.length, seed[0].length], data: seed.flat() } })
  await session.release()
  const { names } = instrumented
  const layer = analysis.layers.find((candidate) => candidate.name === name)!
  return { analysis, layer, image, scores: out[names.scores], activation: out[names.activations[name]], gradient: out[names.gradients[name]], inputGradient: names.inputGradient ? out[names.inputGradient] : null }
}

/** [N, channels, rows, columns] in the layer's own order of axes; class tokens get `rest`. */
function inOwnOrder(data: Float64Array, layer: Layer, imagesCount: number, rest: Float64Array | null): { dims: number[]; data: Float64Array } {
  const { channels, classTokens, order, grid: [rows, columns] } = layer
  if (order === 'NCHW') return { dims: [imagesCount, channels, rows, columns], data }
  const tokens = classTokens + rows * columns
  const own = rest ? Float64Array.from(rest) : new Float64Array(imagesCount * tokens * channels)
  for (let n = 0; n < imagesCount; n++) for (let c = 0; c < channels; c++) for (let i = 0; i < rows * columns; i++) own[(n * tokens + classTokens + i) * channels + c] = data[(n * channels + c) * rows * columns + i]
  return { dims: order === 'NHWC' ? [imagesCount, rows, columns, channels] : [imagesCount, tokens, channels], data: own }
}

/**
 * The largest difference between the layer's gradient and central differences along random directions, relative to the
 * directional derivative's scale: the layer is made an input of the model, and moved.
 */
export async function layerErrorAlongDirections(bytes: Uint8Array, run: Run, seed: readonly number[][], options: { readonly step?: number; readonly directions?: number } = {}): Promise<number> {
  const { step = 1e-2, directions = 6 } = options
  const { layer, analysis, image } = run
  const { model } = await learnFacts(readModel(bytes), null, image.dims.slice(1), runProbe)
  const graph = new Graph(model.graph!)
  const name = layer.name
  const count = image.dims[0]
  const own = inOwnOrder(run.activation.data, layer, count, layer.classTokens > 0 ? await ownActivation(bytes, name, run) : null)
  const nodes = graph.nodes.map((node) => ({ ...node, input: node.input?.map((input) => (input === name ? 'moved' : input)) }))
  const tail = encodeModel({ ...model, graph: { ...model.graph, node: nodes, input: [...model.graph!.input!, value('moved', 'float32', own.dims)], output: [{ name: analysis.scoreTensor }], valueInfo: [] } })
  const session = await openSession(tail)
  const weights = Array.from({ length: count }, (_, n) => seed[seed.length === 1 ? 0 : n]).flat()
  const score = async (data: Float64Array): Promise<number> => {
    const out = await session.run({ [analysis.inputs[0].name]: image, moved: { type: 'float32', dims: own.dims, data } })
    return out[analysis.scoreTensor].data.reduce((sum, logit, i) => sum + logit * weights[i], 0)
  }
  const next = randomNumbers(SEED + 1)
  let largest = 0
  let scale = 0
  for (let d = 0; d < directions; d++) {
    const direction = Float64Array.from(run.gradient.data, () => next() * 2 - 1)
    const along = inOwnOrder(direction, layer, count, null).data
    const up = await score(own.data.map((v, i) => v + step * along[i]))
    const down = await score(own.data.map((v, i) => v - step * along[i]))
    const slope = (up - down) / (2 * step)
    const found = run.gradient.data.reduce((sum, g, i) => sum + g * direction[i], 0)
    largest = Math.max(largest, Math.abs(slope - found))
    scale = Math.max(scale, Math.abs(slope))
  }
  await session.release()
  return largest / scale
}

async function ownActivation(bytes: Uint8Array, name: string, run: Run): Promise<Float64Array> {
  const model = readModel(bytes)
  const session = await openSession(encodeModel({ ...model, graph: { ...model.graph, output: [{ name }] } }))
  const out = await session.run({ [run.analysis.inputs[0].name]: run.image })
  await session.release()
  return out[name].data
}
