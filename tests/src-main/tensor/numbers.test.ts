import { describe, expect, it } from 'vitest'
import { applyAffine, composeAffine, IDENTITY, invertAffine } from '../../../src-main/tensor/affine.ts'
import { percentiles } from '../../../src-main/tensor/percentiles.ts'
import { normal, uniform } from '../../../src-main/tensor/random.ts'
import { allFinite, correlation, extent, maxRelativeError } from '../../../src-main/tensor/statistics.ts'

describe('affine maps', () => {
  const map = { scaleX: 2, scaleY: 0.5, offsetX: -3, offsetY: 7 }

  it('are undone by their inverse', () => {
    expect(applyAffine(invertAffine(map), ...applyAffine(map, 11, 13))).toEqual([11, 13])
    expect(composeAffine(invertAffine(map), map)).toEqual(IDENTITY)
  })

  it('compose as one after the other', () => {
    const after = { scaleX: 3, scaleY: 3, offsetX: 1, offsetY: 2 }
    expect(applyAffine(composeAffine(after, map), 4, 6)).toEqual(applyAffine(after, ...applyAffine(map, 4, 6)))
  })
})

describe('statistics', () => {
  it('percentiles interpolate between neighbours, as numpy does', () => {
    expect(percentiles([4, 1, 3, 2], [0, 25, 50, 100])).toEqual([1, 1.75, 2.5, 4])
    expect(percentiles([], [50])).toEqual([NaN])
  })

  it('one NaN or infinity anywhere is seen', () => {
    for (const bad of [NaN, Infinity, -Infinity]) expect(allFinite(Float32Array.of(1, 2, bad, 4))).toBe(false)
    expect(allFinite(Float32Array.of(3.4e38, -3.4e38, 0))).toBe(true)
  })

  it('the relative error is that of the greatest value, and infinite for NaN or another length', () => {
    expect(maxRelativeError(Float32Array.of(1, 2, 5), [1, 2, 4])).toBe(0.25)
    expect(maxRelativeError(Float32Array.of(0, 0), [0, 0])).toBe(0)
    expect(maxRelativeError(Float32Array.of(NaN), [1])).toBe(Infinity)
    expect(maxRelativeError(Float32Array.of(1), [1, 2])).toBe(Infinity)
  })

  it('correlation knows direction and scale, not more', () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12)
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12)
    expect(extent([3, -1, 4])).toEqual({ min: -1, max: 4, mean: 2 })
  })
})

describe('random numbers', () => {
  it('are the same for the same seed and have the moments they should', () => {
    const draw = (make: (seed: number) => () => number, seed: number) => Array.from({ length: 20_000 }, make(seed))
    expect(draw(uniform, 3).slice(0, 5)).toEqual(draw(uniform, 3).slice(0, 5))
    expect(draw(uniform, 3).slice(0, 5)).not.toEqual(draw(uniform, 4).slice(0, 5))
    const [flat, bell] = [draw(uniform, 5), draw(normal, 5)]
    const moments = (values: number[]) => { const { mean } = extent(values); return [mean, Math.sqrt(extent(values.map((value) => (value - mean) ** 2)).mean)] }
    expect(moments(flat)[0]).toBeCloseTo(0.5, 1.5)
    expect(moments(bell)[0]).toBeCloseTo(0, 1.5)
    expect(moments(bell)[1]).toBeCloseTo(1, 1.5)
  })
})
