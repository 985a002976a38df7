import { ReviewError } from '../contract/errors.ts'
import { Attributes } from '../onnx/attributes.ts'
import { isFloat } from '../onnx/element-types.ts'
import { dependenciesOf, hasSubgraph, inputsOf, nodeLabel, operatorName, outputsOf, type Graph } from '../onnx/graph.ts'
import type { NodeProto, TensorProto } from '../onnx/proto.ts'
import { Emitter } from './emitter.ts'
import type { GraphBuilder } from './emitter.ts'
import { isDifferentiable, type TensorFacts } from './probe.ts'
import type { Broadcasted, GradientRule, RuleContext } from './rule.ts'
import { gradientRules } from './rules/table.ts'
import { formatShape, isStatic, sameDim, sameShape, type Shape } from './shapes.ts'

export interface GradientRequest {
  readonly graph: Graph
  readonly facts: TensorFacts
  readonly opset: number
  /** The tensor that is differentiated, and the name of the gradient at it (same shape and type). */
  readonly score: string
  readonly seed: string
  /** Tensors whose gradients are wanted, each taken as free of the others. */
  readonly targets: readonly string[]
  readonly builder: GraphBuilder
}

/**
 * Reverse-mode differentiation (Griewank & Walther 2008, ch. 3) as a graph transformation: appends nodes to `builder` that
 * compute the vector-Jacobian product of the score for each target. Returns target → name of its gradient.
 *
 * Only nodes between a target and the score are visited, from the score backwards.
 * Throws `unsupported-op` for an operator without a rule, `unsupported-graph` for If, Loop and Scan on the way.
 */
export function differentiate(request: GradientRequest): Map<string, string> {
  const { graph, score, seed, targets, builder } = request
  const active = activeTensors(request)
  const pending = new Map<string, string[]>([[score, [seed]]])
  const gradientOf = (name: string): string | null => {
    const parts = pending.get(name)
    if (!parts) return null
    const sum = parts.reduce((total, part) => builder.node('Add', [total, part]))
    pending.set(name, [sum])
    return sum
  }
  for (const node of [...graph.nodes].reverse()) {
    if (!outputsOf(node).some((name) => pending.has(name) && active.has(name))) continue
    if (!dependenciesOf(node).some((name) => active.has(name))) continue
    const dys = (node.output ?? []).map((name) => (active.has(name) ? gradientOf(name) : null))
    for (const [name, gradient] of inputGradients(node, dys, request, active)) {
      const parts = pending.get(name)
      if (parts) parts.push(gradient)
      else pending.set(name, [gradient])
    }
  }
  return new Map(targets.map((target) => {
    const gradient = gradientOf(target)
    if (!gradient) throw new ReviewError('unsupported-graph', `No gradient of the score reaches '${target}': an operator in between has none, as Round or ArgMax.`)
    return [target, gradient]
  }))
}

/** Float tensors that depend on a target and that the score depends on. */
export function activeTensors({ graph, facts, score, targets }: Pick<GradientRequest, 'graph' | 'facts' | 'score' | 'targets'>): Set<string> {
  const above = graph.ancestors([score])
  const active = new Set(targets.filter((name) => above.has(name)))
  for (const node of graph.nodes) {
    if (!dependenciesOf(node).some((name) => active.has(name))) continue
    const rule = ruleOf(node)
    if (typeof rule === 'object' && rule.kind === 'none') continue
    for (const name of outputsOf(node)) {
      if (above.has(name) && (isDifferentiable(facts, name) || hasSubgraph(node))) active.add(name)
    }
  }
  return active
}

export function ruleOf(node: NodeProto): GradientRule | undefined {
  const name = operatorName(node)
  return Object.hasOwn(gradientRules, name) ? gradientRules[name] : undefined
}

/** Why a node cannot be differentiated, or null if its operator has a rule. */
export function missingRule(node: NodeProto): string | null {
  if (hasSubgraph(node)) return 'it holds a graph of its own'
  const rule = ruleOf(node)
  if (rule === undefined) return 'there is no gradient rule for it'
  return typeof rule === 'object' && rule.kind === 'refused' ? rule.reason : null
}

