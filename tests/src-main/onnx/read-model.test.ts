import { describe, expect, it } from 'vitest'
import { decodeModel } from '../../../src-main/onnx/decode.ts'
import { encodeModel } from '../../../src-main/onnx/encode.ts'
import { readModel } from '../../../src-main/onnx/read-model.ts'
import type { NodeProto } from '../../../src-main/onnx/proto.ts'
import { makeTensor } from '../../../src-main/onnx/tensors.ts'
import { makeModel, modelBytes, node, value } from '../../fixtures/onnx/build.ts'

const chain = [node('Relu', ['x'], ['a']), node('Neg', ['a'], ['b']), node('Add', ['a', 'b'], ['c']), node('Abs', ['c'], ['y'])]
const bytesOf = (nodes: NodeProto[]) => modelBytes({ opset: 13, nodes, inputs: [value('x', 'float32', [2])], outputs: ['y'] })
const operators = (bytes: Uint8Array) => readModel(bytes).graph!.node!.map(({ opType }) => opType)

describe('models as the program works on them', () => {
  it('nodes in any order are put behind those that they read from', () => {
    expect(operators(bytesOf([...chain].reverse()))).toEqual(['Relu', 'Neg', 'Add', 'Abs'])
    expect(operators(bytesOf([chain[2], chain[0], chain[3], chain[1]]))).toEqual(['Relu', 'Neg', 'Add', 'Abs'])
  })

  it('an ordered model stays as it is', () => {
    expect(encodeModel(readModel(bytesOf(chain)))).toEqual(bytesOf(chain))
  })

  it('nodes that wait for each other are damage', () => {
    const ring = [node('Add', ['x', 'b'], ['a']), node('Neg', ['a'], ['b']), node('Abs', ['b'], ['y'])]
    expect(() => readModel(bytesOf(ring))).toThrowError(expect.objectContaining({ code: 'onnx-damaged' }))
    expect(() => readModel(bytesOf([node('Add', ['x', 'y'], ['y'])]))).toThrowError(expect.objectContaining({ code: 'onnx-damaged' }))
  })

  it('weights that are listed as inputs are no inputs', () => {
    const model = makeModel({ opset: 9, nodes: [node('Add', ['x', 'w'], ['y'])], inputs: [value('x', 'float32', [2]), value('w', 'float32', [2])], outputs: ['y'], initializers: [makeTensor('w', 'float32', [2], [1, 2])] })
    const read = readModel(encodeModel({ ...model, irVersion: 3 }))
    expect(read.graph!.input!.map(({ name }) => name)).toEqual(['x'])
    expect(read.irVersion).toBe(4)
  })

  it('a function that calls itself is damage', () => {
    const call: NodeProto = { ...node('F', ['x'], ['y']), domain: 'local' }
    const plain = decodeModel(bytesOf([call]))
    const bytes = encodeModel({ ...plain, functions: [{ name: 'F', domain: 'local', input: ['i'], output: ['o'], node: [{ ...node('F', ['i'], ['o']), domain: 'local' }] }] })
    expect(() => readModel(bytes)).toThrowError(expect.objectContaining({ code: 'onnx-damaged' }))
  })

  it('functions within functions are opened, each call with names of its own', () => {
    const inner = { ...node('Inner', ['i'], ['t']), domain: 'local' }
    const calls = [{ ...node('Outer', ['x'], ['m'], {}, 'first'), domain: 'local' }, { ...node('Outer', ['m'], ['y'], {}, 'second'), domain: 'local' }]
    const plain = decodeModel(bytesOf(calls))
    const model = readModel(encodeModel({
      ...plain,
      functions: [
        { name: 'Outer', domain: 'local', input: ['i'], output: ['o'], node: [inner, node('Neg', ['t'], ['o'])] },
        { name: 'Inner', domain: 'local', input: ['a'], output: ['b'], node: [node('Relu', ['a'], ['h']), node('Abs', ['h'], ['b'])] },
      ],
    }))
    expect(model.graph!.node!.map(({ opType }) => opType)).toEqual(['Relu', 'Abs', 'Neg', 'Relu', 'Abs', 'Neg'])
    const made = model.graph!.node!.flatMap(({ output }) => output!)
    expect(new Set(made).size).toBe(made.length)
    expect(model.graph!.node![0].input).toEqual(['x'])
    expect(model.graph!.node!.at(-1)!.output).toEqual(['y'])
  })

  it('functions that each call the next one twice are damage, not a hang', () => {
    const local = (opType: string, input: string, output: string): NodeProto => ({ ...node(opType, [input], [output]), domain: 'local' })
    const doubling = Array.from({ length: 30 }, (_, i) => ({ name: `F${i}`, domain: 'local', input: ['i'], output: ['o'], node: i === 29 ? [node('Relu', ['i'], ['o'])] : [local(`F${i + 1}`, 'i', 't'), local(`F${i + 1}`, 't', 'o')] }))
    const bytes = encodeModel({ ...decodeModel(bytesOf([local('F0', 'x', 'y')])), functions: doubling })
    expect(() => readModel(bytes)).toThrowError(expect.objectContaining({ code: 'onnx-damaged' }))
  })

  it('a function in another version of the operators stays a call', () => {
    const call: NodeProto = { ...node('F', ['x'], ['y']), domain: 'local' }
    const body = { name: 'F', domain: 'local', input: ['i'], output: ['o'], opsetImport: [{ domain: '', version: 18 }], node: [node('Relu', ['i'], ['o'])] }
    const model = readModel(encodeModel({ ...decodeModel(bytesOf([call])), functions: [body] }))
    expect(model.graph!.node!.map(({ opType }) => opType)).toEqual(['F'])
    expect(model.functions).toHaveLength(1)
  })

  it('functions that sub-graphs call are opened, and inputs that a function hands through keep their value', () => {
    const call = (output: string): NodeProto => ({ ...node('Pair', ['x'], [output, `${output}_same`]), domain: 'local' })
    const branch = (output: string) => ({ name: output, node: [call(output)], output: [value(`${output}_same`, 'float32', [2])] })
    const choice: NodeProto = { opType: 'If', name: 'if', input: ['flag'], output: ['y'], attribute: [{ name: 'then_branch', type: 5, g: branch('a') }, { name: 'else_branch', type: 5, g: branch('b') }] }
    const body = { name: 'Pair', domain: 'local', input: ['i'], output: ['o', 'i'], node: [node('Relu', ['i'], ['o'])] }
    const model = readModel(encodeModel({ ...decodeModel(bytesOf([choice])), functions: [body] }))
    const [then] = model.graph!.node![0].attribute!
    expect(then.g!.node!.map(({ opType, input, output }) => [opType, input, output])).toEqual([['Relu', ['x'], ['a']], ['Identity', ['x'], ['a_same']]])
  })
})
