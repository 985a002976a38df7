import { ReviewError } from '../contract/errors.ts'
import { float, makeNode, type AttributeValue } from '../onnx/attributes.ts'
import { ELEMENT_TYPES, type ElementType, type FloatType } from '../onnx/element-types.ts'
import type { NodeProto, TensorProto } from '../onnx/proto.ts'
import { makeTensor } from '../onnx/tensors.ts'
import { isStatic, sameDim, type Shape } from './shapes.ts'

/** What appended tensors are called, so that they never collide with the model's own. */
export const NAME_PREFIX = 'right_reason/'

/** Collects nodes and constants that are appended to a graph. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = []
  readonly initializers: TensorProto[] = []
  /** What `expand` made, and of what: a value a channel needs no copy for each cell. */
  readonly repeated = new Map<string, { readonly of: string; readonly from: Shape }>()
  readonly #constants = new Map<string, string>()
  #count = 0

  node(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}, output = this.#fresh(opType)): string {
    this.nodes.push(makeNode(opType, inputs, [output], attributes))
    return output
  }

  /** A constant; equal ones are stored once. */
  constant(type: ElementType, dims: readonly number[], data: ArrayLike<number>): string {
    const key = data.length <= 64 ? `${type}|${dims.join()}|${Array.from(data).join()}` : ''
    const known = this.#constants.get(key)
    if (known && key) return known
    const name = this.#fresh('constant')
    this.initializers.push(makeTensor(name, type, dims, data))
    if (key) this.#constants.set(key, name)
    return name
  }

  #fresh(what: string): string {
    return `${NAME_PREFIX}${what}_${this.#count++}`
  }
}

/**
 * Writes standard operators in the words of the model's opset, with constants of one float type.
 * Where a version moved an attribute to an input, only this class knows.
 */
export class Emitter {
  readonly builder: GraphBuilder
  readonly opset: number
  readonly type: FloatType

  constructor(builder: GraphBuilder, opset: number, type: FloatType) {
    this.builder = builder
    this.opset = opset
    this.type = type
  }

  /** What `compute` makes of float tensors, in float32 where this type is float16: sums of squares leave its range beyond 256. */
  inSingle(tensors: readonly string[], compute: (emit: Emitter, ...tensors: string[]) => string): string {
    if (this.type !== 'float16') return compute(this, ...tensors)
    const single = new Emitter(this.builder, this.opset, 'float32')
    return this.cast(compute(single, ...tensors.map((tensor) => this.cast(tensor, 'float32'))), 'float16')
  }

  op(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    return this.builder.node(opType, inputs, attributes)
  }

  scalar(value: number): string {
    return this.builder.constant(this.type, [], [value])
  }

  /** A constant of the emitter's float type. */
  tensor(dims: readonly number[], data: ArrayLike<number>): string {
    return this.builder.constant(this.type, dims, data)
  }

  ints(values: readonly number[]): string {
    return this.builder.constant('int64', [values.length], values)
  }

  add = (a: string, b: string): string => this.op('Add', [a, b])
  sub = (a: string, b: string): string => this.op('Sub', [a, b])
  mul = (a: string, b: string): string => this.op('Mul', [a, b])
  div = (a: string, b: string): string => this.op('Div', [a, b])
  neg = (a: string): string => this.op('Neg', [a])
  exp = (a: string): string => this.op('Exp', [a])
  sqrt = (a: string): string => this.op('Sqrt', [a])
  square = (a: string): string => this.mul(a, a)
  reciprocal = (a: string): string => this.op('Reciprocal', [a])
  scale = (a: string, factor: number): string => (factor === 1 ? a : this.mul(a, this.scalar(factor)))
  shift = (a: string, offset: number): string => (offset === 0 ? a : this.add(a, this.scalar(offset)))
  pow = (a: string, exponent: number): string => this.op('Pow', [a, this.scalar(exponent)])
  matmul = (a: string, b: string): string => this.op('MatMul', [a, b])
  greater = (a: string, b: string | number): string => this.op('Greater', [a, typeof b === 'number' ? this.scalar(b) : b])
  less = (a: string, b: string | number): string => this.op('Less', [a, typeof b === 'number' ? this.scalar(b) : b])
  and = (a: string, b: string): string => this.op('And', [a, b])
  not = (a: string): string => this.op('Not', [a])
  transpose = (a: string, perm: readonly number[]): string => (perm.every((axis, i) => axis === i) ? a : this.op('Transpose', [a], { perm }))
  cast = (a: string, type: ElementType): string => this.op('Cast', [a], { to: ELEMENT_TYPES[type].code })

