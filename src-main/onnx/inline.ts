import { ReviewError } from '../contract/errors.ts'
import { hasSubgraph, inputsOf, nodeLabel, outputsOf, type Graph } from './graph.ts'
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, OpsetProto } from './proto.ts'

/** A function that calls functions that call functions: beyond this it calls itself. */
const MAX_DEPTH = 32
/** Operators and calls that functions may come to. */
const MAX_NODES = 250_000

type Rename = (name: string) => string

/** A copy of a node with other tensor names, inside its sub-graphs too, and with a function's attributes put in. */
function rewritten(node: NodeProto, rename: Rename, given: ReadonlyMap<string, AttributeProto> | null, prefix: string): NodeProto {
  const attribute = (node.attribute ?? []).flatMap((own): AttributeProto[] => {
    if (own.refAttrName) {
      const value = given?.get(own.refAttrName)
      return value ? [{ ...value, name: own.name, refAttrName: undefined }] : []
    }
    if (!own.g && !own.graphs) return [own]
    return [{ ...own, g: own.g && rewrittenGraph(own.g, rename, given, prefix), graphs: own.graphs?.map((graph) => rewrittenGraph(graph, rename, given, prefix)) }]
  })
  const name = node.name ? `${prefix}${node.name}` : node.name
  return { ...node, name, attribute, input: node.input?.map((input) => (input === '' ? '' : rename(input))), output: node.output?.map((output) => (output === '' ? '' : rename(output))) }
}

function rewrittenGraph(graph: GraphProto, rename: Rename, given: ReadonlyMap<string, AttributeProto> | null, prefix: string): GraphProto {
  const renamed = <T extends { readonly name?: string }>(list: readonly T[] | undefined): T[] => (list ?? []).map((entry) => ({ ...entry, name: rename(entry.name ?? '') }))
  return {
    ...graph,
    node: graph.node?.map((node) => rewritten(node, rename, given, prefix)),
    initializer: renamed(graph.initializer),
    input: renamed(graph.input),
    output: renamed(graph.output),
    valueInfo: [],
  }
}

/** Names of a body become its caller's where they stand for inputs and outputs, and get a prefix where they are its own. */
function renamer(pairs: ReadonlyMap<string, string>, own: ReadonlySet<string>, prefix: string): Rename {
  return (name) => pairs.get(name) ?? (own.has(name) ? `${prefix}${name}` : name)
}

function namesMadeIn(nodes: readonly NodeProto[]): string[] {
  return nodes.flatMap((node) => [...outputsOf(node), ...(node.attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]).flatMap((graph) => [
    ...namesMadeIn(graph.node ?? []), ...(graph.initializer ?? []).map(({ name }) => name ?? ''), ...(graph.input ?? []).map(({ name }) => name ?? ''),
  ])])
}

const functionKey = ({ domain, name, opType, overload }: { domain?: string; name?: string; opType?: string; overload?: string }, kind: 'function' | 'call'): string => `${domain ?? ''}:${kind === 'function' ? name : opType}:${overload ?? ''}`

/**
 * Puts the bodies of model-local functions in the place of their calls, as PyTorch's exporter writes some operators: what is left are
 * operators of the standard. A function that is written in another version of them than the model stays a call, which ONNX Runtime follows.
 * Throws `onnx-damaged` where a function calls itself, or functions multiply beyond what a model has.
 */
