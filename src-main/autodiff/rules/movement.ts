import { sliceRange, strides as stridesOf } from '../../onnx/fold-rules.ts'
import { elementCount } from '../../onnx/tensors.ts'
import type { GradientRules, RuleContext } from '../rule.ts'
import { isStatic, type Shape } from '../shapes.ts'
import { applyAlong, scatterAlong } from './along-axis.ts'

const range = (length: number, start = 0, step = 1): number[] => Array.from({ length }, (_, i) => start + i * step)
const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

function staticDim(shape: Shape, axis: number, fail: (reason: string) => never): number {
  const dim = shape[axis]
  return isStatic(dim) ? dim : fail('it works along the batch')
}

/** Reshape, Flatten, Squeeze, Unsqueeze: the same elements in the shape they came from. */
const backToShape = ({ dy, xShape, emit }: RuleContext): string[] => [emit.reshape(dy, xShape(0))]

/** Values from an attribute (older opsets) or an input. */
function listed(context: RuleContext, name: string, index: number): readonly number[] | null {
  const fromAttribute = context.attributes.ints(name)
  if (fromAttribute) return fromAttribute
  if (!context.x[index]) return null
  return context.constant(index)?.data ?? context.fail(`its ${name} are not constant`)
}

function scatter(context: RuleContext, dy: string, shape: Shape, axis: number, indices: readonly number[], size: number): string {
  return scatterAlong(context.emit, dy, shape, axis, indices, size) ?? context.fail('its index would need too large a matrix')
}

/** Where each element of an axis comes from that was padded with its own elements. */
function paddedSource(mode: string, size: number, before: number, after: number): number[] | null {
  const fold = (at: number): number => {
    const period = 2 * (size - 1)
    const wrapped = period === 0 ? 0 : ((at % period) + period) % period
    return wrapped < size ? wrapped : period - wrapped
  }
  const source: Record<string, (at: number) => number> = {
    reflect: fold,
    edge: (at) => Math.min(Math.max(at, 0), size - 1),
    wrap: (at) => ((at % size) + size) % size,
  }
  return Object.hasOwn(source, mode) ? range(size + before + after, -before).map(source[mode]) : null
}

/** Constant padding is cut off; reflected, repeated and wrapped elements get what all their copies got, one axis after the other. */
function pad(context: RuleContext): string[] {
  const { dy, xShape, yShape, attributes, emit, fail } = context
  const shape = xShape(0)
  const pads = listed(context, 'pads', 1) ?? fail('it has no pads')
  const axes = context.x[3] ? (context.constant(3)?.data ?? fail('its axes are not constant')).map((axis) => positive(axis, shape.length)) : range(shape.length)
  const mode = attributes.string('mode', 'constant')
  const before = shape.map((_, axis) => (axes.includes(axis) ? pads[axes.indexOf(axis)] : 0))
  const after = shape.map((_, axis) => (axes.includes(axis) ? pads[axes.indexOf(axis) + axes.length] : 0))
  if (mode === 'constant') return [emit.pad(dy, before.map((amount) => -amount), after.map((amount) => -amount))]
  let gradient = dy
  let current = yShape
  shape.forEach((_, axis) => {
    if (before[axis] === 0 && after[axis] === 0) return
    const size = staticDim(shape, axis, fail)
    const source = paddedSource(mode, size, before[axis], after[axis]) ?? fail(`its mode is '${mode}'`)
    const matrix = new Float64Array(source.length * size)
    source.forEach((from, i) => { matrix[i * size + from] = 1 })
    gradient = applyAlong(emit, gradient, current, axis, matrix, size)
    current = current.with(axis, size)
  })
  return [gradient]
}

