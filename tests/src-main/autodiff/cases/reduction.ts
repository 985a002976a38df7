import { constant, exact, ints, single, x, type RuleCase } from '../rule-case.ts'

/** Each reduction as every opset writes its axes. */
function reductions(op: string, inputSince: number, options: Parameters<typeof x>[1] = {}, make = exact): RuleCase[] {
  const dims = [2, 3, 2, 2]
  const attributes = inputSince > 13 ? [9, 13] : [9]
  return [
    ...attributes.map((opset) => make(op, opset, `opset ${opset}, axes as an attribute`, [x(dims, options)], { axes: [2, 3], keepdims: 0 })),
    make(op, inputSince, `opset ${inputSince}, axes as an input`, [x(dims, options), ints(2, 3)], { keepdims: 0 }),
    make(op, inputSince, 'negative axis, dimensions kept', [x(dims, options), ints(-1)], { keepdims: 1 }),
    make(op, 12, 'negative axis as an attribute, dimensions kept', [x(dims, options)], { axes: [-3], keepdims: 1 }),
  ]
}

export const reductionCases: RuleCase[] = [
  ...reductions('ReduceSum', 13),
  ...reductions('ReduceMean', 18),
  ...reductions('ReduceMax', 18, { spaced: true }),
  ...reductions('ReduceMin', 18, { spaced: true }),
  ...reductions('ReduceL1', 18, { away: [0] }, single),
  ...reductions('ReduceL2', 18, { low: 0.3 }),
  ...reductions('ReduceSumSquare', 18),
  ...reductions('ReduceLogSum', 18, { low: 0.5 }, single),
  ...reductions('ReduceLogSumExp', 18),
  exact('ReduceSum', 13, 'empty axes and noop: nothing is summed', [x([2, 3]), ints()], { noop_with_empty_axes: 1 }),
  exact('CumSum', 14, 'forwards', [x([2, 4]), constant([1], [], 'int64')]),
  exact('CumSum', 11, 'backwards, exclusive', [x([2, 4]), constant([1], [], 'int64')], { reverse: 1, exclusive: 1 }),
  exact('TopK', 11, 'the two largest', [x([2, 5], { spaced: true }), ints(2)], {}, { outputs: 2 }),
  exact('TopK', 13, 'the smallest along an axis', [x([2, 5, 2], { spaced: true }), ints(1)], { axis: 1, largest: 0 }, { outputs: 2 }),
]
