import type { GraphProto, NodeProto, TensorProto } from './proto.ts'

/** A graph with its edges: who makes a tensor, who reads it. Nodes are in the file's (topological) order. */
export class Graph {
  readonly proto: GraphProto
  readonly nodes: readonly NodeProto[]
  readonly initializers: ReadonlyMap<string, TensorProto>
  readonly #producers = new Map<string, NodeProto>()
  readonly #consumers = new Map<string, NodeProto[]>()

  constructor(proto: GraphProto) {
    this.proto = proto
    this.nodes = proto.node ?? []
    this.initializers = new Map((proto.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]))
    for (const node of this.nodes) {
      for (const name of outputsOf(node)) this.#producers.set(name, node)
      for (const name of new Set(dependenciesOf(node))) {
        const list = this.#consumers.get(name)
        if (list) list.push(node)
        else this.#consumers.set(name, [node])
      }
    }
  }

  /** Inputs that a caller has to feed: without the initializers that old exporters list as well. */
  get inputNames(): string[] {
    return (this.proto.input ?? []).map((info) => info.name ?? '').filter((name) => !this.initializers.has(name))
  }

  get outputNames(): string[] {
    return (this.proto.output ?? []).map((info) => info.name ?? '')
  }

  producerOf(name: string): NodeProto | undefined {
    return this.#producers.get(name)
  }

  consumersOf(name: string): readonly NodeProto[] {
    return this.#consumers.get(name) ?? []
  }

  /** Every tensor that `names` depend on, themselves included. */
  ancestors(names: Iterable<string>): Set<string> {
    return closure(names, (name) => {
      const producer = this.#producers.get(name)
      return producer ? dependenciesOf(producer) : []
    })
  }

  /** Every tensor that depends on `names`, themselves included. */
  descendants(names: Iterable<string>): Set<string> {
    return closure(names, (name) => this.consumersOf(name).flatMap(outputsOf))
  }
}

function closure(start: Iterable<string>, next: (name: string) => string[]): Set<string> {
  const seen = new Set(start)
  const open = [...seen]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const other of next(name)) {
      if (seen.has(other)) continue
      seen.add(other)
      open.push(other)
    }
  }
  return seen
}

/** A node's inputs without the optional ones that are left out. */
export function inputsOf(node: NodeProto): string[] {
  return (node.input ?? []).filter((name) => name !== '')
}

export function outputsOf(node: NodeProto): string[] {
  return (node.output ?? []).filter((name) => name !== '')
}

/** True for If, Loop and Scan, and for whatever else carries a graph of its own. */
export function hasSubgraph(node: NodeProto): boolean {
  return (node.attribute ?? []).some(({ g, graphs }) => g !== undefined || (graphs?.length ?? 0) > 0)
}

/** A node's inputs, and the tensors of the outer graph that its sub-graphs read without naming them as inputs. */
export function dependenciesOf(node: NodeProto): string[] {
  if (!hasSubgraph(node)) return inputsOf(node)
  const bodies = (node.attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])])
  return [...inputsOf(node), ...bodies.flatMap(capturedBy)]
}

function capturedBy(body: GraphProto): string[] {
  const nodes = body.node ?? []
  const own = new Set([...nodes.flatMap(outputsOf), ...(body.initializer ?? []).map(({ name }) => name), ...(body.input ?? []).map(({ name }) => name)])
  const read = [...nodes.flatMap(dependenciesOf), ...(body.output ?? []).map(({ name }) => name ?? '')]
  return read.filter((name) => !own.has(name))
}

/** What a message calls a node: its name, else its first output. */
export function nodeLabel(node: NodeProto): string {
  return node.name || node.output?.find((name) => name !== '') || '(unnamed)'
}

export function isStandardDomain(node: NodeProto): boolean {
  return node.domain === undefined || node.domain === '' || node.domain === 'ai.onnx'
}

/** The operator with its domain where that is not the standard's. */
export function operatorName(node: NodeProto): string {
  return isStandardDomain(node) ? (node.opType ?? '') : `${node.domain}::${node.opType}`
}
