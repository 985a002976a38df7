import type { Attributes } from './attributes.ts'
import { elementTypeOf, isFloat, type ElementType } from './element-types.ts'
import { elementCount, readValues, type Values } from './tensors.ts'

export interface FoldContext {
  readonly attributes: Attributes
  readonly opset: number
  readonly outputIndex: number
  readonly outputShape: readonly number[] | null
  readonly inputCount: number
  readonly input: (index: number) => Values | null
  readonly hasInput: (index: number) => boolean
  readonly shapeOfInput: (index: number) => readonly number[] | null
}

export type FoldRule = (context: FoldContext) => Values | null

/** Row-major strides. */
export function strides(dims: readonly number[]): number[] {
  const result = new Array<number>(dims.length).fill(1)
  for (let i = dims.length - 2; i >= 0; i--) result[i] = result[i + 1] * dims[i + 1]
  return result
}

/** The multi-index of each element of a shape, in row-major order. */
export function* indices(dims: readonly number[]): Generator<number[]> {
  const count = elementCount(dims)
  const at = new Array<number>(dims.length).fill(0)
  for (let i = 0; i < count; i++) {
    yield at
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at[axis] += 1
      if (at[axis] < dims[axis]) break
      at[axis] = 0
    }
  }
}

/** NumPy's broadcasting of shapes; null if they do not fit. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length)
  const result: number[] = []
  for (let i = 0; i < rank; i++) {
    const left = a[i - rank + a.length] ?? 1
    const right = b[i - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1) return null
    result.push(left === 1 ? right : left)
  }
  return result
}

/** Beyond this a tensor is data, not arithmetic on shapes. */
export const MAX_ELEMENTS = 65_536

/** True for a shape of at most MAX_ELEMENTS elements: what a damaged graph computes may be none. */
function isShape(dims: readonly number[]): boolean {
  return dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0) && elementCount(dims) <= MAX_ELEMENTS
}

/** Null unless the shape is one, and every element has a value: rules need not look twice at what they are given. */
export function soundValues(values: Values | null): Values | null {
  return values && isShape(values.dims) && values.data.length === elementCount(values.dims) && values.data.every((value) => value !== undefined) ? values : null
}

function build(type: ElementType, dims: readonly number[], at: (index: readonly number[]) => number): Values | null {
  if (!isShape(dims)) return null
  const data: number[] = []
  for (const index of indices(dims)) data.push(at(index))
  return { type, dims: [...dims], data }
}

/** The element of `values` that a broadcast index falls on. */
function pick(values: Values, index: readonly number[]): number {
  const step = strides(values.dims)
  const skip = index.length - values.dims.length
  let at = 0
  for (let axis = 0; axis < values.dims.length; axis++) at += (values.dims[axis] === 1 ? 0 : index[axis + skip]) * step[axis]
  return values.data[at]
}

function binary(compute: (a: number, b: number, type: ElementType) => number, resultType?: ElementType): FoldRule {
  return ({ input, inputCount }) => {
    let result = input(0)
    for (let i = 1; i < inputCount && result; i++) {
      const left: Values = result
      const right = input(i)
      const dims = right && broadcastDims(left.dims, right.dims)
      result = dims && right ? build(resultType ?? left.type, dims, (index) => compute(pick(left, index), pick(right, index), left.type)) : null
    }
    return result
  }
}

function unary(compute: (a: number) => number, resultType?: ElementType): FoldRule {
  return ({ input }) => {
    const x = input(0)
    return x && { type: resultType ?? x.type, dims: x.dims, data: x.data.map(compute) }
  }
}

/** Axes from an attribute (older opsets) or the second input, made non-negative. */
function axesOf({ attributes, input, hasInput }: FoldContext, rank: number, index = 1): number[] | null {
  const list = attributes.ints('axes') ?? (hasInput(index) ? input(index)?.data : undefined)
  return list ? list.map((axis) => (axis < 0 ? axis + rank : axis)) : null
}

