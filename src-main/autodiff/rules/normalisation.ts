import type { Emitter } from '../emitter.ts'
import type { GradientRules, RuleContext } from '../rule.ts'
import { isStatic, type Shape } from '../shapes.ts'
import { applyAlong } from './along-axis.ts'

const range = (length: number, start = 0): number[] => Array.from({ length }, (_, i) => start + i)
const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/**
 * Gradient of x̂ = (x − mean) / √(variance + ε) over `axes`, for g at x̂ (Ba et al. 2016; Ioffe & Szegedy 2015):
 * (g − mean(g) − x̂·mean(g·x̂)) / √(variance + ε).
 */
function normalised(emitter: Emitter, input: string, gradient: string, axes: readonly number[], epsilon: number): string {
  return emitter.inSingle([input, gradient], (emit, x, g) => {
    const centred = emit.sub(x, emit.mean(x, axes))
    const inverse = emit.reciprocal(emit.sqrt(emit.shift(emit.mean(emit.square(centred), axes), epsilon)))
    const unit = emit.mul(centred, inverse)
    const inner = emit.sub(emit.sub(g, emit.mean(g, axes)), emit.mul(unit, emit.mean(emit.mul(g, unit), axes)))
    return emit.mul(inner, inverse)
  })
}

/** A [C] vector as [C, 1, …], to meet an [N, C, …] tensor. */
function perChannel(emit: Emitter, vector: string, channels: Shape[0], rank: number): string {
  return emit.reshape(vector, [channels, ...range(rank - 2).map(() => 1)])
}

function softmaxAxes({ attributes, opset, xShape }: RuleContext): number[] {
  const rank = xShape(0).length
  const axis = positive(attributes.int('axis', opset >= 13 ? -1 : 1), rank)
  // Before opset 13 everything from the axis on was one row.
  return opset >= 13 ? [axis] : range(rank - axis, axis)
}

function groups(context: RuleContext): string[] {
  const { dy, x, xShape, attributes, emit, opset, constant, fail } = context
  const shape = xShape(0)
  const channels = shape[1]
  if (!isStatic(channels)) return fail('its channels depend on the batch')
  const count = attributes.int('num_groups', 1)
  const perGroup = channels / count
  // Until opset 20 one scale a group, since 21 one a channel.
  const scale = opset >= 21 || constant(1)?.data.length === channels ? x[1] : emit.reshape(emit.expand(emit.reshape(x[1], [count, 1]), [count, 1], [count, perGroup], x[0]), [channels])
  const g = emit.mul(dy, perChannel(emit, scale, channels, shape.length))
  const apart: Shape = [shape[0], count, perGroup, ...shape.slice(2)]
  const axes = range(apart.length - 2, 2)
  return [emit.reshape(normalised(emit, emit.reshape(x[0], apart), emit.reshape(g, apart), axes, attributes.float('epsilon', 1e-5)), shape)]
}

/** A matrix that sums `size` neighbouring channels, as LRN does (Krizhevsky et al. 2012, section 3.3). */
function neighbourhood(channels: number, size: number): Float64Array {
  const matrix = new Float64Array(channels * channels)
  for (let c = 0; c < channels; c++) {
    const first = Math.max(0, c - Math.floor((size - 1) / 2))
    const last = Math.min(channels - 1, c + Math.ceil((size - 1) / 2))
    for (let other = first; other <= last; other++) matrix[other * channels + c] = 1
  }
  return matrix
}

function transposed(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, i) => matrix[(i % size) * size + Math.floor(i / size)])
}

