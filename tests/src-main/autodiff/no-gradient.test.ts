import { describe, expect, it } from 'vitest'
import { differentiate } from '../../../src-main/autodiff/differentiate.ts'
import { GraphBuilder } from '../../../src-main/autodiff/emitter.ts'
import type { TensorFacts } from '../../../src-main/autodiff/probe.ts'
import { gradientRules } from '../../../src-main/autodiff/rules/table.ts'
import { isFloat } from '../../../src-main/onnx/element-types.ts'
import { Graph } from '../../../src-main/onnx/graph.ts'
import { makeTensor } from '../../../src-main/onnx/tensors.ts'
import { modelBytes, node, value } from '../../fixtures/onnx/build.ts'
import { openSession, runProbe } from '../../fixtures/onnx/runtime.ts'

const floats = (name: string, data: number[], dims = [data.length]) => makeTensor(name, 'float32', dims, data)
const int64 = (name: string, data: number[], dims = [data.length]) => makeTensor(name, 'int64', dims, data)

interface Case { readonly nodes: ReturnType<typeof node>[]; readonly initializers?: ReturnType<typeof makeTensor>[] }

const one = (op: string, inputs: string[] = ['x'], attributes = {}, initializers: ReturnType<typeof makeTensor>[] = []): Case => ({ nodes: [node(op, inputs, ['y'], attributes)], initializers })
const compared = (op: string): Case => one(op, ['x', 'c'], {}, [floats('c', [0.1])])
const logical = (op: string): Case => ({ nodes: [node('Greater', ['x', 'c'], ['a']), node('Less', ['x', 'd'], ['b']), node(op, ['a', 'b'], ['y'])], initializers: [floats('c', [0.1]), floats('d', [0.9])] })

/** Every operator without a gradient, reading a float [2, 3] called x. */
const CASES: Record<string, Case> = {
  Sign: one('Sign'), Floor: one('Floor'), Ceil: one('Ceil'), Round: one('Round'),
  Shape: one('Shape'), Size: one('Size'), NonZero: one('NonZero'), ArgMax: one('ArgMax'), ArgMin: one('ArgMin'),
  Constant: { nodes: [node('Constant', [], ['y'], { value_int: 3 })] },
  ConstantOfShape: { nodes: [node('Shape', ['x'], ['s']), node('ConstantOfShape', ['s'], ['y'])] },
  EyeLike: one('EyeLike'),
  Range: { nodes: [node('Size', ['x'], ['n']), node('Range', ['zero', 'n', 'one'], ['y'])], initializers: [int64('zero', [0], []), int64('one', [1], [])] },
  OneHot: { nodes: [node('ArgMax', ['x'], ['i'], { axis: 1, keepdims: 0 }), node('OneHot', ['i', 'depth', 'offOn'], ['y'])], initializers: [int64('depth', [3], []), floats('offOn', [0, 1])] },
  Equal: compared('Equal'), Less: compared('Less'), LessOrEqual: compared('LessOrEqual'), Greater: compared('Greater'), GreaterOrEqual: compared('GreaterOrEqual'),
  Not: { nodes: [node('Greater', ['x', 'c'], ['a']), node('Not', ['a'], ['y'])], initializers: [floats('c', [0.1])] },
  And: logical('And'), Or: logical('Or'), Xor: logical('Xor'),
  IsNaN: one('IsNaN'), IsInf: one('IsInf'),
}

const withoutGradient = Object.entries(gradientRules).filter(([, rule]) => typeof rule === 'object' && rule.kind === 'none').map(([operator]) => operator)
const refusedRules = Object.entries(gradientRules).flatMap(([operator, rule]) => (typeof rule === 'object' && rule.kind === 'refused' ? [[operator, rule.reason] as const] : []))

describe('operators without a gradient', () => {
  it('each has a case here', () => {
    expect(Object.keys(CASES).sort()).toEqual([...withoutGradient].sort())
  })

  for (const [operator, { nodes, initializers }] of Object.entries(CASES)) {
    it(`${operator} does not change with a small change of its input, or gives no float`, async () => {
      const bytes = modelBytes({ opset: 16, nodes, inputs: [value('x', 'float32', [2, 3])], outputs: ['y'], initializers })
      const { outputs } = await runProbe(bytes, { graphOptimizationLevel: 'disabled' })
      if (!isFloat(outputs[0].type as 'float32')) return
      const session = await openSession(bytes)
      const at = [0.3, -1.2, 0.7, 2.4, -0.6, 1.1]
      const run = async (data: number[]) => (await session.run({ x: { type: 'float32', dims: [2, 3], data } })).y.data
      const base = await run(at)
      for (let i = 0; i < at.length; i++) expect(await run(at.with(i, at[i] + 1e-3))).toEqual(base)
    })
  }
})

describe('operators that are refused', () => {
  const facts: TensorFacts = { fixedBatch: 1, shapeOf: () => [1, 3], typeOf: () => 'float32', constant: () => null, rowsByStep: () => null }
  const gradientThrough = (operator: string) => {
    const graph = new Graph({ node: [node(operator, ['x'], ['y'], {}, 'the_node')], input: [value('x', 'float32', [1, 3])], output: [{ name: 'y' }] })
    return () => differentiate({ graph, facts, opset: 17, score: 'y', seed: 'seed', targets: ['x'], builder: new GraphBuilder() })
  }

  for (const [operator, reason] of refusedRules) {
    it(`${operator} is refused by name, with its node and the reason`, () => {
      expect(gradientThrough(operator)).toThrowError(expect.objectContaining({ code: 'unsupported-op', message: expect.stringContaining(`'${operator}' (node 'the_node'): ${reason}`) }))
    })
  }

  it('an operator that the table does not know is refused by name', () => {
    expect(gradientThrough('Quirk')).toThrowError(expect.objectContaining({ code: 'unsupported-op', message: expect.stringContaining("'Quirk' (node 'the_node'): there is no gradient rule for it") }))
  })
})
