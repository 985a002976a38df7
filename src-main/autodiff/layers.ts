import { ReviewError } from '../contract/errors.ts'
import { dependenciesOf, nodeLabel, operatorName, outputsOf, type Graph } from '../onnx/graph.ts'
import type { NodeProto } from '../onnx/proto.ts'
import { isStepOfDecomposition } from './decomposed.ts'
import { activeTensors, missingRule } from './differentiate.ts'
import { findLayouts, type Layout } from './layout.ts'
import type { TensorFacts } from './probe.ts'
import { dominates, type Score } from './score.ts'

/** A tensor that a map can be made of. */
export interface TargetLayer {
  /** The tensor's name. */
  readonly name: string
  /** The node that makes it, and its operator. */
  readonly node: string
  readonly op: string
  readonly channels: number
  /** Rows and columns. */
  readonly grid: readonly [number, number]
  readonly kind: 'spatial' | 'tokens'
  /** Tokens before those of the grid. */
  readonly classTokens: number
  /** The order of the axes in the model; instrumented outputs are [N, channels, rows, columns] always. */
  readonly order: 'NCHW' | 'NHWC' | 'NTC'
}

/** Operators that hand the same numbers on in another arrangement: no layer of their own, unless they make the grid (windows put together again). */
const REARRANGE = new Set(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Slice', 'Split', 'Pad', 'Gather', 'Identity', 'Cast', 'Dropout', 'Expand'])

/** Operators with weights that turn channels into classes. */
const CLASSIFIES = new Set(['Conv', 'Gemm', 'MatMul'])

/** Every layer between the input and the score, in the order of the graph; steps of a written-out activation are none. */
export function findLayers(graph: Graph, facts: TensorFacts, score: Score): TargetLayer[] {
  const layouts = findLayouts(graph, facts)
  const active = activeTensors({ graph, facts, score: score.tensor, targets: graph.inputNames.slice(0, 1) })
  return graph.nodes.flatMap((node) => {
    if (REARRANGE.has(node.opType!) && layouts.has(node.input![0])) return []
    if (isStepOfDecomposition(graph, facts, node)) return []
    return outputsOf(node).flatMap((name) => (active.has(name) && name !== score.tensor ? layerFor(name, node, layouts.get(name), facts) : []))
  })
}

function layerFor(name: string, node: NodeProto, layout: Layout | undefined, facts: TensorFacts): TargetLayer[] {
  const shape = facts.shapeOf(name) as number[] | null
  if (!layout || !shape || layout.order === 'NCT') return []
  const { order, grid } = layout
  const tokens = order === 'NTC'
  if (tokens ? grid[0] * grid[1] <= 1 : grid[0] <= 1 || grid[1] <= 1) return []
  return [{
    name,
    node: nodeLabel(node),
    op: operatorName(node),
    channels: shape[order === 'NCHW' ? 1 : shape.length - 1],
    grid,
    kind: tokens ? 'tokens' : 'spatial',
    classTokens: tokens ? shape[1] - grid[0] * grid[1] : 0,
    order,
  }]
}

/**
 * The layer that a map is made of unless another is chosen: the last one that everything the score knows of the image
 * goes through, behind its activation and before pooling. A map of class scores (SqueezeNet's last convolution) is stepped over. Where a class
 * token alone is read in the end, the last tokens have no gradient: then it is what the last attention reads.
 */
export function chooseDefaultLayer(graph: Graph, facts: TensorFacts, score: Score, layers: readonly TargetLayer[]): TargetLayer | null {
  const [input] = graph.inputNames
  const last = layers.at(-1)
  if (!last) return null
  const through = layers.findLast((layer) => layer.kind === last.kind && dominates(graph, input, layer.name, score.tensor)) ?? last
  if (through.kind === 'tokens' && through.classTokens > 0 && !patchTokensMatter(graph, facts, through, score)) {
    return beforeLastAttention(graph, facts, layers, through, score) ?? through
  }
  return beforeClassMap(graph, facts, score, layers, beforeAveragePool(graph, layers, through, score))
}

/** The finer grid that a last average pool (VGG, Keras) is made of: it weighs nothing. */
function beforeAveragePool(graph: Graph, layers: readonly TargetLayer[], layer: TargetLayer, score: Score): TargetLayer {
  if (layer.op !== 'AveragePool') return layer
  const [input] = graph.inputNames
  const earlier = layers.slice(0, layers.indexOf(layer)).findLast((other) => other.channels === layer.channels && dominates(graph, input, other.name, score.tensor))
  return earlier && earlier.op !== 'AveragePool' ? earlier : layer
}

function beforeClassMap(graph: Graph, facts: TensorFacts, score: Score, layers: readonly TargetLayer[], layer: TargetLayer): TargetLayer {
  if (layer.channels !== score.classes || weightedNodes(graph, facts, layer.name, score).length > 0) return layer
  const [input] = graph.inputNames
  const earlier = layers.slice(0, layers.indexOf(layer)).findLast((other) => weightedNodes(graph, facts, other.name, score).length > 0 && dominates(graph, input, other.name, score.tensor))
  return earlier ?? layer
}

/** Nodes with weights between a tensor and the score. */
function weightedNodes(graph: Graph, facts: TensorFacts, from: string, score: Score): NodeProto[] {
  const active = activeTensors({ graph, facts, score: score.tensor, targets: [from] })
  return graph.nodes.filter((node) => CLASSIFIES.has(node.opType!) && active.has(node.input![0]) && outputsOf(node).some((name) => active.has(name)))
}

/** False if the tokens behind `layer` are read at their class tokens alone. */
function patchTokensMatter(graph: Graph, facts: TensorFacts, layer: TargetLayer, score: Score): boolean {
  const active = activeTensors({ graph, facts, score: score.tensor, targets: [layer.name] })
  const readers = graph.nodes.filter((node) => active.has(node.input?.[0] ?? '') && outputsOf(node).some((name) => active.has(name)))
  return !readers.some((node) => {
    const shape = facts.shapeOf(node.input![0])
    if (shape?.length !== 3 || shape[1] !== facts.shapeOf(layer.name)![1]) return false
    if (node.opType === 'Gather') return facts.constant(node.input![1])?.data.every((at) => at >= 0 && at < layer.classTokens) ?? false
    if (node.opType !== 'Slice') return false
    const kept = facts.shapeOf(node.output![0])?.[1]
    return typeof kept === 'number' && kept <= layer.classTokens
  })
}

/** The last tokens of the stream's width that both the weights and the values of the last attention come from. */
function beforeLastAttention(graph: Graph, facts: TensorFacts, layers: readonly TargetLayer[], stream: TargetLayer, score: Score): TargetLayer | undefined {
  const active = activeTensors({ graph, facts, score: score.tensor, targets: graph.inputNames.slice(0, 1) })
  const mixing = graph.nodes.findLast((node) => (node.opType === 'MatMul' || node.opType === 'Einsum') && node.input!.length === 2 && node.input!.every((name) => active.has(name)) && outputsOf(node).some((name) => active.has(name)))
  const fused = graph.nodes.findLast((node) => node.opType === 'Attention' && active.has(node.output![0]))
  const operands = fused ? fused.input!.slice(0, 3) : mixing?.input
  if (!operands) return undefined
  const sources = operands.map((name) => graph.ancestors([name]))
  return layers.findLast((layer) => layer.kind === 'tokens' && layer.channels === stream.channels && sources.every((source) => source.has(layer.name)))
}

export interface MissingOperator { readonly op: string; readonly node: string; readonly count: number; readonly reason: string }

/** Operators between a tensor and the score that have no gradient rule, each with the first node and how often; and the one that lets no gradient through at all. */
export function operatorsWithoutGradient(graph: Graph, facts: TensorFacts, score: Score, from: string): MissingOperator[] {
  const found = new Map<string, MissingOperator>()
  for (const node of nodesBetween(graph, facts, score, from)) {
    const reason = missingRule(node)
    if (!reason) continue
    const op = operatorName(node)
    const known = found.get(op)
    found.set(op, known ? { ...known, count: known.count + 1 } : { op, node: nodeLabel(node), count: 1, reason })
  }
  const cut = cuttingNode(graph, facts, score, from)
  if (cut) found.set(operatorName(cut), { op: operatorName(cut), node: nodeLabel(cut), count: 1, reason: 'its gradient is zero everywhere, so nothing comes through it' })
  return [...found.values()]
}

/** Where no gradient of the score reaches `from`: the last operator on the way that has none. */
function cuttingNode(graph: Graph, facts: TensorFacts, score: Score, from: string): NodeProto | undefined {
  const active = activeTensors({ graph, facts, score: score.tensor, targets: [from] })
  if (active.has(score.tensor) || active.size === 0) return undefined
  const above = graph.ancestors([score.tensor])
  return graph.nodes.findLast((node) => dependenciesOf(node).some((name) => active.has(name)) && outputsOf(node).some((name) => above.has(name) && !active.has(name)))
}

function nodesBetween(graph: Graph, facts: TensorFacts, score: Score, from: string): NodeProto[] {
  const active = activeTensors({ graph, facts, score: score.tensor, targets: [from] })
  return graph.nodes.filter((node) => outputsOf(node).some((name) => active.has(name)) && dependenciesOf(node).some((name) => active.has(name)))
}

/** The layer of that name. Throws `no-such-layer`, listing the nearest names. */
export function layerNamed(layers: readonly TargetLayer[], name: string): TargetLayer {
  const layer = layers.find((candidate) => candidate.name === name || candidate.node === name)
  if (layer) return layer
  const some = layers.slice(-5).map((candidate) => `'${candidate.name}'`).join(', ')
  throw new ReviewError('no-such-layer', `The model has no layer '${name}' with a grid on the way to its score. Choose one of its ${layers.length} layers, for example ${some}.`)
}
