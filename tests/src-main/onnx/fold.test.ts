import { describe, expect, it } from 'vitest'
import { float, type AttributeValue } from '../../../src-main/onnx/attributes.ts'
import { foldRules } from '../../../src-main/onnx/fold-rules.ts'
import { ConstantFolder } from '../../../src-main/onnx/fold.ts'
import { Graph } from '../../../src-main/onnx/graph.ts'
import type { NodeProto, TensorProto } from '../../../src-main/onnx/proto.ts'
import { makeTensor } from '../../../src-main/onnx/tensors.ts'
import { makeModel, modelBytes, node, value } from '../../fixtures/onnx/build.ts'
import { openSession } from '../../fixtures/onnx/runtime.ts'

interface Case { readonly op: string; readonly about: string; readonly nodes: readonly NodeProto[]; readonly initializers: readonly TensorProto[]; readonly opset: number }

const f = (data: number[], dims = [data.length]) => ({ type: 'float32' as const, data, dims })
const i = (data: number[], dims = [data.length]) => ({ type: 'int64' as const, data, dims })
const b = (data: number[], dims = [data.length]) => ({ type: 'bool' as const, data, dims })
type Given = ReturnType<typeof f> | ReturnType<typeof i> | ReturnType<typeof b>

const one = (op: string, about: string, given: Given[], attributes: Record<string, AttributeValue> = {}, opset = 13, outputs = ['y']): Case => ({
  op, about, opset,
  nodes: [node(op, given.map((_, at) => `c${at}`), outputs, attributes)],
  initializers: given.map(({ type, dims, data }, at) => makeTensor(`c${at}`, type, dims, data)),
})
const grid = i([1, 2, 3, 4, 5, 6], [2, 3])
const pair = (op: string): Case => one(op, 'integers, broadcast', [grid, i([2, 5, 3])])
const compare = (op: string): Case => one(op, 'integers, broadcast', [grid, i([2, 5, 3])], {}, 16)
const unary = (op: string): Case => one(op, 'floats', [f([0.5, 1.5, 2.25])])

const CASES: Case[] = [
  one('Constant', 'a tensor', [], { value: { tensor: makeTensor('', 'int64', [2], [3, 4]) } }),
  one('Constant', 'an integer', [], { value_int: 7 }),
  one('Constant', 'a float', [], { value_float: float(0.5) }),
  one('Constant', 'a list of integers', [], { value_ints: [1, 2] }),
  { op: 'Shape', about: 'of the input', opset: 13, nodes: [node('Shape', ['x'], ['y'])], initializers: [] },
  { op: 'Shape', about: 'a part of it (opset 15)', opset: 15, nodes: [node('Shape', ['x'], ['y'], { start: 1, end: -1 })], initializers: [] },
  { op: 'Size', about: 'of the input', opset: 13, nodes: [node('Size', ['x'], ['y'])], initializers: [] },
  one('Identity', 'integers', [grid]),
  one('Cast', 'floats to integers', [f([1.7, -1.7])], { to: 7 }),
  one('Cast', 'integers to booleans', [i([0, 3])], { to: 9 }),
  one('Cast', 'integers to floats', [i([0, 3])], { to: 1 }),
  one('CastLike', 'floats to integers', [f([1.7, -1.7]), i([1])], {}, 15),
  pair('Add'), pair('Sub'), pair('Mul'), pair('Div'), pair('Min'), pair('Max'), pair('Pow'),
  one('Div', 'towards zero', [i([-7, 7]), i([2])]),
  one('Mod', 'the divisor\'s sign', [i([-7, 7]), i([3])]),
  one('Mod', 'fmod: the dividend\'s sign', [i([-7, 7]), i([3])], { fmod: 1 }),
  one('And', 'booleans', [b([0, 1, 1]), b([1, 0, 1])]),
  one('Or', 'booleans', [b([0, 1, 0]), b([1, 0, 0])]),
  one('Not', 'booleans', [b([0, 1])]),
  ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].map(compare),
  ...['Neg', 'Abs', 'Floor', 'Ceil', 'Sqrt', 'Exp', 'Log', 'Reciprocal'].map(unary),
  one('ReduceProd', 'one axis', [grid], { axes: [1], keepdims: 0 }),
  one('ReduceProd', 'all', [grid], { keepdims: 0 }),
  one('ReduceSum', 'axes as an input', [grid, i([-1])]),
  one('ReduceMax', 'one axis', [grid], { axes: [0] }),
  one('ReduceMin', 'one axis', [grid], { axes: [0] }),
  one('Reshape', '0 and −1', [i([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), i([0, -1])]),
  one('Flatten', 'axis 1', [i([1, 2, 3, 4], [2, 2, 1])]),
  one('Squeeze', 'axes', [i([1, 2], [1, 2, 1]), i([0])]),
  one('Squeeze', 'no axes', [i([1, 2], [1, 2, 1])]),
  one('Unsqueeze', 'axes', [grid, i([0, -1])]),
  one('Unsqueeze', 'axes as an attribute', [grid], { axes: [1] }, 11),
  one('Transpose', 'perm', [i([1, 2, 3, 4, 5, 6], [1, 2, 3])], { perm: [2, 0, 1] }),
  one('Transpose', 'no perm', [grid]),
  one('Concat', 'the last axis', [grid, i([7, 8], [2, 1])], { axis: -1 }),
  one('Slice', 'a step', [i([0, 1, 2, 3, 4, 5]), i([1]), i([5]), i([0]), i([2])]),
  one('Slice', 'backwards to the start', [i([0, 1, 2, 3]), i([-1]), i([-9]), i([0]), i([-1])]),
  one('Slice', 'attributes', [grid], { starts: [-2], ends: [9999], axes: [1] }, 9),
  one('Gather', 'a row', [grid, i([1], [])], { axis: 0 }),
  one('Gather', 'columns, one negative', [grid, i([0, -1, 1, 0], [2, 2])], { axis: 1 }),
  one('Range', 'by twos', [i([1], []), i([8], []), i([2], [])]),
  one('ConstantOfShape', 'a value', [i([2, 2])], { value: { tensor: makeTensor('', 'int64', [1], [5]) } }),
  one('ConstantOfShape', 'zeros', [i([3])]),
  one('Expand', 'rows', [i([1, 2], [2, 1]), i([3, 1, 2])]),
  one('Tile', 'both axes', [grid, i([2, 2])]),
  one('Where', 'broadcast', [b([0, 1, 1]), grid, i([0], [])]),
  one('ScatterND', 'rows', [grid, i([1], [1, 1]), i([9, 9, 9], [1, 3])]),
  one('Split', 'equal parts, the second', [i([1, 2, 3, 4])], { axis: 0 }, 11, ['other', 'y']),
  one('Split', 'sizes as an input', [grid, i([1, 2])], { axis: 1 }, 13, ['other', 'y']),
]

