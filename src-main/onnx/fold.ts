import { Attributes } from './attributes.ts'
import type { Graph } from './graph.ts'
import { isStandardDomain } from './graph.ts'
import { foldRules, MAX_ELEMENTS, soundValues } from './fold-rules.ts'
import type { NodeProto } from './proto.ts'
import { elementCount, readValues, type Values } from './tensors.ts'

/** Steps from a tensor back to its constants: an exporter needs dozens. */
const MAX_STEPS = 400

/**
 * Values of tensors that do not depend on the input's content: weights, constants, and what exporters compute from shapes
 * (slice starts, pads, targets of Reshape). Computed on demand, by the rules of fold-rules.ts, and kept.
 *
 * `shapeOf` gives the shape of any tensor at one batch size, or null; it is what Shape nodes answer.
 */
export class ConstantFolder {
  readonly #graph: Graph
  readonly #opset: number
  readonly #shapeOf: (name: string) => readonly number[] | null
  readonly #known = new Map<string, Values | null>()
  #steps = 0

  constructor(graph: Graph, opset: number, shapeOf: (name: string) => readonly number[] | null) {
    this.#graph = graph
    this.#opset = opset
    this.#shapeOf = shapeOf
  }

  /** The values, or null if they depend on the input, are too many, or come from an operator that is not folded, or by too long a way. */
  value(name: string): Values | null {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    if (this.#steps >= MAX_STEPS) return null
    this.#known.set(name, null) // a cycle in a damaged graph ends here
    this.#steps++
    const value = this.#compute(name)
    this.#steps--
    this.#known.set(name, value)
    return value
  }

  #compute(name: string): Values | null {
    const initializer = this.#graph.initializers.get(name)
    if (initializer) return elementCount(initializer.dims ?? []) <= MAX_ELEMENTS ? readValues(initializer) : null
    const node = this.#graph.producerOf(name)
    return node && isStandardDomain(node) && this.#allowed(name) ? this.#run(node, name) : null
  }

  #allowed(name: string): boolean {
    const shape = this.#shapeOf(name)
    return shape === null || elementCount(shape) <= MAX_ELEMENTS
  }

  #run(node: NodeProto, name: string): Values | null {
    const rule = foldRules[node.opType ?? '']
    if (!rule) return null
    return soundValues(rule({
      attributes: new Attributes(node),
      opset: this.#opset,
      outputIndex: (node.output ?? []).indexOf(name),
      outputShape: this.#shapeOf(name),
      inputCount: (node.input ?? []).length,
      input: (index) => {
        const input = node.input?.[index]
        return input ? this.value(input) : null
      },
      hasInput: (index) => Boolean(node.input?.[index]),
      shapeOfInput: (index) => {
        const input = node.input?.[index]
        return input ? this.#shapeOf(input) : null
      },
    }))
  }
}