function reduce(start: number, step: (total: number, value: number) => number): FoldRule {
  return (context) => {
    const x = context.input(0)
    if (!x) return null
    const listed = axesOf(context, x.dims.length)
    const axes = listed && listed.length > 0 ? listed : x.dims.map((_, axis) => axis)
    const keep = context.attributes.int('keepdims', 1) === 1
    const kept = x.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    const data = new Array<number>(elementCount(kept)).fill(start)
    const step1 = strides(kept)
    let at = 0
    for (const index of indices(x.dims)) {
      const target = index.reduce((sum, i, axis) => sum + (axes.includes(axis) ? 0 : i * step1[axis]), 0)
      data[target] = step(data[target], x.data[at++])
    }
    return { type: x.type, dims: keep ? kept : x.dims.filter((_, axis) => !axes.includes(axis)), data }
  }
}

const divide = (a: number, b: number, type: ElementType): number => (isFloat(type) ? a / b : Math.trunc(a / b))

/** Clamped start, exclusive end and step of a slice along one axis (ONNX Slice). */
export function sliceRange(size: number, start: number, end: number, step: number): { start: number; end: number; step: number; length: number } {
  const wrap = (at: number): number => (at < 0 ? at + size : at)
  const low = step > 0 ? 0 : -1
  const high = step > 0 ? size : size - 1
  const from = Math.min(Math.max(wrap(start), step > 0 ? 0 : 0), high)
  const to = end <= -size - 1 && step < 0 ? -1 : Math.min(Math.max(wrap(end), low), step > 0 ? size : size)
  return { start: from, end: to, step, length: Math.max(0, Math.ceil((to - from) / step)) }
}

const reshape: FoldRule = ({ input, outputShape, attributes }) => {
  const x = input(0)
  const target = input(1)?.data ?? attributes.ints('shape')
  if (!x) return null
  if (!target) return outputShape && elementCount(outputShape) === x.data.length ? { ...x, dims: [...outputShape] } : null
  const dims = target.map((dim, axis) => (dim === 0 ? x.dims[axis] : dim))
  const known = dims.reduce((product, dim) => (dim === -1 ? product : product * dim), 1)
  return { ...x, dims: dims.map((dim) => (dim === -1 ? x.data.length / known : dim)) }
}

/**
 * One row an operator that exporters use to compute shapes, or that stands between a weight and its use.
 * A rule answers null when an input is unknown.
 */
