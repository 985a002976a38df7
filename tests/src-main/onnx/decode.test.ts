import { describe, expect, it } from 'vitest'
import { decodeModel } from '../../../src-main/onnx/decode.ts'
import { encodeModel } from '../../../src-main/onnx/encode.ts'
import { float } from '../../../src-main/onnx/attributes.ts'
import { halfToNumber, makeTensor, numberToHalf, readValues } from '../../../src-main/onnx/tensors.ts'
import { makeModel, modelBytes, node, value } from '../../fixtures/onnx/build.ts'
import { randomNumbers } from '../../fixtures/onnx/random.ts'

const small = (): Uint8Array => modelBytes({
  opset: 13,
  nodes: [node('Conv', ['x', 'w'], ['y'], { pads: [1, 1, 1, 1], auto_pad: 'NOTSET' }), node('LeakyRelu', ['y'], ['z'], { alpha: float(0.1) })],
  inputs: [value('x', 'float32', ['N', 3, 8, 8])],
  outputs: ['z'],
  initializers: [makeTensor('w', 'float32', [2, 3, 3, 3], Array.from({ length: 54 }, (_, i) => i / 7))],
})

describe('reading ONNX files', () => {
  it('reads back what was written', () => {
    const model = decodeModel(small())
    expect(model.opsetImport).toEqual([{ domain: '', version: 13 }])
    expect(model.graph!.node!.map(({ opType }) => opType)).toEqual(['Conv', 'LeakyRelu'])
    expect(model.graph!.node![0].attribute![0].ints).toEqual([1, 1, 1, 1])
    expect(model.graph!.node![1].attribute![0].f).toBe(Math.fround(0.1))
    expect(readValues(model.graph!.initializer![0])!.data[53]).toBeCloseTo(53 / 7, 5)
    expect(model.graph!.input![0].type!.tensorType!.shape!.dim).toEqual([{ dimParam: 'N' }, { dimValue: 3 }, { dimValue: 8 }, { dimValue: 8 }])
  })

  it('writes an unchanged model back with every node and weight byte for byte', () => {
    const bytes = small()
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes)
  })

  it('keeps weights as views into the file', () => {
    const bytes = small()
    expect(decodeModel(bytes).graph!.initializer![0].rawData!.buffer).toBe(bytes.buffer)
  })

  it('reads floats that lie one by one out of a Buffer, as files come', () => {
    const bytes = modelBytes({ opset: 13, nodes: [node('Add', ['x', 'w'], ['y'])], inputs: [value('x', 'float32', [3])], outputs: ['y'], initializers: [{ name: 'w', dims: [3], dataType: 1, floatData: Float32Array.of(1.5, -2, 3) }] })
    const pool = Buffer.concat([Buffer.from('ab'), bytes])
    expect(readValues(decodeModel(pool.subarray(2)).graph!.initializer![0])!.data).toEqual([1.5, -2, 3])
  })

  it('keeps fields that it does not know', () => {
    // Field 99 of ModelProto, a string: 99·8+2 = 794.
    const unknown = Uint8Array.of(0x9a, 0x06, 3, 97, 98, 99)
    const bytes = Uint8Array.from([...small(), ...unknown])
    const written = encodeModel(decodeModel(bytes))
    expect([...written.slice(-6)]).toEqual([...unknown])
  })

  it('joins a graph that is given in two parts, as Protocol Buffers do', () => {
    const second = encodeModel({ graph: { node: [node('Relu', ['z'], ['end'])], output: [{ name: 'end' }] } })
    const model = decodeModel(Uint8Array.from([...small(), ...second]))
    expect(model.graph!.node!.map(({ opType }) => opType)).toEqual(['Conv', 'LeakyRelu', 'Relu'])
  })

  it('reads integers beyond 2^53 as the largest safe one: slices to the end', () => {
    const model = makeModel({ opset: 9, nodes: [node('Slice', ['x'], ['y'], { starts: [0], ends: [Number.MAX_SAFE_INTEGER] })], inputs: [value('x', 'float32', [4])], outputs: ['y'] })
    const bytes = encodeModel(model)
    const at = bytes.findIndex((_, i) => bytes.slice(i, i + 8).every((byte, k) => byte === (k < 7 ? 0xff : 0x0f)))
    expect(at).toBeGreaterThan(0)
    expect(decodeModel(bytes).graph!.node![0].attribute![1].ints).toEqual([Number.MAX_SAFE_INTEGER])
  })
})

