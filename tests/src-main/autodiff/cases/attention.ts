import { float } from '../../../../src-main/onnx/attributes.ts'
import { constant, single, weights, x, type RuleCase } from '../rule-case.ts'

const heads = [2, 2, 3, 4]

export const attentionCases: RuleCase[] = [
  single('Attention', 23, 'heads apart', [x(heads), x(heads), x(heads)]),
  single('Attention', 23, 'tokens of both heads in one row', [x([2, 3, 8]), x([2, 3, 8]), x([2, 3, 8])], { q_num_heads: 2, kv_num_heads: 2 }),
  single('Attention', 23, 'a scale and an additive mask', [x(heads), x(heads), x(heads), weights([3, 3])], { scale: float(0.3) }),
  single('Attention', 23, 'a boolean mask', [x(heads), x(heads), x(heads), constant([1, 0, 1, 1, 1, 0, 1, 1, 1], [3, 3], 'bool')]),
]
