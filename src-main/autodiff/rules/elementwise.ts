import { isFloat } from '../../onnx/element-types.ts'
import { broadcasting, noGradient, refused, type GradientRules, type RuleContext } from '../rule.ts'

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI)
const SELU_ALPHA = 1.67326319217681884765625
const SELU_GAMMA = 1.05070102214813232421875

/** A bound of Clip: an attribute before opset 11, an input since. */
function bound(context: RuleContext, name: 'min' | 'max', index: number): string | null {
  if (context.opset < 11) return context.attributes.has(name) ? context.emit.scalar(context.attributes.float(name, 0)) : null
  return context.x[index] || null
}

/** 1 where the input is the largest (smallest) of all, shared evenly between ties as PyTorch's amax and maximum do. */
function extremum({ dy, x, y, emit }: RuleContext): string[] {
  const chosen = x.map((name) => emit.where(emit.equal(name, y), 1, 0))
  const ties = chosen.reduce((total, part) => emit.add(total, part))
  const share = emit.div(dy, ties)
  return chosen.map((part) => emit.mul(share, part))
}

/** d gelu / dx for the exact form: Φ(x) + x·φ(x) (Hendrycks & Gimpel 2016). */
function geluSlope({ emit, x }: RuleContext): string {
  const cdf = emit.scale(emit.shift(emit.op('Erf', [emit.scale(x[0], Math.SQRT1_2)]), 1), 0.5)
  const density = emit.scale(emit.exp(emit.scale(emit.square(x[0]), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return emit.add(cdf, emit.mul(x[0], density))
}

/** d gelu / dx for the tanh form: with t = tanh(√(2/π)(x + 0.044715x³)), ½(1+t) + ½x(1−t²)√(2/π)(1+3·0.044715x²). */
function geluTanhSlope({ emit, x }: RuleContext): string {
  const c = Math.sqrt(2 / Math.PI)
  const squared = emit.square(x[0])
  const inner = emit.mul(x[0], emit.shift(emit.scale(squared, 0.044715 * c), c))
  const t = emit.op('Tanh', [inner])
  const slope = emit.shift(emit.scale(squared, 3 * 0.044715 * c), c)
  const curve = emit.mul(emit.mul(emit.scale(x[0], 0.5), emit.sub(emit.scalar(1), emit.square(t))), slope)
  return emit.add(emit.scale(emit.shift(t, 1), 0.5), curve)
}

/** Operators that work element by element; operands may be broadcast, the walker undoes it. */
export const elementwise: GradientRules = broadcasting({
  Add: ({ dy }) => [dy, dy],
  Sub: ({ dy, emit }) => [dy, emit.neg(dy)],
  Mul: ({ dy, x, emit }) => [emit.mul(dy, x[1]), emit.mul(dy, x[0])],
  Div: ({ dy, x, y, emit }) => {
    const share = emit.div(dy, x[1])
    return [share, emit.neg(emit.mul(share, y))]
  },
  Pow: ({ dy, x, y, emit, constant, wants, xType, fail }) => {
    if (wants(1)) return [wants(0) ? fail('its base and its exponent both depend on the layer') : null, emit.mul(dy, emit.mul(y, emit.op('Log', [x[0]])))]
    const exponent = constant(1)?.data
    if (exponent?.length === 1) {
      if (exponent[0] === 0) return [emit.mul(dy, emit.scalar(0))]
      const power = exponent[0] === 2 ? x[0] : exponent[0] === 1 ? emit.scalar(1) : emit.pow(x[0], exponent[0] - 1)
      return [emit.mul(dy, emit.scale(power, exponent[0]))]
    }
    const floatExponent = isFloat(xType(1)) ? x[1] : emit.cast(x[1], emit.type)
    return [emit.mul(dy, emit.mul(floatExponent, emit.op('Pow', [x[0], emit.shift(floatExponent, -1)])))]
  },
  Sum: ({ dy, x }) => x.map(() => dy),
  Mean: ({ dy, x, emit }) => x.map(() => emit.scale(dy, 1 / x.length)),
  Max: extremum,
  Min: extremum,
  Where: ({ dy, x, emit }) => [null, emit.where(x[0], dy, 0), emit.where(x[0], 0, dy)],
  Mod: ({ dy, wants, fail }) => (wants(1) ? fail('its divisor depends on the layer') : [dy]),
  PRelu: ({ dy, x, emit }) => [emit.where(emit.greater(x[0], 0), dy, emit.mul(dy, x[1])), emit.where(emit.greater(x[0], 0), 0, emit.mul(dy, x[0]))],

  Identity: ({ dy }) => [dy],
  Neg: ({ dy, emit }) => [emit.neg(dy)],
  Abs: ({ dy, x, emit }) => [emit.where(emit.greater(x[0], 0), dy, emit.where(emit.less(x[0], 0), emit.neg(dy), 0))],
  Sqrt: ({ dy, y, emit }) => [emit.div(emit.scale(dy, 0.5), y)],
  Exp: ({ dy, y, emit }) => [emit.mul(dy, y)],
  Log: ({ dy, x, emit }) => [emit.div(dy, x[0])],
  Reciprocal: ({ dy, y, emit }) => [emit.neg(emit.mul(dy, emit.square(y)))],
  Erf: ({ dy, x, emit }) => [emit.mul(dy, emit.scale(emit.exp(emit.neg(emit.square(x[0]))), TWO_OVER_SQRT_PI))],
  Sin: ({ dy, x, emit }) => [emit.mul(dy, emit.op('Cos', [x[0]]))],
  Cos: ({ dy, x, emit }) => [emit.neg(emit.mul(dy, emit.op('Sin', [x[0]])))],
  Tan: ({ dy, y, emit }) => [emit.mul(dy, emit.shift(emit.square(y), 1))],
  Atan: ({ dy, x, emit }) => [emit.div(dy, emit.shift(emit.square(x[0]), 1))],
  Sinh: ({ dy, x, emit }) => [emit.mul(dy, emit.op('Cosh', [x[0]]))],
  Cosh: ({ dy, x, emit }) => [emit.mul(dy, emit.op('Sinh', [x[0]]))],
  Asinh: ({ dy, x, emit }) => [emit.div(dy, emit.sqrt(emit.shift(emit.square(x[0]), 1)))],

  // Derivative 0 at the kink, as in PyTorch. Written with the output where that says the same: the input need not be kept.
  Relu: ({ dy, y, emit }) => [emit.where(emit.greater(y, 0), dy, 0)],
  Clip: (context) => {
    const { dy, y, emit } = context
    const low = bound(context, 'min', 1)
    const high = bound(context, 'max', 2)
    const inside = [low && emit.greater(y, low), high && emit.less(y, high)].filter((condition) => condition !== null)
    return [inside.length === 0 ? dy : emit.where(inside.reduce((a, b) => emit.and(a, b)), dy, 0)]
  },
  LeakyRelu: ({ dy, x, attributes, emit }) => [emit.where(emit.greater(x[0], 0), dy, emit.scale(dy, attributes.float('alpha', 0.01)))],
  ThresholdedRelu: ({ dy, x, attributes, emit }) => [emit.where(emit.greater(x[0], attributes.float('alpha', 1)), dy, 0)],
  Elu: ({ dy, x, y, attributes, emit }) => [emit.where(emit.greater(x[0], 0), dy, emit.mul(dy, emit.shift(y, attributes.float('alpha', 1))))],
  Selu: ({ dy, x, y, attributes, emit }) => {
    const alpha = attributes.float('alpha', SELU_ALPHA)
    const gamma = attributes.float('gamma', SELU_GAMMA)
    return [emit.where(emit.greater(x[0], 0), emit.scale(dy, gamma), emit.mul(dy, emit.shift(y, alpha * gamma)))]
  },
  Celu: ({ dy, x, attributes, emit }) => [emit.mul(dy, emit.exp(emit.where(emit.greater(x[0], 0), 0, emit.scale(x[0], 1 / attributes.float('alpha', 1)))))],
  Sigmoid: ({ dy, y, emit }) => [emit.mul(dy, emit.mul(y, emit.sub(emit.scalar(1), y)))],
  HardSigmoid: ({ dy, y, attributes, emit }) => [emit.where(emit.and(emit.greater(y, 0), emit.less(y, 1)), emit.scale(dy, attributes.float('alpha', 0.2)), 0)],
  HardSwish: ({ dy, x, emit }) => {
    const middle = emit.mul(dy, emit.shift(emit.scale(x[0], 1 / 3), 0.5))
    return [emit.where(emit.less(x[0], 3), emit.where(emit.greater(x[0], -3), middle, 0), dy)]
  },
  Tanh: ({ dy, y, emit }) => [emit.mul(dy, emit.sub(emit.scalar(1), emit.square(y)))],
  Softplus: ({ dy, x, emit }) => [emit.mul(dy, emit.op('Sigmoid', [x[0]]))],
  Softsign: ({ dy, x, emit }) => [emit.div(dy, emit.square(emit.shift(emit.op('Abs', [x[0]]), 1)))],
  // x·tanh(softplus(x)): tanh(s) + x·(1 − tanh²(s))·σ(x).
  Mish: ({ dy, x, emit }) => {
    const t = emit.op('Tanh', [emit.op('Softplus', [x[0]])])
    const slope = emit.mul(emit.mul(x[0], emit.sub(emit.scalar(1), emit.square(t))), emit.op('Sigmoid', [x[0]]))
    return [emit.mul(dy, emit.add(t, slope))]
  },
  // x·σ(αx): σ + αx·σ·(1 − σ).
  Swish: ({ dy, x, attributes, emit }) => {
    const alpha = attributes.float('alpha', 1)
    const s = emit.op('Sigmoid', [emit.scale(x[0], alpha)])
    return [emit.mul(dy, emit.add(s, emit.mul(emit.scale(x[0], alpha), emit.mul(s, emit.sub(emit.scalar(1), s)))))]
  },
  Gelu: (context) => {
    const tanh = context.attributes.string('approximate', 'none') === 'tanh'
    return [context.emit.mul(context.dy, tanh ? geluTanhSlope(context) : geluSlope(context))]
  },
  Dropout: ({ dy, x, constant, fail }) => {
    // torchvision's Swin leaves it in training mode, with nothing to drop.
    const training = x[2] !== undefined && x[2] !== '' && constant(2)?.data[0] !== 0
    return training && constant(1)?.data[0] !== 0 ? fail('it is in training mode') : [dy]
  },
  Cast: ({ dy, xType, emit }) => [emit.cast(dy, xType(0))],
  CastLike: ({ dy, xType, emit }) => [emit.cast(dy, xType(0))],

  Sign: noGradient,
  Floor: noGradient,
  Ceil: noGradient,
  Round: noGradient,
  Asin: refused('its slope is infinite at the ends of its range'),
  Acos: refused('its slope is infinite at the ends of its range'),
  Acosh: refused('its slope is infinite at the end of its range'),
  Atanh: refused('its slope is infinite at the ends of its range'),
})