export const normalisation: GradientRules = {
  /** In inference a scale a channel: γ / √(σ² + ε). */
  BatchNormalization: ({ dy, x, xShape, attributes, emit, wants, fail }) => {
    if (attributes.int('training_mode', 0) === 1) return fail('it is in training mode')
    if ([1, 2, 3, 4].some(wants)) return fail('its statistics depend on the layer')
    const scale = emit.div(x[1], emit.sqrt(emit.shift(x[4], attributes.float('epsilon', 1e-5))))
    const rank = xShape(0).length
    return [emit.mul(dy, rank < 2 ? scale : perChannel(emit, scale, xShape(0)[1], rank))]
  },
  InstanceNormalization: ({ dy, x, xShape, attributes, emit }) => {
    const shape = xShape(0)
    const g = emit.mul(dy, perChannel(emit, x[1], shape[1], shape.length))
    return [normalised(emit, x[0], g, range(shape.length - 2, 2), attributes.float('epsilon', 1e-5))]
  },
  LayerNormalization: ({ dy, x, xShape, attributes, emit }) => {
    const rank = xShape(0).length
    const axis = positive(attributes.int('axis', -1), rank)
    return [normalised(emit, x[0], emit.mul(dy, x[1]), range(rank - axis, axis), attributes.float('epsilon', 1e-5))]
  },
  GroupNormalization: groups,
  /** x / √(mean(x²) + ε) (Zhang & Sennrich 2019): (g − x̂·mean(g·x̂)) / rms. */
  RMSNormalization: ({ dy, x, xShape, attributes, emit }) => {
    const rank = xShape(0).length
    const axes = range(rank - positive(attributes.int('axis', -1), rank), positive(attributes.int('axis', -1), rank))
    return [emit.inSingle([x[0], emit.mul(dy, x[1])], (single, input, g) => {
      const inverse = single.reciprocal(single.sqrt(single.shift(single.mean(single.square(input), axes), attributes.float('epsilon', 1e-5))))
      const unit = single.mul(input, inverse)
      return single.mul(single.sub(g, single.mul(unit, single.mean(single.mul(g, unit), axes))), inverse)
    })]
  },
  /** y = x / ‖x‖: (dy − y·Σ(dy·y)) / ‖x‖ for p = 2, dy/‖x‖₁ − sign(x)·Σ(dy·y)/‖x‖₁ for p = 1. */
  LpNormalization: ({ dy, x, y, xShape, attributes, emit }) => {
    const axes = [positive(attributes.int('axis', -1), xShape(0).length)]
    const along = emit.reduceSum(emit.mul(dy, y), axes)
    if (attributes.int('p', 2) === 1) {
      const norm = emit.reduceSum(emit.op('Abs', [x[0]]), axes)
      return [emit.div(emit.sub(dy, emit.mul(emit.op('Sign', [x[0]]), along)), norm)]
    }
    return [emit.div(emit.sub(dy, emit.mul(y, along)), emit.sqrt(emit.reduceSum(emit.square(x[0]), axes)))]
  },
  /** y = x·s^−β with s = bias + α/n·Σx²: dy·s^−β − (2αβ/n)·x·Σ(dy·x·s^(−β−1)). */
  LRN: ({ dy, x, xShape, attributes, emit, fail }) => {
    const shape = xShape(0)
    const channels = shape[1]
    if (!isStatic(channels)) return fail('its channels depend on the batch')
    const size = attributes.int('size', 1)
    const alpha = attributes.float('alpha', 1e-4) / size
    const beta = attributes.float('beta', 0.75)
    const window = neighbourhood(channels, size)
    return [emit.inSingle([x[0], dy], (single, input, g) => {
      const sum = (value: string, matrix: Float64Array): string => applyAlong(single, value, shape, 1, matrix, channels)
      const s = single.shift(single.scale(sum(single.square(input), window), alpha), attributes.float('bias', 1))
      const back = sum(single.mul(single.mul(g, input), single.pow(s, -beta - 1)), transposed(window, channels))
      return single.sub(single.mul(g, single.pow(s, -beta)), single.scale(single.mul(input, back), 2 * alpha * beta))
    })]
  },
  Softmax: (context) => {
    const { dy, y, emit } = context
    return [emit.mul(y, emit.sub(dy, emit.reduceSum(emit.mul(dy, y), softmaxAxes(context))))]
  },
  LogSoftmax: (context) => {
    const { dy, y, emit } = context
    return [emit.sub(dy, emit.mul(emit.exp(y), emit.reduceSum(dy, softmaxAxes(context))))]
  },
}