describe('constants are folded to what ONNX Runtime computes', () => {
  for (const { op, about, opset, nodes, initializers } of CASES) {
    it(`${op}, ${about}`, async () => {
      const graph = { opset, nodes, inputs: [value('x', 'float32', [2, 3, 4])], outputs: ['y'], initializers }
      // The input is used, so that ONNX Runtime keeps it.
      const used = { ...graph, nodes: [...nodes, node('Identity', ['x'], ['kept'])], outputs: ['y', 'kept'] }
      const session = await openSession(modelBytes(used), { level: 'disabled' })
      const { y } = await session.run({ x: { type: 'float32', dims: [2, 3, 4], data: new Array<number>(24).fill(0) } })
      const shapes: Record<string, number[]> = { x: [2, 3, 4], y: [...y.dims], ...Object.fromEntries(initializers.map(({ name, dims }) => [name, [...dims!]])) }
      const folded = new ConstantFolder(new Graph(makeModel(graph).graph!), opset, (name) => shapes[name] ?? null).value('y')
      expect(folded?.dims).toEqual([...y.dims])
      expect(folded?.data.length).toBe(y.data.length)
      folded!.data.forEach((found, at) => expect(found).toBeCloseTo(y.data[at], 6))
    })
  }

  it('every rule has a case', () => {
    expect([...new Set(CASES.map(({ op }) => op))].sort()).toEqual(Object.keys(foldRules).sort())
  })

  it('what depends on the input stays unknown', () => {
    const graph = new Graph({ node: [node('Relu', ['x'], ['r']), node('Add', ['r', 'r'], ['y'])], input: [value('x', 'float32', [2])], output: [{ name: 'y' }] })
    expect(new ConstantFolder(graph, 13, () => null).value('y')).toBeNull()
  })

  const constant = (name: string, dims: number[], data: number[]) => makeTensor(name, 'int64', dims, data)
  it.each([
    ['a shape with a negative size', [node('ConstantOfShape', ['a'], ['y'])], [constant('a', [1], [-3])]],
    ['a shape beyond all memory', [node('ConstantOfShape', ['a'], ['y'])], [constant('a', [2], [2 ** 31, 2 ** 20])]],
    ['a range that never ends', [node('Range', ['a', 'b', 'c'], ['y'])], [constant('a', [], [0]), constant('b', [], [9]), constant('c', [], [0])]],
    ['an expansion beyond all memory', [node('Expand', ['a', 'b'], ['y'])], [constant('a', [1], [1]), constant('b', [2], [2 ** 30, 2 ** 20])]],
    ['an axis that is not there', [node('Gather', ['a', 'b'], ['y'], { axis: 5 })], [constant('a', [2], [1, 2]), constant('b', [1], [0])]],
    ['an index that is not there', [node('Gather', ['a', 'b'], ['y'])], [constant('a', [2], [1, 2]), constant('b', [1], [7])]],
    ['an order of axes that is none', [node('Transpose', ['a'], ['y'], { perm: [0, 3] })], [constant('a', [1, 2], [1, 2])]],
    ['no parts', [node('Concat', [], ['y'], { axis: 0 })], []],
    ['a size that does not divide', [node('Reshape', ['a', 'b'], ['y'])], [constant('a', [3], [1, 2, 3]), constant('b', [2], [-1, 2])]],
  ])('%s stays unknown', (_, nodes, initializer) => {
    const graph = new Graph({ node: nodes, initializer, input: [], output: [{ name: 'y' }] })
    expect(new ConstantFolder(graph, 13, () => null).value('y')).toBeNull()
  })

  it('a chain of any length ends', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => node('Neg', [i === 0 ? 'a' : `n${i - 1}`], [`n${i}`]))
    const folder = new ConstantFolder(new Graph({ node: chain, initializer: [constant('a', [1], [4])], input: [], output: [] }), 13, () => null)
    expect(folder.value('n19999')).toBeNull()
    expect(folder.value('n2')!.data).toEqual([-4])
  })
})
