import { ReviewError } from '../contract/errors.ts'
import type { TargetLayer } from '../autodiff/layers.ts'
import { NAME_PREFIX } from '../autodiff/emitter.ts'
import { isStatic, sameDim, type Shape } from '../autodiff/shapes.ts'
import { understand, type Understood, type UnderstandOptions } from '../autodiff/understand.ts'
import { makeNode } from '../onnx/attributes.ts'
import { ELEMENT_TYPES } from '../onnx/element-types.ts'
import { encodeModel } from '../onnx/encode.ts'
import { isStandardDomain, operatorName, outputsOf } from '../onnx/graph.ts'
import type { NodeProto } from '../onnx/proto.ts'

/** A model that gives its attention weights out beside its scores. */
export interface AttentionModel {
  readonly bytes: Uint8Array
  readonly inputName: string
  /** in the order of the graph: [N, heads, tokens, tokens] or [N · heads, tokens, tokens] */
  readonly names: readonly string[]
  readonly grid: readonly [number, number]
  readonly classTokens: number
}

/** Operators that keep their weights to themselves. */
const FUSED_ELSEWHERE = /::(Multi|Group|Packed|QAttention|Attention)/

/** ai.onnx's Attention (opset 23) gives its weights after the softmax as a fourth output in this mode. */
const AFTER_SOFTMAX = 3

/**
 * Finds every self-attention over all tokens of the image on the way to the score: a Softmax over the last of two equal axes of
 * as many tokens as a layer of tokens has, or the standard's fused Attention.
 * Throws `no-attention` with the reason, and what reading the model throws.
 */
export async function withAttention(bytes: Uint8Array, options: UnderstandOptions): Promise<AttentionModel> {
  const understood = await understand(bytes, options)
  const { model, graph, facts, score, input } = understood
  const needed = graph.ancestors([score.tensor])
  const onTheWay = graph.nodes.filter((node) => outputsOf(node).some((name) => needed.has(name)))
  const nodes: NodeProto[] = [...graph.nodes]
  const names: string[] = []
  let tokens: TargetLayer | null = null
  for (const node of onTheWay) {
    if (!isStandardDomain(node)) continue
    if (node.opType === 'Softmax') {
      const layer = tokensOf(understood, facts.shapeOf(node.output![0]))
      if (!layer) continue
      tokens ??= layer
      if (countOf(layer) === countOf(tokens)) names.push(node.output![0])
    }
    if (node.opType === 'Attention') {
      const name = `${NAME_PREFIX}attention/${node.output![0]}`
      nodes[graph.nodes.indexOf(node)] = withWeights(node, name)
      names.push(name)
      tokens ??= understood.layers.findLast(({ kind }) => kind === 'tokens') ?? null
    }
  }
  if (names.length === 0 || !tokens) throw noAttention(onTheWay)
  const output = [...(model.graph!.output ?? []).filter(({ name }) => name === score.output), ...names.map((name) => ({ name, type: { tensorType: { elemType: ELEMENT_TYPES[facts.typeOf(name) ?? 'float32'].code } } }))]
  return { bytes: encodeModel({ ...model, graph: { ...model.graph, node: nodes, output } }), inputName: input.name, names, grid: tokens.grid, classTokens: tokens.classTokens }
}

/** The layer of tokens that an attention of this shape is over; null where it is over something else, as the windows of Swin. */
function tokensOf({ layers, facts }: Understood, shape: Shape | null): TargetLayer | null {
  if (!shape || shape.length < 3 || shape.length > 4) return null
  const [rows, columns] = shape.slice(-2)
  if (!isStatic(rows) || rows !== columns) return null
  const [batch] = shape
  const isOpen = facts.fixedBatch === null
  const isBatch = shape.length === 4 ? (isOpen ? sameDim(batch, { perSample: 1, fixed: 0 }) : batch === facts.fixedBatch) : (!isStatic(batch) || facts.fixedBatch !== null)
  return isBatch ? layers.find((layer) => layer.kind === 'tokens' && countOf(layer) === rows) ?? null : null
}

function countOf({ grid: [rows, columns], classTokens }: TargetLayer): number {
  return rows * columns + classTokens
}

function withWeights(node: NodeProto, name: string): NodeProto {
  const mode = makeNode('', [], [], { qk_matmul_output_mode: AFTER_SOFTMAX }).attribute!
  const [first, second = '', third = ''] = node.output!
  return { ...node, output: [first, second, third, name], attribute: [...(node.attribute ?? []).filter((attribute) => attribute.name !== 'qk_matmul_output_mode'), ...mode] }
}

function noAttention(nodes: readonly NodeProto[]): ReviewError {
  const fused = nodes.find((node) => FUSED_ELSEWHERE.test(operatorName(node)))
  if (fused) return new ReviewError('no-attention', `The model's attention is fused in '${operatorName(fused)}', which does not give its weights out. Export it without that fusion, or choose Grad-CAM.`)
  const windows = nodes.some((node) => node.opType === 'Softmax')
  return new ReviewError('no-attention', `The model has no attention of all tokens of the image to one another${windows ? ' (that of windows cannot be rolled out)' : ''}, so there is nothing to roll out. Choose Grad-CAM or another method.`)
}
