import { elementCount } from '../../onnx/tensors.ts'
import type { Emitter } from '../emitter.ts'
import type { GradientRules, Rule, RuleContext } from '../rule.ts'
import { isStatic, type Shape } from '../shapes.ts'

/** The reduced axes, from the attribute or (ReduceSum from 13, the others from 18) the second input. */
function reducedAxes(context: RuleContext, rank: number): number[] {
  const { attributes, x, constant, fail } = context
  const listed = attributes.ints('axes') ?? (x[1] ? (constant(1)?.data ?? fail('its axes are not constant')) : [])
  if (listed.length === 0 && attributes.int('noop_with_empty_axes', 0) === 1) return []
  return (listed.length === 0 ? Array.from({ length: rank }, (_, axis) => axis) : [...listed].map((axis) => (axis < 0 ? axis + rank : axis))).sort((a, b) => a - b)
}

interface Reduced {
  readonly emit: Emitter
  readonly x: string
  /** dy and y with the reduced axes kept as 1. */
  readonly dy: string
  readonly y: string
  readonly axes: readonly number[]
  /** The number of elements that went into one. */
  readonly count: () => number
}

/** A rule that gives the slope of each element; it is repeated along the reduced axes. */
function reduction(slope: (reduced: Reduced) => string): Rule {
  return (context) => {
    const { emit, fail } = context
    const shape = context.xShape(0)
    const axes = reducedAxes(context, shape.length)
    const keep = context.attributes.int('keepdims', 1) === 1
    const kept: Shape = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    const restore = (name: string): string => (keep ? name : emit.unsqueeze(name, axes))
    const count = (): number => elementCount(axes.map((axis) => {
      const dim = shape[axis]
      return isStatic(dim) ? dim : fail('it reduces over the batch')
    }))
    const dx = slope({ emit, x: context.x[0], dy: restore(context.dy), y: restore(context.y), axes, count })
    // Expand is a no-op where the slope read x and has its shape already.
    return [emit.expand(dx, kept, shape, context.x[0])]
  }
}

/** The extreme elements of each group, sharing the gradient evenly as PyTorch's amax does. */
const extremum = reduction(({ emit, x, y, dy, axes }) => {
  const chosen = emit.where(emit.equal(x, y), 1, 0)
  return emit.mul(emit.div(dy, emit.reduceSum(chosen, axes)), chosen)
})

export const reductions: GradientRules = {
  ReduceSum: reduction(({ dy }) => dy),
  ReduceMean: reduction(({ emit, dy, count }) => emit.scale(dy, 1 / count())),
  ReduceMax: extremum,
  ReduceMin: extremum,
  ReduceL1: reduction(({ emit, x, dy }) => emit.mul(dy, emit.op('Sign', [x]))),
  ReduceL2: reduction(({ emit, x, y, dy }) => emit.mul(x, emit.where(emit.greater(y, 0), emit.div(dy, y), 0))),
  ReduceSumSquare: reduction(({ emit, x, dy }) => emit.mul(dy, emit.scale(x, 2))),
  ReduceLogSum: reduction(({ emit, y, dy }) => emit.div(dy, emit.exp(y))),
  ReduceLogSumExp: reduction(({ emit, x, y, dy }) => emit.mul(dy, emit.exp(emit.sub(x, y)))),
  /** The same sum from the other end. */
  CumSum: ({ dy, x, attributes, emit }) => {
    const reverse = 1 - attributes.int('reverse', 0)
    return [emit.op('CumSum', [dy, x[1]], { exclusive: attributes.int('exclusive', 0), reverse })]
  },
  /** The chosen elements get their gradient back, the others none. */
  TopK: ({ dy, x, node, attributes, opset, emit, fail }) => {
    const indices = node.output?.[1]
    if (!indices || opset < 11) return fail('its indices are not an output, or its opset is older than 11')
    return [emit.op('ScatterElements', [emit.zerosLike(x[0]), indices, dy], { axis: attributes.int('axis', -1) })]
  },
}
