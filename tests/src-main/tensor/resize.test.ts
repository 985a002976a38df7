import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { crop, resize, type Interpolation } from '../../../src-main/tensor/resize.ts'

interface Fixture {
  width: number; height: number; source: number[]
  cases: { filter: Interpolation; antialias: boolean; width: number; height: number; box: [number, number, number, number] | null; values: number[] }[]
}
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/tensor/resize.json', import.meta.url), 'utf8')) as Fixture
const source = { data: Float32Array.from(fixture.source), width: fixture.width, height: fixture.height }

describe('resize', () => {
  for (const { filter, antialias, width, height, box, values } of fixture.cases)
    it(`${filter} to ${width}×${height}${box ? ' from a box' : ''}${antialias ? '' : ' without antialias'} gives ${antialias ? 'Pillow' : 'torch'}'s values`, () => {
      const area = box ? { x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1] } : undefined
      const { data } = resize(source, width, height, filter, antialias, area)
      expect(data.length).toBe(values.length)
      expect(Math.max(...values.map((value, i) => Math.abs(value - data[i])))).toBeLessThan(1e-4)
    })

  it('keeps a constant image constant, whatever the filter', () => {
    const flat = { data: new Float32Array(11 * 9).fill(42), width: 11, height: 9 }
    for (const filter of ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const)
      for (const antialias of [true, false])
        for (const value of resize(flat, 5, 14, filter, antialias).data) expect(value).toBeCloseTo(42, 3)
  })

  it('refuses data that do not have the claimed size', () => {
    expect(() => resize({ data: new Float32Array(5), width: 2, height: 3 }, 4, 4, 'bilinear', true)).toThrow(/5 values, said to be 2×3/)
  })

  it('crops whole pixels', () => {
    expect([...crop({ data: Float32Array.of(1, 2, 3, 4, 5, 6), width: 3, height: 2 }, 1, 0, 2, 2).data]).toEqual([2, 3, 5, 6])
  })
})
