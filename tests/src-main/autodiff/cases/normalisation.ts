import { float } from '../../../../src-main/onnx/attributes.ts'
import { exact, single, weights, x, type RuleCase } from '../rule-case.ts'

const scale = weights([4], { low: 0.5 })
const bias = weights([4])

export const normalisationCases: RuleCase[] = [
  single('BatchNormalization', 9, 'opset 9', [x([2, 4, 2, 2]), scale, bias, bias, scale], { epsilon: float(1e-3) }),
  single('BatchNormalization', 15, 'opset 15', [x([2, 4, 3]), scale, bias, bias, scale]),
  single('BatchNormalization', 13, 'two dimensions', [x([2, 4]), scale, bias, bias, scale]),
  single('InstanceNormalization', 9, 'an image', [x([2, 4, 3, 2]), scale, bias], { epsilon: float(1e-3) }),
  exact('LayerNormalization', 17, 'the last axis', [x([2, 3, 4]), scale, bias], { axis: -1, epsilon: float(1e-5) }),
  exact('LayerNormalization', 17, 'two axes', [x([2, 3, 4]), weights([3, 4]), weights([3, 4])], { axis: 1 }),
  exact('LayerNormalization', 17, 'no bias', [x([2, 3, 4]), scale]),
  single('GroupNormalization', 18, 'a scale a group (opset 18)', [x([2, 4, 2, 2]), weights([2], { low: 0.5 }), weights([2])], { num_groups: 2 }),
  single('GroupNormalization', 21, 'a scale a channel (opset 21)', [x([2, 4, 2, 2]), scale, bias], { num_groups: 2 }),
  single('RMSNormalization', 23, 'the last axis', [x([2, 3, 4], { low: 0.3 }), scale], { axis: -1 }),
  single('LpNormalization', 13, 'p = 2', [x([2, 3, 2], { low: 0.3 })], { axis: 1, p: 2 }),
  single('LpNormalization', 13, 'p = 1', [x([2, 3, 2], { low: 0.3 })], { axis: 1, p: 1 }),
  single('LRN', 13, 'an odd window', [x([2, 5, 2, 2])], { size: 3, alpha: float(0.5), beta: float(0.75), bias: float(1) }),
  single('LRN', 9, 'as wide as the channels', [x([2, 5, 2, 2])], { size: 5, alpha: float(0.5), beta: float(0.6), bias: float(2) }),
  exact('Softmax', 13, 'the last axis', [x([2, 3, 4])]),
  exact('Softmax', 13, 'another axis', [x([2, 3, 4])], { axis: 1 }),
  exact('Softmax', 11, 'before opset 13: everything from the axis on is one row', [x([2, 3, 4])], { axis: 1 }),
  exact('LogSoftmax', 13, 'the last axis', [x([2, 5])]),
  exact('LogSoftmax', 9, 'opset 9', [x([2, 5])]),
]