export function inlineFunctions(model: ModelProto): ModelProto {
  if (!model.functions?.length) return model
  const versions = new Map((model.opsetImport ?? []).map(({ domain, version }) => [domain ?? '', version]))
  const isSameVersion = ({ domain, version }: OpsetProto): boolean => !versions.has(domain ?? '') || versions.get(domain ?? '') === version
  const functions = new Map(model.functions.filter(({ opsetImport }) => (opsetImport ?? []).every(isSameVersion)).map((body) => [functionKey(body, 'function'), body]))
  const all = new Set(model.functions.map((body) => functionKey(body, 'function')))
  let calls = 0
  let count = 0
  let isCallLeft = false
  const expandGraph = (graph: GraphProto, depth: number): GraphProto => ({ ...graph, node: (graph.node ?? []).flatMap((node) => expand(node, depth)) })
  const expandWithin = (node: NodeProto, depth: number): NodeProto => !hasSubgraph(node) ? node : {
    ...node, attribute: node.attribute!.map((own) => ({ ...own, ...(own.g && { g: expandGraph(own.g, depth) }), ...(own.graphs && { graphs: own.graphs.map((graph) => expandGraph(graph, depth)) }) })),
  }
  const expand = (node: NodeProto, depth: number): NodeProto[] => {
    const body = functions.get(functionKey(node, 'call'))
    if (!body) {
      isCallLeft ||= all.has(functionKey(node, 'call'))
      if (++count > MAX_NODES) throw new ReviewError('onnx-damaged', `The ONNX file is damaged: its functions call one another until there are more than ${MAX_NODES} operators. Export it again.`)
      return [expandWithin(node, depth)]
    }
    if (depth > MAX_DEPTH) throw new ReviewError('onnx-damaged', `The ONNX file is damaged: its function '${body.name}' calls itself. Export it again.`)
    if (++calls > MAX_NODES) throw new ReviewError('onnx-damaged', `The ONNX file is damaged: its functions call one another more than ${MAX_NODES} times. Export it again.`)
    return callBody(body, node, `${nodeLabel(node)}/${calls}/`).flatMap((inner) => expand(inner, depth + 1))
  }
  const graph = expandGraph(model.graph!, 0)
  const more = [...functions.values()].flatMap(({ opsetImport }) => opsetImport ?? []).filter(({ domain }) => !versions.has(domain ?? ''))
  return { ...model, opsetImport: [...(model.opsetImport ?? []), ...distinct(more)], functions: isCallLeft ? model.functions : [], graph }
}

function distinct(opsets: readonly OpsetProto[]): OpsetProto[] {
  return [...new Map(opsets.map((opset) => [opset.domain ?? '', opset])).values()]
}

function callBody(body: FunctionProto, call: NodeProto, prefix: string): NodeProto[] {
  const inputs = new Map((body.input ?? []).map((name, i): [string, string] => [name, call.input?.[i] ?? '']))
  const outputs = (body.output ?? []).flatMap((name, i): [string, string][] => (call.output?.[i] ? [[name, call.output[i]]] : []))
  const isHandedThrough = ([name]: [string, string]): boolean => inputs.has(name)
  const pairs = new Map([...outputs.filter((pair) => !isHandedThrough(pair)), ...inputs])
  const given = new Map([...(body.attributeProto ?? []), ...(call.attribute ?? [])].map((attribute) => [attribute.name ?? '', attribute]))
  const rename = renamer(pairs, new Set(namesMadeIn(body.node ?? [])), prefix)
  const through = outputs.filter(isHandedThrough).map(([name, output]): NodeProto => ({ opType: 'Identity', name: `${prefix}${name}`, input: [inputs.get(name)!], output: [output] }))
  return [...(body.node ?? []).map((node) => rewritten(node, rename, given, prefix)), ...through]
}

/**
 * Puts the branch that is taken in the place of each If whose condition is known. `condition` gives 0 or 1, or null where it
 * depends on the input. Returns the same model if there is nothing to do; branches may hold further Ifs.
 */
export function inlineKnownBranches(model: ModelProto, graph: Graph, condition: (tensor: string) => number | null): ModelProto {
  const initializers = [...(model.graph!.initializer ?? [])]
  let changed = false
  const nodes = graph.nodes.flatMap((node): NodeProto[] => {
    const taken = node.opType === 'If' ? condition(inputsOf(node)[0]) : null
    if (taken === null) return [node]
    const branch = node.attribute?.find(({ name }) => name === (taken ? 'then_branch' : 'else_branch'))?.g
    if (!branch || (branch.output ?? []).length !== (node.output ?? []).length) return [node]
    changed = true
    // Names of nodes may repeat, those of tensors do not.
    const prefix = `${node.output![0]}/`
    const body = branch.node ?? []
    const own = new Set([...namesMadeIn(body), ...(branch.initializer ?? []).map(({ name }) => name ?? '')])
    const rename = renamer(new Map(), own, prefix)
    initializers.push(...(branch.initializer ?? []).map((tensor) => ({ ...tensor, name: rename(tensor.name ?? '') })))
    const ends = (branch.output ?? []).map(({ name }, i): NodeProto => ({ opType: 'Identity', name: `${prefix}output_${i}`, input: [rename(name ?? '')], output: [node.output![i]] }))
    return [...body.map((inner) => rewritten(inner, rename, null, prefix)), ...ends]
  })
  return changed ? { ...model, graph: { ...model.graph, node: nodes, initializer: initializers } } : model
}
