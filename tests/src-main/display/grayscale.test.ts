import { describe, expect, it } from 'vitest'

import { applyVoi, colourLuminance, displayedLuminance, displayTable, inputValues, modalityRange, modalityValue, modalityValues, percentileWindow, resolveVoi } from '../../../src-main/display/grayscale.ts'
import type { GrayscalePipeline, LookupTable } from '../../../src-main/display/grayscale-types.ts'

const pipeline = (parts: Partial<GrayscalePipeline> = {}): GrayscalePipeline => ({
  modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: '', windows: [], luts: [], inverse: false, padding: null, storedRange: { low: 0, high: 255 }, ...parts,
})
const lut = (values: number[], firstMapped = 0, bits = 8): LookupTable => ({ values, firstMapped, bits, explanation: '' })
const shown = (parts: Partial<GrayscalePipeline>, ...stored: number[]): number[] => Array.from(displayedLuminance(stored, pipeline(parts)))

describe('VOI functions', () => {
  // PS3.3 C.11.2.1.2.1, note: center 2048, width 4096 maps 0…4095 onto the whole range
  it('LINEAR spans width − 1', () => {
    const voi = { kind: 'window', center: 2048, width: 4096, function: 'LINEAR' } as const
    expect([0, 4095, -5, 5000].map((value) => applyVoi(voi, value))).toEqual([0, 1, 0, 1])
    expect(applyVoi({ ...voi, center: 2048, width: 2 }, 2047)).toBe(0)
    expect(applyVoi({ ...voi, center: 2048, width: 1 }, 2048)).toBe(1)
    expect(applyVoi({ ...voi, center: 2048, width: 1 }, 2047)).toBe(0)
    expect(applyVoi({ ...voi, center: 0, width: 100 }, -50)).toBe(0)
    expect(applyVoi({ ...voi, center: 0, width: 100 }, 49)).toBe(1)
  })

  it('LINEAR_EXACT spans the width', () => {
    const voi = { kind: 'window', center: 100, width: 50, function: 'LINEAR_EXACT' } as const
    expect([75, 100, 112.5, 125].map((value) => applyVoi(voi, value))).toEqual([0, 0.5, 0.75, 1])
  })

  it('SIGMOID is half at its centre and never ends', () => {
    const voi = { kind: 'window', center: 100, width: 50, function: 'SIGMOID' } as const
    expect(applyVoi(voi, 100)).toBe(0.5)
    expect(applyVoi(voi, 125)).toBeCloseTo(1 / (1 + Math.exp(-2)))
    expect(applyVoi(voi, 1000)).toBeLessThanOrEqual(1)
  })

  it('a table takes its ends beyond its ends', () => {
    expect([-3, 10, 11, 99].map((value) => applyVoi({ kind: 'lut', table: lut([0, 51, 255], 10) }, value))).toEqual([0, 0, 0.2, 1])
  })
})

describe('The default choice', () => {
  const windows = [{ center: 10, width: 4, function: 'LINEAR', explanation: '' }, { center: 99, width: 9, function: 'SIGMOID', explanation: '' }] as const
  it('is the file\'s first table, else its first window, else the full range', () => {
    expect(resolveVoi(pipeline({ windows, luts: [lut([1])] }), { kind: 'default' })).toMatchObject({ kind: 'lut' })
    expect(resolveVoi(pipeline({ windows }), { kind: 'default' })).toEqual({ kind: 'window', center: 10, width: 4, function: 'LINEAR' })
    expect(shown({ storedRange: { low: 50, high: 150 } }, 50, 100, 150)).toEqual([0, 0.5, 1])
  })

  it('and any other of the file can be asked for by its number, no other', () => {
    expect(resolveVoi(pipeline({ windows }), { kind: 'file-window', index: 1 })).toMatchObject({ function: 'SIGMOID' })
    expect(() => resolveVoi(pipeline({ windows }), { kind: 'file-window', index: 2 })).toThrow(expect.objectContaining({ code: 'bad-parameter' }))
    expect(() => resolveVoi(pipeline(), { kind: 'file-lut', index: 0 })).toThrow(expect.objectContaining({ code: 'bad-parameter' }))
    expect(() => resolveVoi(pipeline(), { kind: 'window', center: 0, width: 0 })).toThrow(expect.objectContaining({ code: 'bad-parameter' }))
  })
})

