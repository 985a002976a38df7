import { describe, expect, it } from 'vitest'
import type { GrayscalePipeline } from '../../../src-main/display/grayscale-types.ts'
import { dragWindow, FILE_WINDOW, fileWindows, voiChoice, windowNumbers, windowText, WINDOW_PRESETS } from '../../../src-renderer/views/compare/window-choice.ts'

const grayscale: GrayscalePipeline = {
  modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: '', inverse: false, padding: null, storedRange: { low: 0, high: 4095 },
  luts: [{ firstMapped: 100, values: [0, 1, 2, 3], bits: 8, explanation: 'HARDER' }],
  windows: [{ center: 2048, width: 3600, function: 'LINEAR', explanation: '' }, { center: 1500, width: 900, function: 'SIGMOID', explanation: 'LUNG' }],
}
const percentiles = { p1: 100, p5: 300, p50: 2000, p95: 3500, p99: 3900 }
const record = { grayscale, percentiles }

describe('window choice', () => {
  it('the file’s LUTs come first, then its windows, by their explanations', () => {
    expect(fileWindows(grayscale).map(({ label }) => label)).toEqual(['HARDER', 'Window 1 (C 2048, W 3600)', 'LUNG (C 1500, W 900, sigmoid)'])
    expect(voiChoice({ kind: 'file', index: 2 }, record)).toEqual({ kind: 'file-window', index: 1 })
  })

  it('a third window of a file with two is its first: presets survive to the next case', () => {
    expect(voiChoice({ kind: 'file', index: 3 }, record)).toEqual({ kind: 'file-lut', index: 0 })
    expect(voiChoice({ kind: 'file', index: 1 }, { grayscale: { ...grayscale, luts: [], windows: [] }, percentiles })).toEqual({ kind: 'default' })
  })

  it('percentile presets span modality values, and become the full range where they cannot', () => {
    expect(voiChoice(WINDOW_PRESETS[1].choice, record)).toEqual({ kind: 'window', center: 2000, width: 3800, function: 'LINEAR_EXACT' })
    expect(voiChoice(WINDOW_PRESETS[2].choice, record)).toMatchObject({ center: 1900, width: 3200 })
    expect(voiChoice(WINDOW_PRESETS[1].choice, { grayscale, percentiles: null })).toEqual({ kind: 'full-range' })
    expect(voiChoice(WINDOW_PRESETS[1].choice, { grayscale, percentiles: { ...percentiles, p99: 100 } })).toEqual({ kind: 'full-range' })
  })

  it('a drag to the right widens, a drag down raises the centre, and the window’s function stays', () => {
    const from = windowNumbers({ kind: 'file', index: 2 }, record)!
    expect(dragWindow(from, 70, 0, grayscale)).toEqual({ kind: 'manual', center: 1500, width: 900 + 409.5, function: 'SIGMOID' })
    expect(dragWindow(from, 0, -70, grayscale)).toMatchObject({ center: 1500 - 409.5, width: 900 })
  })

  it('a window never closes, however far it is dragged', () => {
    const closed = dragWindow(windowNumbers({ kind: 'full-range' }, record)!, -100_000, 0, grayscale)
    expect(closed.kind === 'manual' && closed.width).toBeGreaterThan(0)
  })

  it('a LUT is named where it is shown, a window by its numbers', () => {
    expect(windowText(FILE_WINDOW, record)).toBe('HARDER')
    expect(windowText({ kind: 'file', index: 2 }, record)).toBe('C 1500  W 900  sigmoid')
    expect(windowText({ kind: 'manual', center: -500.123, width: 1400, function: 'LINEAR' }, record)).toBe('C −500.1  W 1400')
    expect(windowText(FILE_WINDOW, { grayscale: null, percentiles: null })).toBe('colour')
  })
})
