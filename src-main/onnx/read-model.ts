import { ReviewError } from '../contract/errors.ts'
import { decodeModel } from './decode.ts'
import { embedExternalData, type ReadExternal } from './external-data.ts'
import { dependenciesOf, nodeLabel, outputsOf } from './graph.ts'
import { inlineFunctions } from './inline.ts'
import type { ModelProto, NodeProto } from './proto.ts'

/**
 * A model as the rest of the program works on it: weights of other files brought in, functions put in place of their
 * calls, weights no longer listed as inputs, every node behind those that it reads from.
 * Throws `not-onnx`, `onnx-damaged`, `onnx-missing-data`.
 */
export function readModel(bytes: Uint8Array, externalData?: ReadExternal): ModelProto {
  return inOrder(withoutWeightInputs(inlineFunctions(embedExternalData(decodeModel(bytes), externalData))))
}

/** Exporters before IR version 4 list weights as inputs, which would keep ONNX Runtime from folding them. */
function withoutWeightInputs(model: ModelProto): ModelProto {
  const weights = new Set((model.graph!.initializer ?? []).map(({ name }) => name))
  const inputs = model.graph!.input ?? []
  if (!inputs.some(({ name }) => weights.has(name))) return model
  return { ...model, irVersion: Math.max(4, model.irVersion ?? 4), graph: { ...model.graph, input: inputs.filter(({ name }) => !weights.has(name)) } }
}

/** The standard asks for topological order, ONNX Runtime does not insist on it, differentiation relies on it. */
function inOrder(model: ModelProto): ModelProto {
  const nodes = model.graph!.node ?? []
  const producer = new Map(nodes.flatMap((node) => outputsOf(node).map((name) => [name, node] as const)))
  const needs = (node: NodeProto): NodeProto[] => dependenciesOf(node).flatMap((name) => producer.get(name) ?? [])
  const place = new Map(nodes.map((node, i) => [node, i]))
  if (nodes.every((node, i) => needs(node).every((other) => place.get(other)! < i))) return model
  const placed = new Set<NodeProto>()
  const open = new Set<NodeProto>()
  const stack = [...nodes].reverse()
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const missing = placed.has(node) ? [] : needs(node).filter((other) => !placed.has(other))
    if (missing.some((other) => open.has(other) || other === node)) throw new ReviewError('onnx-damaged', `The ONNX file is damaged: node '${nodeLabel(node)}' needs its own result. Export it again.`)
    if (missing.length === 0) {
      placed.add(node)
      open.delete(node)
      stack.pop()
    } else {
      open.add(node)
      for (const other of missing) stack.push(other)
    }
  }
  return { ...model, graph: { ...model.graph, node: [...placed] } }
}
