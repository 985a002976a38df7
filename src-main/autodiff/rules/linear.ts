import type { GradientRules, RuleContext } from '../rule.ts'
import type { Shape } from '../shapes.ts'

/** The order of axes with the last two exchanged. */
function swapLastTwo(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]
}

/** MatMul of tensors with at least two axes each: dA = dy·Bᵀ and dB = Aᵀ·dy, per matrix; batch axes may be broadcast. */
function matMul({ dy, x, xShape, yShape, emit }: RuleContext, a: Shape, b: Shape): { value: string; shape: Shape }[] {
  const outer = yShape.slice(0, -2)
  return [
    { value: emit.matmul(dy, emit.transpose(x[1], swapLastTwo(b.length))), shape: [...outer, ...xShape(0).slice(-2)] },
    { value: emit.matmul(emit.transpose(x[0], swapLastTwo(a.length)), dy), shape: [...outer, ...xShape(1).slice(-2)] },
  ]
}

/** The terms of an Einsum equation, without blanks; null if it has an ellipsis. */
function parseEquation(equation: string, operands: number): { inputs: string[]; output: string } | null {
  const [left, right] = equation.replaceAll(' ', '').split('->')
  const inputs = left.split(',')
  if (equation.includes('.') || inputs.length !== operands) return null
  const letters = [...left.replaceAll(',', '')]
  const implicit = [...new Set(letters)].filter((letter) => letters.filter((other) => other === letter).length === 1).sort().join('')
  return { inputs, output: right ?? implicit }
}

export const linear: GradientRules = {
  MatMul: (context) => {
    const { dy, x, xShape, yShape, emit } = context
    const [a, b] = [xShape(0), xShape(1)]
    if (a.length > 1 && b.length > 1) return matMul(context, a, b)
    // A vector operand is a matrix with one row or column that MatMul takes away again.
    const wideA: Shape = a.length === 1 ? [1, a[0]] : a
    const wideB: Shape = b.length === 1 ? [b[0], 1] : b
    const outer = yShape.slice(0, yShape.length - (a.length === 1 ? 0 : 1) - (b.length === 1 ? 0 : 1))
    const wideDy = emit.unsqueeze(dy, [...(a.length === 1 ? [outer.length] : []), ...(b.length === 1 ? [outer.length + 1] : [])])
    const wide: RuleContext = {
      ...context,
      dy: wideDy,
      x: [a.length === 1 ? emit.unsqueeze(x[0], [0]) : x[0], b.length === 1 ? emit.unsqueeze(x[1], [1]) : x[1]],
      yShape: [...outer, wideA[wideA.length - 2], wideB[wideB.length - 1]],
      xShape: (index) => (index === 0 ? wideA : wideB),
    }
    const [da, db] = matMul(wide, wideA, wideB)
    return [
      a.length === 1 ? { value: emit.squeeze(da.value, [da.shape.length - 2]), shape: da.shape.toSpliced(-2, 1) } : da,
      b.length === 1 ? { value: emit.squeeze(db.value, [db.shape.length - 1]), shape: db.shape.slice(0, -1) } : db,
    ]
  },

  Gemm: ({ dy, x, yShape, attributes, emit }) => {
    const transA = attributes.int('transA', 0)
    const transB = attributes.int('transB', 0)
    const alpha = attributes.float('alpha', 1)
    const da = transA ? emit.gemm(x[1], dy, { transA: transB, transB: 1, alpha }) : emit.gemm(dy, x[1], { transB: 1 - transB, alpha })
    const db = transB ? emit.gemm(dy, x[0], { transA: 1, transB: transA, alpha }) : emit.gemm(x[0], dy, { transA: 1 - transA, alpha })
    return [da, db, { value: emit.scale(dy, attributes.float('beta', 1)), shape: yShape }]
  },

  /** Each operand's gradient is an Einsum of dy with the other operands. */
  Einsum: ({ dy, x, attributes, emit, fail }) => {
    const parsed = parseEquation(attributes.string('equation', ''), x.length)
    if (!parsed) return fail('its equation has an ellipsis')
    const { inputs, output } = parsed
    return inputs.map((term, index) => {
      const others = inputs.filter((_, other) => other !== index)
      const available = output + others.join('')
      if (new Set(term).size !== term.length || [...term].some((letter) => !available.includes(letter))) return null
      const equation = `${[output, ...others].join(',')}->${term}`
      return emit.op('Einsum', [dy, ...x.filter((_, other) => other !== index)], { equation })
    })
  },
}
