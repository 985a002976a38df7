import { float } from '../../../../src-main/onnx/attributes.ts'
import { constant, exact, ints, single, weights, x, type RuleCase } from '../rule-case.ts'

const image = [2, 3, 2, 2]
const apart = { away: [0] }

const binary = (op: string, options: { low?: number; high?: number } = {}): RuleCase[] => [
  exact(op, 13, 'equal shapes', [x(image, options), x(image, options)]),
  exact(op, 13, 'a weight a channel', [x(image, options), x([3, 1, 1], options)]),
  exact(op, 13, 'a gate [N, C, 1, 1]', [x(image, options), x([2, 3, 1, 1], options)]),
  exact(op, 13, 'a scalar', [x(image, options), x([], options)]),
  exact(op, 13, 'the left operand is repeated', [x([2, 1], options), x([2, 1, 2, 3], options)]),
  exact(op, 9, 'opset 9, constant operand', [x(image, options), weights([3, 1, 1], options)]),
]

const unary = (make: typeof exact, op: string, opset = 13, options: Parameters<typeof x>[1] = {}, attributes = {}): RuleCase => make(op, opset, `opset ${opset}`, [x(image, options)], attributes)

export const elementwiseCases: RuleCase[] = [
  ...binary('Add'),
  ...binary('Sub'),
  ...binary('Mul'),
  ...binary('Div', { low: 0.5, high: 2 }),
  exact('Mul', 14, 'a square: both operands are the same scale', [x(image), weights([1])]),

  exact('Pow', 13, 'a square', [x(image), constant([2], [])]),
  exact('Pow', 13, 'the first power', [x(image), constant([1], [])]),
  exact('Pow', 13, 'a cube of negative numbers', [x(image), constant([3], [])]),
  exact('Pow', 13, 'a root', [x(image, { low: 0.5 }), constant([0.5], [])]),
  exact('Pow', 13, 'an exponent a channel', [x(image, { low: 0.5 }), constant([0.5, 2, 3], [3, 1, 1])]),
  exact('Pow', 13, 'the exponent', [weights(image, { low: 0.5 }), x(image)]),
  exact('Pow', 9, 'opset 9', [x(image), constant([2], [])]),
  exact('Pow', 13, 'an integer exponent', [x(image), ints(2)]),

  exact('Sum', 13, 'three operands', [x(image), x([3, 1, 1]), x(image)]),
  exact('Sum', 9, 'one operand', [x(image)]),
  single('Mean', 13, 'three operands', [x(image), x([3, 1, 1]), x(image)]),
  exact('Max', 13, 'three operands', [x(image, { spaced: true }), weights(image), x([3, 1, 1], { low: 3, high: 4 })]),
  exact('Max', 9, 'opset 9', [x(image, { spaced: true }), constant([0.001], [1])]),
  exact('Min', 13, 'two operands, one repeated', [x(image, { spaced: true }), constant([0.001], [])]),
  exact('Min', 10, 'opset 10', [x(image, { spaced: true }), constant([0.001], [1])]),
  exact('Where', 13, 'both branches', [constant([1, 0, 1], [3, 1, 1], 'bool'), x(image), x([2, 2])]),
  exact('Where', 9, 'opset 9, a constant branch', [constant([1, 0, 0, 1], [2, 2], 'bool'), x(image), constant([0], [])]),
  exact('Mod', 13, 'the remainder', [x(image, { away: [-1, 0, 1] }), constant([1], [])], { fmod: 1 }),
  single('PRelu', 13, 'a slope a channel', [x(image, apart), x([3, 1, 1])]),
  single('PRelu', 9, 'one slope, opset 9', [x(image, apart), x([1])]),

  ...[9, 13].flatMap((opset) => [
    unary(exact, 'Identity', opset), unary(exact, 'Neg', opset), unary(exact, 'Abs', opset, apart), unary(exact, 'Sqrt', opset, { low: 0.3 }),
    unary(exact, 'Exp', opset), unary(exact, 'Log', opset, { low: 0.3 }), unary(exact, 'Reciprocal', opset, { low: 0.4 }),
    unary(exact, 'Relu', opset, apart), unary(exact, 'Sigmoid', opset), unary(exact, 'Tanh', opset),
    unary(single, 'Erf', opset), unary(single, 'Softplus', opset), unary(single, 'Softsign', opset),
    unary(single, 'LeakyRelu', opset, apart, { alpha: float(0.2) }), unary(single, 'Elu', opset, apart, { alpha: float(0.7) }),
    unary(single, 'Selu', opset, apart), unary(single, 'HardSigmoid', opset, { low: -4, high: 4, away: [-2.5, 2.5] }, { alpha: float(0.2), beta: float(0.5) }),
    unary(exact, 'Sin', opset), unary(exact, 'Cos', opset), unary(single, 'Tan', opset, { low: -1, high: 1 }), unary(single, 'Atan', opset),
    unary(single, 'Sinh', opset), unary(single, 'Cosh', opset), unary(single, 'Asinh', opset),
  ]),
  unary(single, 'Selu', 13, apart, { alpha: float(1.5), gamma: float(1.1) }),
  unary(single, 'Celu', 12, apart, { alpha: float(0.6) }),
  unary(single, 'ThresholdedRelu', 13, { away: [0.5] }, { alpha: float(0.5) }),
  unary(single, 'HardSwish', 14, { low: -4, high: 4, away: [-3, 3] }),
  unary(single, 'Mish', 18),
  unary(single, 'Gelu', 20),
  unary(single, 'Gelu', 20, {}, { approximate: 'tanh' }),
  unary(single, 'Swish', 24, {}, { alpha: float(1.3) }),
  unary(single, 'Swish', 24),

  single('Clip', 9, 'bounds as attributes', [x(image, { low: -2, high: 8, away: [0, 6] })], { min: float(0), max: float(6) }),
  exact('Clip', 13, 'bounds as inputs', [x(image, { low: -2, high: 8, away: [0, 6] }), constant([0], []), constant([6], [])]),
  exact('Clip', 13, 'only an upper bound', [x(image, { away: [0.5] }), null, constant([0.5], [])]),
  exact('Clip', 13, 'only a lower bound', [x(image, { away: [0.5] }), constant([0.5], [])]),
  exact('Clip', 13, 'no bound', [x(image)]),
  exact('Dropout', 9, 'inference', [x(image)], { ratio: float(0.5) }),
  exact('Dropout', 13, 'inference, ratio as an input', [x(image), constant([0.5], [], 'float32')]),
  exact('Dropout', 13, 'training mode with nothing to drop (torchvision\'s Swin)', [x(image), constant([0], [], 'float32'), constant([1], [], 'bool')]),
  single('Cast', 13, 'to double', [x(image)], { to: 11 }),
  single('CastLike', 15, 'to the same type', [x(image), weights([1])]),
]