function slice(context: RuleContext): string[] {
  const { dy, xShape, yShape, fail } = context
  const shape = xShape(0)
  const starts = listed(context, 'starts', 1) ?? fail('it has no starts')
  const ends = listed(context, 'ends', 2) ?? fail('it has no ends')
  const axes = (listed(context, 'axes', 3) ?? range(starts.length)).map((axis) => positive(axis, shape.length))
  const steps = context.attributes.has('starts') ? starts.map(() => 1) : (listed(context, 'steps', 4) ?? starts.map(() => 1))
  let gradient = dy
  let current = yShape
  axes.forEach((axis, i) => {
    // A slice that keeps a whole axis, the batch among them, has nothing to undo.
    if (steps[i] === 1 && starts[i] === 0 && !isStatic(shape[axis]) && ends[i] > 1_000_000) return
    const size = staticDim(shape, axis, fail)
    const { start, length } = sliceRange(size, starts[i], ends[i], steps[i])
    gradient = scatter(context, gradient, current, axis, range(length, start, steps[i]), size)
    current = current.with(axis, size)
  })
  return [gradient]
}

function split(context: RuleContext): string[] {
  const { dys, xShape, attributes, emit, node } = context
  const axis = positive(attributes.int('axis', 0), xShape(0).length)
  // The parts that the score does not depend on are zeros, shaped like the output itself.
  const parts = dys.map((dy, i) => dy ?? emit.zerosLike(node.output![i]))
  return [emit.concat(parts, axis)]
}

function concat(context: RuleContext): (string | null)[] {
  const { dy, x, xShape, yShape, attributes, emit, wants, fail } = context
  const axis = positive(attributes.int('axis', 0), yShape.length)
  let at = 0
  return x.map((_, i) => {
    const start = at
    at += staticDim(xShape(i), axis, fail)
    return wants(i) ? emit.slice(dy, [axis], [start], [at]) : null
  })
}

/** Indices into a batch that was made flat, [aN, …], image by image: as_strided, as PyTorch's exporter writes it. */
function gatherByImage(context: RuleContext): string[] | null {
  const { dy, xShape, rowsByStep, emit } = context
  const [rows, ...tail] = xShape(0)
  const at = rowsByStep(1)
  if (isStatic(rows) || rows.fixed !== 0 || at?.step !== rows.perSample) return null
  const images = { perSample: 1, fixed: 0 }
  const inImage = at.first.data
  if (inImage.some((index) => index < 0 || index >= rows.perSample)) return null
  const flat: Shape = [images, inImage.length, ...tail]
  return [emit.reshape(scatter(context, emit.reshape(dy, flat), flat, 1, inImage, rows.perSample), xShape(0))]
}

/** Indices along one axis; any shape of indices is first made flat. */
function gather(context: RuleContext): string[] {
  const { dy, xShape, attributes, constant, emit, fail } = context
  const shape = xShape(0)
  const axis = positive(attributes.int('axis', 0), shape.length)
  const byImage = axis === 0 && gatherByImage(context)
  if (byImage) return byImage
  const size = staticDim(shape, axis, fail)
  const at = constant(1) ?? fail('its indices depend on the input')
  const indices = at.data.map((index) => positive(index, size))
  const flat: Shape = [...shape.slice(0, axis), indices.length, ...shape.slice(axis + 1)]
  const flatDy = at.dims.length === 1 ? dy : at.dims.length === 0 ? emit.unsqueeze(dy, [axis]) : emit.reshape(dy, flat)
  return [scatter(context, flatDy, flat, axis, indices, size)]
}

/** Constant index tuples, as positions on the axes that they address made one. */
function tuplePositions(indices: { readonly data: readonly number[]; readonly dims: readonly number[] }, dims: readonly number[]): number[] {
  const depth = dims.length
  const step = stridesOf(dims)
  return range(indices.data.length / depth).map((row) => dims.reduce((sum, size, i) => sum + positive(indices.data[row * depth + i], size) * step[i], 0))
}

function gatherND(context: RuleContext): string[] {
  const { dy, xShape, attributes, constant, emit, fail } = context
  const shape = xShape(0)
  const indices = constant(1) ?? fail('its indices depend on the input')
  if (attributes.int('batch_dims', 0) !== 0) return fail('it has batch_dims')
  const depth = indices.dims[indices.dims.length - 1]
  const dims = range(depth).map((axis) => staticDim(shape, axis, fail))
  const positions = tuplePositions(indices, dims)
  const rest = shape.slice(depth)
  const flat = emit.reshape(dy, [positions.length, ...rest])
  return [emit.reshape(scatter(context, flat, [positions.length, ...rest], 0, positions, elementCount(dims)), shape)]
}