  /** `condition ? a : b`, element by element; a number stands for itself everywhere. */
  where(condition: string, a: string | number, b: string | number): string {
    const value = (v: string | number): string => (typeof v === 'number' ? this.scalar(v) : v)
    return this.op('Where', [condition, value(a), value(b)])
  }

  /** True where two float tensors are equal; Equal knows floats only from opset 11. */
  equal(a: string, b: string): string {
    if (this.opset >= 11) return this.op('Equal', [a, b])
    return this.not(this.op('Or', [this.less(a, b), this.greater(a, b)]))
  }

  reduceSum(a: string, axes: readonly number[], keepdims = true): string {
    if (axes.length === 0) return a
    return this.opset >= 13 ? this.op('ReduceSum', [a, this.ints(axes)], { keepdims: Number(keepdims) }) : this.op('ReduceSum', [a], { axes, keepdims: Number(keepdims) })
  }

  reduce(opType: 'ReduceMean' | 'ReduceMax' | 'ReduceMin', a: string, axes: readonly number[], keepdims = true): string {
    return this.opset >= 18 ? this.op(opType, [a, this.ints(axes)], { keepdims: Number(keepdims) }) : this.op(opType, [a], { axes, keepdims: Number(keepdims) })
  }

  mean = (a: string, axes: readonly number[]): string => this.reduce('ReduceMean', a, axes)

  unsqueeze(a: string, axes: readonly number[]): string {
    if (axes.length === 0) return a
    return this.opset >= 13 ? this.op('Unsqueeze', [a, this.ints(axes)]) : this.op('Unsqueeze', [a], { axes })
  }

  squeeze(a: string, axes: readonly number[]): string {
    if (axes.length === 0) return a
    return this.opset >= 13 ? this.op('Squeeze', [a, this.ints(axes)]) : this.op('Squeeze', [a], { axes })
  }

  /** Zeros before and after each axis; negative amounts cut. */
  pad(a: string, before: readonly number[], after: readonly number[], value = 0): string {
    const pads = [...before, ...after]
    if (pads.every((amount) => amount === 0)) return a
    if (this.opset >= 11) return this.op('Pad', [a, this.ints(pads), this.scalar(value)], { mode: 'constant' })
    return this.op('Pad', [a], { pads, mode: 'constant', value: float(value) })
  }

  slice(a: string, axes: readonly number[], starts: readonly number[], ends: readonly number[]): string {
    if (this.opset >= 10) return this.op('Slice', [a, this.ints(starts), this.ints(ends), this.ints(axes)])
    return this.op('Slice', [a], { axes, starts, ends })
  }

  gather(a: string, axis: number, indices: readonly number[]): string {
    return this.op('Gather', [a, this.ints(indices)], { axis })
  }

  concat(parts: readonly string[], axis: number): string {
    return parts.length === 1 ? parts[0] : this.op('Concat', parts, { axis })
  }

  /** A·B with either transposed, scaled. Before opset 11 Gemm demands its third input; without a dimension it would end the process on WebGPU. */
  gemm(a: string, b: string, options: { readonly transA?: number; readonly transB?: number; readonly alpha?: number }): string {
    const { transA = 0, transB = 0, alpha = 1 } = options
    const inputs = this.opset >= 11 ? [a, b] : [a, b, this.tensor([1], [0])]
    return this.op('Gemm', inputs, { transA, transB, alpha: float(alpha) })
  }

  /**
   * Throws `unsupported-graph` if more than one dimension depends on the batch.
   */
  reshape(a: string, shape: Shape): string {
    const open = shape.filter((dim) => !isStatic(dim)).length
    if (open > 1) throw new ReviewError('unsupported-graph', 'A gradient would need a tensor with the batch in two dimensions. Choose a layer closer to the score.')
    return this.op('Reshape', [a, this.ints(shape.map((dim) => (isStatic(dim) ? dim : -1)))])
  }

  /** Repeats along dimensions of 1, as broadcasting would. `like` has the wanted shape, for a batch that is not there yet. */
  expand(a: string, from: Shape, to: Shape, like: string): string {
    const offset = to.length - from.length
    const dims: (number | null)[] = to.map((dim, axis) => (axis >= offset && sameDim(dim, from[axis - offset]) ? 1 : isStatic(dim) ? dim : null))
    if (dims.every((dim) => dim === 1) && offset === 0) return a
    const expanded = this.op('Expand', [a, dims.includes(null) ? this.op('Shape', [like]) : this.ints(dims as number[])])
    this.builder.repeated.set(expanded, { of: a, from })
    return expanded
  }

  /** Zeros of a shape, made from a tensor that has it. */
  zerosLike(like: string): string {
    return this.op('Expand', [this.scalar(0), this.op('Shape', [like])])
  }
}