function inputGradients(node: NodeProto, dys: readonly (string | null)[], request: GradientRequest, active: ReadonlySet<string>): [string, string][] {
  const missing = missingRule(node)
  if (missing) {
    const code = hasSubgraph(node) ? 'unsupported-graph' : 'unsupported-op'
    throw new ReviewError(code, `Cannot differentiate '${operatorName(node)}' (node '${nodeLabel(node)}'): ${missing}.`, { details: { op: operatorName(node), node: nodeLabel(node) } })
  }
  const rule = ruleOf(node)
  if (typeof rule !== 'function') return []
  const context = makeContext(node, dys, request, active)
  const results = rule(context)
  if (dys.some((dy, index) => index > 0 && dy !== null) && !context.hasReadAll()) return context.fail('its further outputs are read as well')
  return (node.input ?? []).flatMap((name, index): [string, string][] => {
    if (!active.has(name)) return []
    const result = results[index]
    if (!result) return context.fail(`there is no gradient for its input ${index}`)
    return [[name, typeof result === 'string' ? result : undoBroadcast(result, context.xShape(index), context.emit)]]
  })
}

/** `hasReadAll`: whether a rule looked at the gradients of all outputs, not of the first alone. */
function makeContext(node: NodeProto, dys: readonly (string | null)[], request: GradientRequest, active: ReadonlySet<string>): RuleContext & { readonly hasReadAll: () => boolean } {
  const { facts, opset, builder } = request
  const inputs = node.input ?? []
  const outputs = node.output ?? []
  const fail = (reason: string): never => {
    throw new ReviewError('unsupported-op', `Cannot differentiate '${operatorName(node)}' (node '${nodeLabel(node)}'): ${reason}.`, { details: { op: operatorName(node), node: nodeLabel(node) } })
  }
  const shapeOf = (name: string): Shape => facts.shapeOf(name) ?? fail(`the shape of '${name}' is not known before the model runs`)
  const type = facts.typeOf(outputs[dys.findIndex((dy) => dy !== null)])
  let hasReadAll = false
  return {
    hasReadAll: () => hasReadAll,
    node,
    attributes: new Attributes(node),
    opset,
    emit: new Emitter(builder, opset, isFloat(type) ? type : 'float32'),
    get dy() {
      return dys[0] ?? fail('only its first output can be differentiated')
    },
    get dys() {
      hasReadAll = true
      return dys
    },
    x: inputs,
    y: outputs[0],
    get yShape() {
      return shapeOf(outputs[0])
    },
    xShape: (index) => shapeOf(inputs[index]),
    xType: (index) => facts.typeOf(inputs[index]) ?? fail(`the type of '${inputs[index]}' is not known`),
    outputShape: (index) => shapeOf(outputs[index]),
    constant: (index) => (inputs[index] ? facts.constant(inputs[index]) : null),
    rowsByStep: (index) => (inputs[index] ? facts.rowsByStep(inputs[index]) : null),
    wants: (index) => active.has(inputs[index]),
    fail,
  }
}

/** Sums over the axes that broadcasting repeated, so that the gradient has the input's shape again. */
export function undoBroadcast({ value, shape }: Broadcasted, wanted: Shape, emit: Emitter): string {
  const lead = shape.length - wanted.length
  if (lead < 0) throw new ReviewError('internal', `A gradient of shape ${formatShape(shape)} cannot become ${formatShape(wanted)}.`)
  const repeated = wanted.flatMap((dim, axis) => (isStatic(dim) && dim === 1 && !sameDim(shape[axis + lead], 1) ? [axis + lead] : []))
  const summed = emit.reduceSum(value, repeated)
  const result = emit.reduceSum(summed, Array.from({ length: lead }, (_, axis) => axis), false)
  const kept = shape.slice(lead).map((dim, axis) => (repeated.includes(axis + lead) ? 1 : dim))
  // A result that is smaller than the input (an operand of size 1 met a tensor that broadcasting enlarged) is repeated.
  return sameShape(kept, wanted) ? result : emit.expand(result, kept, wanted, value)
}

/** The appended nodes that `wanted` depend on, and the constants of those: what a rule made for an unwanted input goes. */
export function prune(builder: GraphBuilder, wanted: readonly string[]): { nodes: NodeProto[]; initializers: TensorProto[] } {
  const needed = new Set(wanted)
  const nodes: NodeProto[] = []
  for (const node of [...builder.nodes].reverse()) {
    if (!outputsOf(node).some((name) => needed.has(name))) continue
    inputsOf(node).forEach((name) => needed.add(name))
    nodes.push(node)
  }
  return { nodes: nodes.reverse(), initializers: builder.initializers.filter(({ name }) => needed.has(name ?? '')) }
}