describe('files that are no ONNX models', () => {
  const code = (bytes: Uint8Array) => {
    try {
      decodeModel(bytes)
      return 'accepted'
    } catch (error) {
      return (error as { code?: string }).code ?? String(error)
    }
  }

  it.each([
    ['nothing', new Uint8Array()],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    ['a ZIP', new TextEncoder().encode('PK\u0003\u0004 something')],
    ['text', new TextEncoder().encode('hello, this is a text')],
    ['JSON', new TextEncoder().encode('{"model": 1}')],
  ])('%s is not ONNX', (_, bytes) => {
    expect(code(bytes)).toBe('not-onnx')
  })

  it('a model that ends early is damaged, wherever it ends', () => {
    const bytes = small()
    for (let length = 8; length < bytes.length; length += 7) expect(code(bytes.slice(0, length))).toBe('onnx-damaged')
  })

  it('random damage never ends in anything but a ReviewError or a model', () => {
    const next = randomNumbers(7)
    for (let trial = 0; trial < 600; trial++) {
      const bytes = small()
      for (let i = 0; i < 3; i++) bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
      expect(['accepted', 'not-onnx', 'onnx-damaged']).toContain(code(bytes))
    }
  })

  it('nesting that would overflow the stack is damaged', () => {
    // graph → node → attribute → graph → … : each level wraps the one before.
    let inner: Uint8Array = new Uint8Array()
    for (let level = 0; level < 3000; level++) inner = wrap([0x32, 0x2a, 0x0a][level % 3], inner)
    expect(code(Uint8Array.from([0x08, 8, ...wrap(0x3a, inner)]))).toBe('onnx-damaged')
  })

  it('half a million fields that are not known, and as many parts of a graph, take no longer than their size', () => {
    const unknown = Uint8Array.from({ length: 1_000_000 }, (_, i) => [0x98, 0x06, 1][i % 3] ?? 0).subarray(0, 999_999)
    const parts = Uint8Array.from({ length: 1_000_000 }, (_, i) => [0x3a, 0][i % 2])
    const started = performance.now()
    expect(code(Uint8Array.from([...small(), ...unknown]))).toBe('accepted')
    expect(code(Uint8Array.from([...small(), ...parts]))).toBe('accepted')
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('a weight within a branch whose bytes do not fit its shape is damaged', () => {
    const branch = { name: 'b', node: [node('Relu', ['x'], ['y'])], initializer: [{ ...makeTensor('w', 'float32', [4], [1, 2, 3, 4]), dims: [5] }] }
    const choice = { opType: 'If', input: ['x'], output: ['y'], attribute: [{ name: 'then_branch', type: 5, g: branch }] }
    expect(code(encodeModel({ irVersion: 8, opsetImport: [{ version: 13 }], graph: { node: [choice] } }))).toBe('onnx-damaged')
  })

  it('a weight whose bytes do not fit its shape is damaged', () => {
    const bytes = modelBytes({ opset: 13, nodes: [node('Add', ['x', 'w'], ['y'])], inputs: [value('x', 'float32', [4])], outputs: ['y'], initializers: [{ ...makeTensor('w', 'float32', [4], [1, 2, 3, 4]), dims: [5] }] })
    expect(code(bytes)).toBe('onnx-damaged')
  })

  it('a graph without operators is damaged', () => {
    expect(code(encodeModel({ irVersion: 8, graph: { name: 'empty' }, opsetImport: [{ version: 13 }] }))).toBe('onnx-damaged')
  })
})

function wrap(tag: number, content: Uint8Array): Uint8Array {
  const length: number[] = []
  let rest = content.length
  while (rest >= 128) {
    length.push((rest & 0x7f) | 0x80)
    rest >>= 7
  }
  return Uint8Array.from([tag, ...length, rest, ...content])
}

describe('half precision', () => {
  it('every finite half goes to a number and back', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      if ((bits & 0x7c00) === 0x7c00) continue
      expect(numberToHalf(halfToNumber(bits))).toBe(bits)
    }
  })

  it.each([[65504, 0x7bff], [65520, 0x7c00], [1 / 3, 0x3555], [2 ** -25, 0], [2 ** -24, 1], [1 + 2 ** -11, 0x3c00], [1 + 3 * 2 ** -11, 0x3c02]])('%d rounds to nearest, ties to even', (number, bits) => {
    expect(numberToHalf(number)).toBe(bits)
  })

  it.each([['float32', 1.5], ['float16', 1.5], ['float64', 1.1], ['int64', -3], ['int32', -3], ['bool', 1]] as const)('tensors of %s are read back', (type, number) => {
    expect(readValues(makeTensor('t', type, [1], [number]))).toEqual({ type, dims: [1], data: [number] })
  })
})