describe('Stored to displayed', () => {
  it('goes through the rescale before the window', () => {
    const parts = { modality: { kind: 'linear', slope: 2, intercept: -100 }, windows: [{ center: 0, width: 200, function: 'LINEAR_EXACT', explanation: '' }] } as const
    expect(shown(parts, 0, 50, 100)).toEqual([0, 0.5, 1])
  })

  it('goes through a Modality LUT, whose full range counts although it turns back', () => {
    const parts = { modality: { kind: 'table', ...lut([10, 30, 20]) }, storedRange: { low: 0, high: 2 } } as const
    expect(modalityRange(pipeline(parts))).toEqual({ low: 10, high: 30 })
    expect(shown(parts, 0, 1, 2)).toEqual([0, 1, 0.5])
  })

  it('is inverted once, after the window', () => {
    expect(shown({ inverse: true }, 0, 255)).toEqual([1, 0])
  })

  it('shows padding black, inverted or not', () => {
    const parts = { padding: { low: -10, high: -5 }, storedRange: { low: 0, high: 100 } }
    expect(shown(parts, -10, -5, 0, 100)).toEqual([0, 0, 0, 1])
    expect(shown({ ...parts, inverse: true }, -7, 0, 100)).toEqual([0, 1, 0])
  })

  it('an image of one value is black, not NaN', () => {
    expect(shown({ storedRange: { low: 7, high: 7 } }, 7)).toEqual([0])
  })

  it('has a table with one entry a stored value, or shares entries where there are too many', () => {
    const small = displayTable(pipeline({ storedRange: { low: -5, high: 250 } }), { kind: 'full-range' })
    expect([small.low, small.step, small.table.length]).toEqual([-5, 1, 256])
    const large = displayTable(pipeline({ storedRange: { low: 0, high: 2 ** 32 - 1 } }), { kind: 'full-range' })
    expect(large.table.length).toBeLessThanOrEqual(1 << 17)
    expect(displayedLuminance([2 ** 31], pipeline({ storedRange: { low: 0, high: 2 ** 32 - 1 } }))[0]).toBeCloseTo(0.5, 4)
  })
})

describe('What the model gets', () => {
  it('of modality values is turned within the range of the bits where the image is inverted', () => {
    expect(Array.from(inputValues([0, 4095], pipeline({ inverse: true }), 12))).toEqual([4095, 0])
    expect(Array.from(inputValues(Int16Array.of(-2048, 2047), pipeline({ inverse: true, modality: { kind: 'linear', slope: 1, intercept: 100 } }), 12))).toEqual([2147, -1948])
    expect(Array.from(inputValues([3], pipeline(), 8))).toEqual([3])
  })

  it('keeps padding as the file has it, but dark where the image is inverted', () => {
    const parts = { padding: { low: -2000, high: -2000 }, storedRange: { low: 0, high: 50 } }
    expect(Array.from(inputValues(Int16Array.of(-2000, 0, 50), pipeline(parts), 16))).toEqual([-2000, 0, 50])
    expect(Array.from(inputValues(Int16Array.of(-2000, 0, 50), pipeline({ ...parts, inverse: true }), 16))).toEqual([-51, -1, -51])
  })

  it('is not what the probe shows: modality values stay as the file means them', () => {
    expect(Array.from(modalityValues([0, 9], pipeline({ inverse: true, modality: { kind: 'linear', slope: 2, intercept: 1 } })))).toEqual([1, 19])
    expect(modalityValue(pipeline({ modality: { kind: 'linear', slope: 2, intercept: 1 } }), 4)).toBe(9)
  })

  it('of colour is its luma', () => {
    expect(Array.from(colourLuminance([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255], 8)).map((value) => value.toFixed(3))).toEqual(['0.299', '0.587', '0.114', '1.000'])
  })
})

describe('The percentile window', () => {
  const values = Array.from({ length: 101 }, (_, index) => index)
  it('spans the values between two percentiles', () => {
    const found = percentileWindow(values, pipeline({ storedRange: { low: 0, high: 100 } }), 5, 95)
    expect([found.center - found.width / 2, found.center + found.width / 2]).toEqual([5, 95])
  })

  it('leaves padding out and follows a negative slope', () => {
    const found = percentileWindow([-999, -999, ...values], pipeline({ storedRange: { low: 0, high: 100 }, padding: { low: -999, high: -999 }, modality: { kind: 'linear', slope: -1, intercept: 0 } }), 0, 100)
    expect([found.center - found.width / 2, found.center + found.width / 2]).toEqual([-100, 0])
  })

  it('has a width even where the image has not', () => {
    expect(percentileWindow([4, 4], pipeline({ storedRange: { low: 4, high: 4 } })).width).toBeGreaterThan(0)
  })
})
