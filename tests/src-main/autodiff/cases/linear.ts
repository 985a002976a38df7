import { float } from '../../../../src-main/onnx/attributes.ts'
import { exact, single, weights, x, type RuleCase } from '../rule-case.ts'

const gemm = [0, 1].flatMap((transA) => [0, 1].map((transB): RuleCase => exact(
  'Gemm', 13, `transA ${transA}, transB ${transB}`,
  [x(transA ? [3, 2] : [2, 3]), x(transB ? [4, 3] : [3, 4]), x([4])], { transA, transB, alpha: float(0.7), beta: float(1.3) },
)))

export const linearCases: RuleCase[] = [
  exact('MatMul', 13, 'tokens by a weight matrix', [x([2, 3, 4]), weights([4, 5])]),
  exact('MatMul', 13, 'both depend on the layer, as in attention', [x([2, 2, 3, 4]), x([2, 2, 4, 3])]),
  exact('MatMul', 13, 'the right operand is repeated', [x([2, 2, 3, 4]), x([4, 3])]),
  exact('MatMul', 13, 'the left operand is repeated', [x([1, 3, 4]), x([2, 4, 2])]),
  exact('MatMul', 13, 'a weight on the left', [weights([5, 3]), x([2, 3, 4])]),
  exact('MatMul', 13, 'matrix by vector', [x([2, 3, 4]), x([4])]),
  exact('MatMul', 13, 'vector by matrix', [x([3]), x([2, 3, 4])]),
  exact('MatMul', 13, 'vector by vector', [x([3]), x([3])]),
  exact('MatMul', 9, 'opset 9', [x([2, 4]), weights([4, 5])]),
  ...gemm,
  exact('Gemm', 9, 'opset 9: three inputs', [x([2, 3]), weights([4, 3]), weights([4])], { transB: 1 }),
  exact('Gemm', 11, 'no third input', [x([2, 3]), weights([3, 4])]),
  exact('Gemm', 13, 'a bias [N, 1]', [x([2, 3]), weights([3, 4]), x([2, 1])]),
  exact('Einsum', 12, 'attention weights', [x([2, 2, 3, 4]), x([2, 2, 5, 4])], { equation: 'bhid,bhjd->bhij' }),
  exact('Einsum', 12, 'a projection', [x([2, 3, 4]), weights([4, 5])], { equation: 'btc,cd->btd' }),
  exact('Einsum', 12, 'an outer product', [x([2, 3]), x([2, 4])], { equation: 'ni,nj->nij' }),
  exact('Einsum', 12, 'a transposition', [x([2, 3, 4])], { equation: 'nij->nji' }),
  exact('Einsum', 12, 'output implied', [x([2, 3]), weights([3, 4])], { equation: 'ab,bc' }),
  single('Einsum', 13, 'MaxViT: gating by channel', [x([2, 3, 2, 2]), x([2, 3])], { equation: 'nchw,nc->nchw' }),
]
