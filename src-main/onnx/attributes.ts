import type { AttributeProto, NodeProto, TensorProto } from './proto.ts'

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** AttributeProto.AttributeType. */
const FLOAT = 1
const INT = 2
const STRING = 3
const TENSOR = 4
const FLOATS = 6
const INTS = 7

/** What an emitted node may carry: a number is an integer unless it is wrapped by `float`. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number } | { readonly tensor: TensorProto }

/** Marks a number as ONNX's float, rounded as the file will hold it: JavaScript cannot tell 1.0 from 1. */
export function float(value: number): { readonly float: number } {
  return { float: Math.fround(value) }
}

export function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number') return { name, type: INT, i: value }
  if (typeof value === 'string') return { name, type: STRING, s: encoder.encode(value) }
  if ('float' in value) return { name, type: FLOAT, f: value.float }
  if ('tensor' in value) return { name, type: TENSOR, t: value.tensor }
  return { name, type: INTS, ints: value }
}

export function makeNode(opType: string, input: readonly string[], output: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}, name = output[0], domain = ''): NodeProto {
  return { opType, input, output, name, attribute: Object.entries(attributes).map(([key, value]) => makeAttribute(key, value)), domain }
}

/** Read access to a node's attributes, each with the standard's default where it has one. */
export class Attributes {
  readonly #byName: ReadonlyMap<string, AttributeProto>

  constructor(node: NodeProto) {
    this.#byName = new Map((node.attribute ?? []).map((attribute) => [attribute.name ?? '', attribute]))
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  int(name: string, fallback: number): number {
    const attribute = this.#byName.get(name)
    return attribute ? (attribute.i ?? 0) : fallback
  }

  float(name: string, fallback: number): number {
    const attribute = this.#byName.get(name)
    return attribute ? (attribute.f ?? 0) : fallback
  }

  string(name: string, fallback: string): string {
    const attribute = this.#byName.get(name)
    return attribute ? decoder.decode(attribute.s ?? new Uint8Array()) : fallback
  }

  ints(name: string): readonly number[] | null {
    const attribute = this.#byName.get(name)
    return attribute ? (attribute.ints ?? []) : null
  }

  floats(name: string): readonly number[] | null {
    const attribute = this.#byName.get(name)
    return attribute ? Array.from(attribute.floats ?? []) : null
  }

  tensor(name: string): TensorProto | null {
    return this.#byName.get(name)?.t ?? null
  }

  /** True if the attribute holds a number with a fraction's type, not an integer. */
  isFloat(name: string): boolean {
    const type = this.#byName.get(name)?.type
    return type === FLOAT || type === FLOATS
  }
}
