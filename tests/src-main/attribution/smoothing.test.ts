import { describe, expect, it } from 'vitest'
import { meanOfViews, viewsOf } from '../../../src-main/attribution/augmentation.ts'
import { layersText, meanOfLayers } from '../../../src-main/attribution/layer-mean.ts'
import type { AttributionMap } from '../../../src-main/attribution/types.ts'

const map = (grid: [number, number], ...values: number[]): AttributionMap => ({ grid, values: Float32Array.from(values), signed: false, diagnostics: {} })

describe('augmentation smoothing', () => {
  const input = { data: Float32Array.of(0, 1, 2, 3, 4, 5), channels: 1, rows: 2, columns: 3 }
  const views = (augmentation: string) => viewsOf(input, [0], { augmentation })

  it('off: the image alone, untouched', () => {
    expect(views('off')).toEqual([{ input: input.data, isFlipped: false }])
    expect(viewsOf(input, [0], {})).toHaveLength(1)
  })

  it('flips each row, not the columns', () => {
    const [, flipped] = views('flip')
    expect([...flipped.input]).toEqual([2, 1, 0, 5, 4, 3])
  })

  it('makes brighter and darker from displayed black, which stays black', () => {
    const black = { data: Float32Array.of(-1, 0), channels: 1, rows: 1, columns: 2 }
    const [, darker, brighter] = viewsOf(black, [-1], { augmentation: 'brightness' }).map(({ input }) => [...input])
    expect(darker[0]).toBe(-1)
    expect(darker[1]).toBeCloseTo(-0.1, 6)
    expect(brighter[1]).toBeCloseTo(0.1, 6)
  })

  it('both: six views, the image first', () => {
    const all = views('both')
    expect(all.map(({ isFlipped }) => isFlipped)).toEqual([false, false, false, true, true, true])
    expect(all[0].input).toBe(input.data)
  })

  it("turns a mirror image's map back before it is averaged", () => {
    const two = views('flip')
    const mean = meanOfViews(two, [map([1, 3], 0, 0, 6), map([1, 3], 6, 0, 0)])
    expect([...mean.values]).toEqual([0, 0, 6])
    expect(mean.diagnostics.views).toBe(2)
  })
})

describe('the mean over layers', () => {
  it('weighs each layer alike, whatever the size of its values, on the finest grid', () => {
    const { grid, values } = meanOfLayers([map([1, 1], 1000), map([2, 2], 0, 0, 0, 0.002)])
    expect(grid).toEqual([2, 2])
    expect([...values]).toEqual([0.5, 0.5, 0.5, 1])
  })

  it('keeps signs, and takes a map of zeros as no evidence', () => {
    const signed = meanOfLayers([{ ...map([1, 2], -4, 2), signed: true }, { ...map([1, 2], 0, 0), signed: true }])
    expect([...signed.values]).toEqual([-0.5, 0.25])
    expect(signed).toMatchObject({ signed: true, diagnostics: { layers: 2 } })
  })

  it('leaves a single layer as it is', () => {
    const only = map([1, 2], 7, 8)
    expect(meanOfLayers([only])).toBe(only)
    expect(layersText(['a', 'b'])).toBe('a + b')
  })
})
