import { Emitter, GraphBuilder, NAME_PREFIX } from '../autodiff/emitter.ts'
import { dependenciesOf, outputsOf } from '../onnx/graph.ts'
import { standardOpset } from '../onnx/opset.ts'
import type { ModelProto, NodeProto } from '../onnx/proto.ts'

/** What stands in the place of the seed as an input. */
export const CLASS_WEIGHTS = `${NAME_PREFIX}class_weights`

/**
 * Lets the model find the class itself: a seed row of zeros then stands for the class of the greatest logit, so that
 * scores and the predicted class's gradients come from one run. Rows with a weight are used as they are.
 *
 * The seed's input is renamed; what used the seed gets seed + [seed = 0] · [logit = max logit].
 * Two classes that share the greatest logit are both weighted: the caller, who sees the scores, asks again with a seed.
 */
export function withPredictedSeed(model: ModelProto, seedName: string, scores: string): ModelProto {
  const graph = model.graph!
  const builder = new GraphBuilder()
  const emit = new Emitter(builder, standardOpset(model), 'float32')

  const greatest = emit.reduce('ReduceMax', scores, [1])
  const isGreatest = emit.cast(emit.not(emit.less(scores, greatest)), 'float32')
  const given = emit.reduce('ReduceMax', emit.op('Abs', [CLASS_WEIGHTS]), [1])
  const missing = emit.cast(emit.not(emit.greater(given, 0)), 'float32')
  builder.node('Add', [CLASS_WEIGHTS, emit.mul(isGreatest, missing)], {}, seedName)

  // The emitter counts from zero, as the one that made the gradients did: these names get a place of their own.
  const own = (name: string): string => name.startsWith(NAME_PREFIX) && !fixed.has(name) ? `${NAME_PREFIX}seed/${name.slice(NAME_PREFIX.length)}` : name
  const fixed = new Set([CLASS_WEIGHTS, seedName, scores])
  const added = builder.nodes.map((node): NodeProto => ({ ...node, name: `${NAME_PREFIX}seed/${node.name ?? ''}`, input: node.input?.map(own), output: node.output?.map(own) }))
  return {
    ...model,
    graph: {
      ...graph,
      node: inOrder([...(graph.node ?? []), ...added]),
      initializer: [...(graph.initializer ?? []), ...builder.initializers.map((tensor) => ({ ...tensor, name: own(tensor.name!) }))],
      input: graph.input!.map((info) => info.name === seedName ? { ...info, name: CLASS_WEIGHTS } : info),
    },
  }
}

/** Every node behind those it needs, otherwise in the given order. */
function inOrder(nodes: readonly NodeProto[]): NodeProto[] {
  const producer = new Map(nodes.flatMap((node) => outputsOf(node).map((name) => [name, node] as const)))
  const placed = new Set<NodeProto>()
  const result: NodeProto[] = []
  const place = (node: NodeProto): void => {
    if (placed.has(node)) return
    placed.add(node)
    for (const name of dependenciesOf(node)) {
      const needed = producer.get(name)
      if (needed) place(needed)
    }
    result.push(node)
  }
  nodes.forEach(place)
  return result
}
