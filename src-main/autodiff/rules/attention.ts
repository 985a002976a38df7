import type { GradientRules, RuleContext } from '../rule.ts'
import { isStatic, type Shape } from '../shapes.ts'

/** [N, tokens, heads·d] as [N, heads, tokens, d]; four dimensions stay as they are. */
function headsApart({ emit, fail }: RuleContext, value: string, shape: Shape, heads: number): { value: string; shape: Shape } {
  if (shape.length === 4) return { value, shape }
  const width = shape[2]
  if (!isStatic(width)) return fail('its width depends on the batch')
  const apart: Shape = [shape[0], shape[1], heads, width / heads]
  return { value: emit.transpose(emit.reshape(value, apart), [0, 2, 1, 3]), shape: [apart[0], heads, apart[1], apart[3]] }
}

function headsTogether({ emit }: RuleContext, value: string, wanted: Shape): string {
  return wanted.length === 4 ? value : emit.reshape(emit.transpose(value, [0, 2, 1, 3]), wanted)
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017, eq. 1), Y = P·V with P = softmax(s·Q·Kᵀ + mask), as ONNX has it since opset 23:
 * dV = Pᵀ·dY, dS = P ∘ (dY·Vᵀ − Σ P ∘ dY·Vᵀ), dQ = s·dS·K, dK = s·dSᵀ·Q. P is computed once more.
 */
export const attention: GradientRules = {
  Attention: (context) => {
    const { dy, x, xShape, yShape, attributes, emit, wants, fail } = context
    if (attributes.int('is_causal', 0) === 1 || attributes.float('softcap', 0) !== 0) return fail('it is causal or has a soft cap, as in language models')
    if (x.slice(4).some((name) => name !== '') || wants(3)) return fail('it has a past, or its mask depends on the layer')
    const queryHeads = attributes.int('q_num_heads', 0)
    const keyHeads = attributes.int('kv_num_heads', queryHeads)
    const q = headsApart(context, x[0], xShape(0), queryHeads)
    const k = headsApart(context, x[1], xShape(1), keyHeads)
    const v = headsApart(context, x[2], xShape(2), keyHeads)
    if (q.shape[1] !== k.shape[1]) return fail('groups of queries share keys')
    const depth = q.shape[3] as number
    const scale = attributes.has('scale') ? attributes.float('scale', 0) : 1 / Math.sqrt(depth)
    const swap = [0, 1, 3, 2]
    const plain = emit.scale(emit.matmul(q.value, emit.transpose(k.value, swap)), scale)
    const masked = x[3] ? (context.xType(3) === 'bool' ? emit.where(x[3], plain, -1e9) : emit.add(plain, x[3])) : plain
    const p = emit.op('Softmax', [masked], { axis: -1 })
    const dyApart = headsApart(context, dy, yShape, queryHeads).value
    const dp = emit.matmul(dyApart, emit.transpose(v.value, swap))
    const ds = emit.scale(emit.mul(p, emit.sub(dp, emit.reduceSum(emit.mul(dp, p), [3]))), scale)
    return [
      headsTogether(context, emit.matmul(ds, k.value), xShape(0)),
      headsTogether(context, emit.matmul(emit.transpose(ds, swap), q.value), xShape(1)),
      headsTogether(context, emit.matmul(emit.transpose(p, swap), dyApart), xShape(2)),
    ]
  },
}
