import { describe, expect, it } from 'vitest'
import { decodeModel } from '../../../src-main/onnx/decode.ts'
import { embedExternalData, externalFiles } from '../../../src-main/onnx/external-data.ts'
import { DATA_LOCATION_EXTERNAL, readValues } from '../../../src-main/onnx/tensors.ts'
import { modelBytes, node, value } from '../../fixtures/onnx/build.ts'

const withWeights = (location: string, more: { key: string; value: string }[] = []) => decodeModel(modelBytes({
  opset: 13, nodes: [node('Add', ['x', 'w'], ['y'])], inputs: [value('x', 'float32', [2])], outputs: ['y'],
  initializers: [{ name: 'w', dims: [2], dataType: 1, dataLocation: DATA_LOCATION_EXTERNAL, externalData: [{ key: 'location', value: location }, ...more] }],
}))
const code = (run: () => unknown) => {
  try {
    run()
    return 'accepted'
  } catch (error) {
    return (error as { code?: string }).code
  }
}
const file = new Uint8Array(Float32Array.of(9, 1, 2, 9).buffer)

describe('weights in other files', () => {
  it('are brought in from their offset, as views', () => {
    const model = embedExternalData(withWeights('model.weights', [{ key: 'offset', value: '4' }, { key: 'length', value: '8' }]), () => file)
    expect(readValues(model.graph!.initializer![0])!.data).toEqual([1, 2])
    expect(model.graph!.initializer![0].rawData!.buffer).toBe(file.buffer)
    expect(externalFiles(model)).toEqual([])
  })

  it('are listed once', () => {
    expect(externalFiles(withWeights('sub/model.weights'))).toEqual(['sub/model.weights'])
  })

  it.each(['/etc/passwd', '../secret', 'a/../../secret', 'C:\\weights', '..\\secret', 'file:///etc/passwd', '', 'a\0b'])('a location that leaves the folder is refused: %j', (location) => {
    expect(code(() => embedExternalData(withWeights(location), () => file))).toBe('onnx-damaged')
  })

  it('that are absent are named', () => {
    expect(() => embedExternalData(withWeights('model.weights'), () => { throw new Error('no such file') })).toThrowError(expect.objectContaining({ code: 'onnx-missing-data', message: expect.stringContaining("'model.weights'") }))
    expect(code(() => embedExternalData(withWeights('model.weights')))).toBe('onnx-missing-data')
  })

  it('that are too short are missing data', () => {
    expect(code(() => embedExternalData(withWeights('w', [{ key: 'offset', value: '12' }, { key: 'length', value: '8' }]), () => file))).toBe('onnx-missing-data')
  })

  it('a nonsense offset is damage', () => {
    expect(code(() => embedExternalData(withWeights('w', [{ key: 'offset', value: '-4' }]), () => file))).toBe('onnx-damaged')
  })

  it('are found in branches and in functions, and a location there that leaves the folder is refused', () => {
    const tensor = (location: string) => ({ name: 'w', dims: [2], dataType: 1, dataLocation: DATA_LOCATION_EXTERNAL, externalData: [{ key: 'location', value: location }, { key: 'length', value: '8' }] })
    const within = (location: string) => ({
      opsetImport: [{ version: 13 }],
      graph: { node: [{ opType: 'If', input: ['x'], output: ['y'], attribute: [{ name: 'then_branch', g: { node: [node('Relu', ['x'], ['y'])], initializer: [tensor(location)] } }] }] },
      functions: [{ name: 'F', node: [{ opType: 'Constant', output: ['c'], attribute: [{ name: 'value', t: tensor(`f/${location}`) }] }] }],
    })
    expect(externalFiles(within('a.weights'))).toEqual(['a.weights', 'f/a.weights'])
    const model = embedExternalData(within('a.weights'), () => file)
    expect(readValues(model.graph!.node![0].attribute![0].g!.initializer![0])!.data).toEqual([9, 1])
    expect(externalFiles(model)).toEqual([])
    expect(code(() => embedExternalData(within('../../etc/passwd'), () => file))).toBe('onnx-damaged')
  })
})