export const foldRules: Readonly<Record<string, FoldRule>> = {
  Constant: ({ attributes }) => {
    const tensor = attributes.tensor('value')
    if (tensor) return readValues(tensor)
    if (attributes.has('value_int')) return { type: 'int64', dims: [], data: [attributes.int('value_int', 0)] }
    if (attributes.has('value_float')) return { type: 'float32', dims: [], data: [attributes.float('value_float', 0)] }
    const ints = attributes.ints('value_ints')
    if (ints) return { type: 'int64', dims: [ints.length], data: [...ints] }
    const floats = attributes.floats('value_floats')
    return floats && { type: 'float32', dims: [floats.length], data: [...floats] }
  },
  Shape: ({ shapeOfInput, attributes }) => {
    const shape = shapeOfInput(0)
    if (!shape) return null
    const { start, end } = sliceRange(shape.length, attributes.int('start', 0), attributes.int('end', shape.length), 1)
    const data = shape.slice(start, end)
    return { type: 'int64', dims: [data.length], data }
  },
  Size: ({ shapeOfInput }) => {
    const shape = shapeOfInput(0)
    return shape && { type: 'int64', dims: [], data: [elementCount(shape)] }
  },
  Identity: ({ input }) => input(0),
  Cast: ({ input, attributes }) => {
    const x = input(0)
    const type = elementTypeOf(attributes.int('to', 0))
    if (!x || !type) return null
    if (isFloat(type)) return { ...x, type }
    return { ...x, type, data: x.data.map((value) => (type === 'bool' ? Number(value !== 0) : Math.trunc(value))) }
  },
  CastLike: ({ input }) => {
    const x = input(0)
    const like = input(1)
    return x && like && { ...x, type: like.type, data: isFloat(like.type) ? x.data : x.data.map(Math.trunc) }
  },
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary(divide),
  Pow: binary((a, b) => a ** b),
  Min: binary((a, b) => Math.min(a, b)),
  Max: binary((a, b) => Math.max(a, b)),
  Mod: ({ attributes, ...context }) => {
    const fmod = attributes.int('fmod', 0) === 1
    return binary((a, b) => (fmod ? a % b : ((a % b) + b) % b))({ attributes, ...context })
  },
  And: binary((a, b) => Number(Boolean(a && b)), 'bool'),
  Or: binary((a, b) => Number(Boolean(a || b)), 'bool'),
  Equal: binary((a, b) => Number(a === b), 'bool'),
  Less: binary((a, b) => Number(a < b), 'bool'),
  LessOrEqual: binary((a, b) => Number(a <= b), 'bool'),
  Greater: binary((a, b) => Number(a > b), 'bool'),
  GreaterOrEqual: binary((a, b) => Number(a >= b), 'bool'),
  Not: unary((a) => Number(!a)),
  Neg: unary((a) => -a),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Reciprocal: unary((a) => 1 / a),
  ReduceProd: reduce(1, (total, value) => total * value),
  ReduceSum: reduce(0, (total, value) => total + value),
  ReduceMax: reduce(-Infinity, Math.max),
  ReduceMin: reduce(Infinity, Math.min),
  Reshape: reshape,
  Flatten: ({ input, attributes }) => {
    const x = input(0)
    if (!x) return null
    const axis = attributes.int('axis', 1)
    const at = axis < 0 ? axis + x.dims.length : axis
    return { ...x, dims: [elementCount(x.dims.slice(0, at)), elementCount(x.dims.slice(at))] }
  },
  Squeeze: (context) => {
    const x = context.input(0)
    if (!x || (context.hasInput(1) && !context.input(1))) return null
    const axes = axesOf(context, x.dims.length)
    return { ...x, dims: x.dims.filter((dim, axis) => (axes ? !axes.includes(axis) : dim !== 1)) }
  },
  Unsqueeze: (context) => {
    const x = context.input(0)
    const listed = context.attributes.ints('axes') ?? context.input(1)?.data
    if (!x || !listed) return null
    const rank = x.dims.length + listed.length
    const axes = listed.map((axis) => (axis < 0 ? axis + rank : axis))
    const rest = [...x.dims]
    return { ...x, dims: Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : rest.shift()!)) }
  },
  Transpose: ({ input, attributes }) => {
    const x = input(0)
    if (!x) return null
    const perm = attributes.ints('perm') ?? x.dims.map((_, axis) => x.dims.length - 1 - axis)
    const step = strides(x.dims)
    const dims = perm.map((axis) => x.dims[axis])
    return build(x.type, dims, (index) => x.data[index.reduce((sum, i, axis) => sum + i * step[perm[axis]], 0)])
  },
  Concat: ({ input, inputCount, attributes }) => {
    const parts = Array.from({ length: inputCount }, (_, i) => input(i))
    if (parts.length === 0 || !parts.every((part) => part !== null)) return null
    const rank = parts[0].dims.length
    const axis = attributes.int('axis', 0) < 0 ? attributes.int('axis', 0) + rank : attributes.int('axis', 0)
    const outer = elementCount(parts[0].dims.slice(0, axis))
    const data: number[] = []
    for (let row = 0; row < outer; row++) {
      for (const part of parts) {
        const length = part.data.length / outer
        data.push(...part.data.slice(row * length, (row + 1) * length))
      }
    }
    const dims = parts[0].dims.map((dim, i) => (i === axis ? parts.reduce((sum, part) => sum + part.dims[axis], 0) : dim))
    return { type: parts[0].type, dims, data }
  },
  Slice: (context) => {
    const { input, attributes, hasInput } = context
    const x = input(0)
    const starts = attributes.ints('starts') ?? input(1)?.data
    const ends = attributes.ints('ends') ?? input(2)?.data
    if (!x || !starts || !ends || (hasInput(3) && !input(3)) || (hasInput(4) && !input(4))) return null
    const axes = axesOf(context, x.dims.length, 3) ?? starts.map((_, axis) => axis)
    const steps = input(4)?.data ?? starts.map(() => 1)
    const ranges = x.dims.map((size) => sliceRange(size, 0, size, 1))
    axes.forEach((axis, i) => { ranges[axis] = sliceRange(x.dims[axis], starts[i], ends[i], steps[i]) })
    const step = strides(x.dims)
    return build(x.type, ranges.map(({ length }) => length), (index) => x.data[index.reduce((sum, i, axis) => sum + (ranges[axis].start + i * ranges[axis].step) * step[axis], 0)])
  },
  Gather: ({ input, attributes }) => {
    const x = input(0)
    const at = input(1)
    if (!x || !at) return null
    const axis = attributes.int('axis', 0) < 0 ? attributes.int('axis', 0) + x.dims.length : attributes.int('axis', 0)
    const dims = [...x.dims.slice(0, axis), ...at.dims, ...x.dims.slice(axis + 1)]
    const step = strides(x.dims)
    const atStep = strides(at.dims)
    return build(x.type, dims, (index) => {
      const chosen = at.data[at.dims.reduce((sum, _, i) => sum + index[axis + i] * atStep[i], 0)]
      const source = [...index.slice(0, axis), chosen < 0 ? chosen + x.dims[axis] : chosen, ...index.slice(axis + at.dims.length)]
      return x.data[source.reduce((sum, i, k) => sum + i * step[k], 0)]
    })
  },
  Range: ({ input }) => {
    const [start, limit, delta] = [input(0), input(1), input(2)]
    if (!start || !limit || !delta) return null
    const length = Math.max(0, Math.ceil((limit.data[0] - start.data[0]) / delta.data[0]))
    if (!isShape([length])) return null
    return { type: start.type, dims: [length], data: Array.from({ length }, (_, i) => start.data[0] + i * delta.data[0]) }
  },
  ConstantOfShape: ({ input, attributes }) => {
    const shape = input(0)
    const tensor = attributes.tensor('value')
    const value = tensor ? readValues(tensor) : { type: 'float32' as const, dims: [1], data: [0] }
    if (!shape || !isShape(shape.data)) return null
    return value && { type: value.type, dims: [...shape.data], data: new Array<number>(elementCount(shape.data)).fill(value.data[0]) }
  },
  Expand: ({ input }) => {
    const x = input(0)
    const dims = x && input(1) && broadcastDims(x.dims, input(1)!.data)
    return dims ? build(x.type, dims, (index) => pick(x, index)) : null
  },
  Tile: ({ input }) => {
    const x = input(0)
    const repeats = input(1)
    return x && repeats && build(x.type, x.dims.map((dim, axis) => dim * repeats.data[axis]), (index) => pick(x, index.map((i, axis) => i % x.dims[axis])))
  },
  Where: ({ input }) => {
    const [condition, a, b] = [input(0), input(1), input(2)]
    if (!condition || !a || !b) return null
    const inner = broadcastDims(a.dims, b.dims)
    const dims = inner && broadcastDims(condition.dims, inner)
    return dims && build(a.type, dims, (index) => (pick(condition, index) ? pick(a, index) : pick(b, index)))
  },
  ScatterND: ({ input }) => {
    const [x, at, updates] = [input(0), input(1), input(2)]
    if (!x || !at || !updates) return null
    const depth = at.dims[at.dims.length - 1]
    const step = strides(x.dims)
    const block = elementCount(x.dims.slice(depth))
    const data = [...x.data]
    for (let row = 0; row * depth < at.data.length; row++) {
      const start = at.data.slice(row * depth, (row + 1) * depth).reduce((sum, i, axis) => sum + (i < 0 ? i + x.dims[axis] : i) * step[axis], 0)
      for (let i = 0; i < block; i++) data[start + i] = updates.data[row * block + i]
    }
    return { ...x, data }
  },
  Split: (context) => {
    const { input, attributes, outputIndex, outputShape, shapeOfInput } = context
    const x = input(0)
    if (!x || !outputShape || !shapeOfInput(0)) return null
    const axis = attributes.int('axis', 0) < 0 ? attributes.int('axis', 0) + x.dims.length : attributes.int('axis', 0)
    const sizes = attributes.ints('split') ?? input(1)?.data
    const start = sizes ? sizes.slice(0, outputIndex).reduce((sum, size) => sum + size, 0) : outputIndex * Math.ceil(x.dims[axis] / attributes.int('num_outputs', Math.round(x.dims[axis] / outputShape[axis])))
    const step = strides(x.dims)
    return build(x.type, outputShape, (index) => x.data[index.reduce((sum, i, k) => sum + (k === axis ? i + start : i) * step[k], 0)])
  },
}