/** Written elements lose their gradient to the updates. */
function scatterND(context: RuleContext): (string | null)[] {
  const { dy, x, attributes, emit, wants, fail } = context
  if (attributes.string('reduction', 'none') !== 'none') return fail('it reduces')
  if (context.opset < 11) return fail('its opset is older than 11')
  const mask = wants(0) ? emit.op('ScatterND', [emit.op('Expand', [emit.scalar(1), emit.op('Shape', [x[0]])]), x[1], emit.zerosLike(x[2])]) : null
  return [mask && emit.mul(dy, mask), null, wants(2) ? emit.op('GatherND', [dy, x[1]]) : null]
}

function blocks({ xShape, attributes }: RuleContext): { n: Shape[0]; c: number; h: number; w: number; b: number } {
  const [n, c, h, w] = xShape(0) as [Shape[0], number, number, number]
  return { n, c, h, w, b: attributes.int('blocksize', 1) }
}

export const movement: GradientRules = {
  Reshape: backToShape,
  Flatten: backToShape,
  Squeeze: backToShape,
  Unsqueeze: backToShape,
  Transpose: ({ dy, xShape, attributes, emit }) => {
    const rank = xShape(0).length
    const perm = attributes.ints('perm') ?? range(rank).reverse()
    return [emit.transpose(dy, range(rank).map((axis) => perm.indexOf(axis)))]
  },
  Expand: ({ dy, yShape }) => [{ value: dy, shape: yShape }],
  /** A tile is an axis of its own, summed. */
  Tile: ({ dy, x, xShape, constant, emit, fail }) => {
    const repeats = (x[1] && constant(1)?.data) || fail('its repeats are not constant')
    const shape = xShape(0)
    const apart = shape.flatMap((dim, axis) => [repeats[axis], dim])
    const summed = emit.reduceSum(emit.reshape(dy, apart), range(shape.length, 0, 2), false)
    return [summed]
  },
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Gather: gather,
  GatherND: gatherND,
  /** Elements that were read twice get both gradients, which only ScatterElements with a sum can do. */
  GatherElements: ({ dy, x, attributes, opset, emit, fail }) => {
    if (opset < 16) return fail('its opset is older than 16')
    return [emit.op('ScatterElements', [emit.zerosLike(x[0]), x[1], dy], { axis: attributes.int('axis', 0), reduction: 'add' })]
  },
  ScatterND: scatterND,
  ScatterElements: ({ dy, x, attributes, emit, wants, fail }) => {
    if (attributes.string('reduction', 'none') !== 'none') return fail('it reduces')
    const axis = attributes.int('axis', 0)
    return [
      wants(0) ? emit.op('ScatterElements', [dy, x[1], emit.zerosLike(x[2])], { axis }) : null,
      null,
      wants(2) ? emit.op('GatherElements', [dy, x[1]], { axis }) : null,
    ]
  },
  DepthToSpace: (context) => {
    const { dy, emit, xShape, attributes } = context
    const { n, c, h, w, b } = blocks(context)
    const depth = c / (b * b)
    const apart = emit.reshape(dy, [n, depth, h, b, w, b])
    const perm = attributes.string('mode', 'DCR') === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]
    return [emit.reshape(emit.transpose(apart, perm), xShape(0))]
  },
  SpaceToDepth: (context) => {
    const { dy, emit, xShape } = context
    const { n, c, h, w, b } = blocks(context)
    const apart = emit.reshape(dy, [n, b, b, c, h / b, w / b])
    return [emit.reshape(emit.transpose(apart, [0, 3, 4, 1, 5, 2]), xShape(0))]
  },
  Trilu: ({ dy, x, attributes, emit }) => [emit.op('Trilu', x[1] ? [dy, x[1]] : [dy], { upper: attributes.int('upper', 1) })],
}
