import { describe, expect, it } from 'vitest'
import { attributionRequests, checkParameters } from '../../../src-main/cli/attributions.ts'
import { chooseClass } from '../../../src-main/cli/model.ts'
import type { MethodInfo } from '../../../src-main/contract/records.ts'

const method = (id: string, resolution: MethodInfo['resolution'], ...parameters: string[]): MethodInfo =>
  ({ id, name: id, source: '', signed: false, resolution, cost: '', parameters: parameters.map((name) => ({ name, label: name, kind: 'integer', default: 1 })) })
const TABLE = [method('gradcam', 'layer'), method('layercam', 'layer'), method('ig', 'input', 'steps')]
const options = { method: ['gradcam'], layer: [], class: ['predicted'] as const, parameter: [] }

describe('attributions', () => {
  it('default to one map at the default layer', () => {
    expect(attributionRequests(options, TABLE)).toEqual([{ method: 'gradcam', layer: null, classIndex: 'predicted', parameters: {} }])
  })
  it('are all combinations of methods, layers and classes, repeated or with commas between, each once', () => {
    const requests = attributionRequests({ ...options, method: ['gradcam,layercam', 'gradcam'], layer: ['a,b', 'c'], class: [0, 'label'] }, TABLE)
    expect(requests).toHaveLength(2 * 3 * 2)
    expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBe(12)
  })
  it('take the mean of several layers where + stands between them', () => {
    expect(attributionRequests({ ...options, layer: ['a+b', 'c'] }, TABLE)).toEqual([
      { method: 'gradcam', layer: null, layers: ['a', 'b'], classIndex: 'predicted', parameters: {} },
      { method: 'gradcam', layer: 'c', classIndex: 'predicted', parameters: {} },
    ])
    expect(() => attributionRequests({ ...options, layer: ['a+'] }, TABLE)).toThrow(/with \+ between/)
  })
  it('on the pixels of the input come once, whatever the layers', () => {
    expect(attributionRequests({ ...options, method: ['ig'], layer: ['a', 'b'], parameter: ['steps=50'] }, TABLE)).toEqual([{ method: 'ig', layer: null, classIndex: 'predicted', parameters: { steps: 50 } }])
  })
  it('none: scores alone', () => {
    expect(attributionRequests({ ...options, method: ['none'] }, TABLE)).toEqual([])
  })
  it('hand a parameter only to the methods that have it, and refuse one that none has', () => {
    const [gradcam, ig] = attributionRequests({ ...options, method: ['gradcam', 'ig'], parameter: ['steps=9'] }, TABLE)
    expect([gradcam.parameters, ig.parameters]).toEqual([{}, { steps: 9 }])
    expect(() => checkParameters({ method: ['gradcam'], parameter: ['steps=9'] }, TABLE)).toThrow(expect.objectContaining({ code: 'bad-parameter' }))
    expect(() => attributionRequests({ ...options, parameter: ['steps'] }, TABLE)).toThrow(/name=value/)
  })
  it('refuse an unknown method and name those there are', () => {
    expect(() => attributionRequests({ ...options, method: ['gradcamm'] }, TABLE)).toThrow(/gradcam, layercam, ig/)
  })
})

describe('--class', () => {
  const classes = ['normal', 'pneumonia', '7']
  it.each([['predicted', 'predicted'], ['label', 'label'], ['pneumonia', 1], ['0', 0], ['7', 2]] as const)('%s', (text, choice) => {
    expect(chooseClass(text, classes)).toBe(choice)
  })
  it.each([['1-0', { index: 1, minus: 0 }], ['pneumonia-minus-normal', { index: 1, minus: 0 }], ['normal-minus-7', { index: 0, minus: 2 }], ['0-minus-1', { index: 0, minus: 1 }]] as const)('%s is a difference', (text, choice) => {
    expect(chooseClass(text, classes)).toEqual(choice)
  })
  it('takes a name with a minus in it as the name', () => {
    expect(chooseClass('a-minus-b', ['a', 'b', 'a-minus-b'])).toBe(2)
  })
  it.each(['3', '1-1', '0-3', 'normal-minus-', '-1', '1.5', '', 'Pneumonia'])("refuses '%s' and names the classes", (text) => {
    expect(() => chooseClass(text, classes)).toThrow(/normal, pneumonia/)
  })
})
