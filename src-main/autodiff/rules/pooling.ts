import { elementCount } from '../../onnx/tensors.ts'
import type { GradientRules, RuleContext } from '../rule.ts'
import { product, type Shape } from '../shapes.ts'
import { spatialSizes, transposeAttributes, windowOf, type Window } from './windows.ts'

/** Below every float16 and far below every activation: what MaxPool's padding must never win with. */
const LOWEST = { float32: -3e38, float64: -3e38, float16: -60000 } as const

/** [N, C, …] as [N·C, 1, …]: pooling treats every channel alike. */
function channelsApart(context: RuleContext, shape: Shape): Shape {
  const rows = product(shape.slice(0, 2))
  return rows === null ? context.fail('its channels depend on the batch') : [rows, 1, ...shape.slice(2)]
}

/** [kernel elements, 1, …kernel]: filter i picks the window's element i. */
function onePicker(window: Window): { dims: number[]; data: number[] } {
  const count = elementCount(window.kernel)
  return { dims: [count, 1, ...window.kernel], data: Array.from({ length: count * count }, (_, i) => Number(Math.floor(i / count) === i % count)) }
}

function poolWindow(context: RuleContext): Window {
  const kernel = context.attributes.ints('kernel_shape') ?? context.fail('it has no kernel_shape')
  return windowOf(context, kernel, spatialSizes(context.xShape(0), context.fail), spatialSizes(context.yShape, context.fail))
}

/** How many elements AveragePool divides by, for each output position: the standard's reading of pads and ceil_mode. */
function divisors(context: RuleContext, window: Window): number[] {
  const includePads = context.attributes.int('count_include_pad', 0) === 1
  const pads = context.attributes.ints('pads')
  const explicitAfter = window.kernel.map((_, axis) => (pads ? pads[axis + window.kernel.length] : Math.max(0, window.after[axis])))
  const counts = window.kernel.map((size, axis) => Array.from({ length: window.output[axis] }, (_, position) => {
    const low = includePads ? -window.before[axis] : 0
    const high = window.input[axis] + (includePads ? explicitAfter[axis] : 0)
    const start = position * window.strides[axis] - window.before[axis]
    return Array.from({ length: size }, (_, i) => start + i * window.dilations[axis]).filter((at) => at >= low && at < high).length
  }))
  return counts.reduce<number[]>((all, axis) => all.flatMap((count) => axis.map((other) => count * other)), [1])
}

/**
 * A window's largest element by a one-hot convolution and ArgMax (the first wins, as in PyTorch), then the same windows back.
 * In any opset from 9, for overlapping windows, and on providers that have no Indices output.
 */
function maxPool(context: RuleContext): string[] {
  const { dy, x, xShape, yShape, emit } = context
  const window = poolWindow(context)
  const { kernel, strides, dilations, before } = window
  const after = window.after.map((amount) => Math.max(0, amount))
  const picker = onePicker(window)
  const weights = emit.tensor(picker.dims, picker.data)
  const apart = emit.reshape(x[0], channelsApart(context, xShape(0)))
  const padded = emit.pad(apart, [0, 0, ...before], [0, 0, ...after], LOWEST[emit.type])
  const elements = emit.op('Conv', [padded, weights], { kernel_shape: kernel, strides, dilations })
  const winner = emit.op('ArgMax', [elements], { axis: 1, keepdims: 1 })
  const count = picker.dims[0]
  const range = emit.builder.constant('int64', [1, count, ...kernel.map(() => 1)], Array.from({ length: count }, (_, i) => i))
  const chosen = emit.where(emit.op('Equal', [winner, range]), emit.reshape(dy, channelsApart(context, yShape)), 0)
  return [emit.reshape(emit.op('ConvTranspose', [chosen, weights], transposeAttributes(window)), xShape(0))]
}

function averagePool(context: RuleContext): string[] {
  const { dy, xShape, yShape, emit } = context
  const window = poolWindow(context)
  const counts = divisors(context, window)
  const uniform = counts.every((count) => count === counts[0])
  const inverse = uniform ? emit.scalar(1 / counts[0]) : emit.tensor([1, 1, ...window.output], counts.map((count) => 1 / Math.max(1, count)))
  const shares = emit.mul(emit.reshape(dy, channelsApart(context, yShape)), inverse)
  const ones = emit.tensor([1, 1, ...window.kernel], new Array<number>(elementCount(window.kernel)).fill(1))
  return [emit.reshape(emit.op('ConvTranspose', [shares, ones], transposeAttributes(window)), xShape(0))]
}

export const pooling: GradientRules = {
  MaxPool: (context) => (context.dys[1] ? context.fail('its indices are used as numbers') : maxPool(context)),
  AveragePool: averagePool,
  GlobalAveragePool: ({ dy, x, xShape, yShape, emit, fail }) => {
    const share = emit.scale(dy, 1 / elementCount(spatialSizes(xShape(0), fail)))
    return [emit.expand(share, yShape, xShape(0), x[0])]
  },
  /** The first of equal maxima, as PyTorch's AdaptiveMaxPool. */
  GlobalMaxPool: (context) => {
    const { dy, x, xShape, emit, fail } = context
    const count = elementCount(spatialSizes(xShape(0), fail))
    const flat: Shape = [...xShape(0).slice(0, 2), count]
    const winner = emit.op('ArgMax', [emit.reshape(x[0], flat)], { axis: 2, keepdims: 1 })
    const range = emit.builder.constant('int64', [1, 1, count], Array.from({ length: count }, (_, i) => i))
    const gradient = emit.where(emit.op('Equal', [winner, range]), emit.reshape(dy, [...xShape(0).slice(0, 2), 1]), 0)
    return [emit.reshape(gradient, xShape(0))]
  },
  /** y = (Σ|x|^p)^(1/p): dy · sign(x)·|x|^(p−1) · y^(1−p). */
  GlobalLpPool: ({ dy, x, y, attributes, emit }) => {
    const p = attributes.int('p', 2)
    const power = emit.mul(emit.op('Sign', [x[0]]), emit.pow(emit.op('Abs', [x[0]]), p - 1))
    return [emit.mul(emit.mul(dy, emit.pow(y, 1 - p)), power)]
  },
}
