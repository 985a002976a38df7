import { describe, expect, it } from 'vitest'
import { applyAffine } from '../../../src-main/tensor/affine.ts'
import { cellToImage, imageToCell, inputRectangle, sampleMap, seenRectangle, seesAll, valueAt, type Registration } from '../../../src-main/display/grid-registration.ts'

const COLUMNS = 3000
const ROWS = 2000
const cam: readonly [number, number] = [7, 7]

/** The four geometries of a profile, for a 224×224 input on a 3000×2000 image. */
const geometries: Record<string, Registration> = {
  'squash': { affine: { scaleX: 224 / 3000, scaleY: 224 / 2000, offsetX: 0, offsetY: 0 }, inputWidth: 224, inputHeight: 224, grid: cam },
  'center-crop': { affine: { scaleX: 224 / 2000, scaleY: 224 / 2000, offsetX: -500 * 224 / 2000, offsetY: 0 }, inputWidth: 224, inputHeight: 224, grid: cam },
  'resize-crop': { affine: { scaleX: 256 / 2000, scaleY: 256 / 2000, offsetX: -(384 - 224) / 2, offsetY: -16 }, inputWidth: 224, inputHeight: 224, grid: cam },
  'letterbox': { affine: { scaleX: 224 / 3000, scaleY: 224 / 3000, offsetX: 0, offsetY: (224 - 2000 * 224 / 3000) / 2 }, inputWidth: 224, inputHeight: 224, grid: cam },
}

describe('grid registration', () => {
  it.each(Object.entries(geometries))('%s: cells → image → cells comes back', (_, registration) => {
    for (const [x, y] of [[0, 0], [3.5, 3.5], [7, 7], [1.25, 6.75]]) {
      const [backX, backY] = applyAffine(imageToCell(registration), ...applyAffine(cellToImage(registration), x, y))
      expect(backX).toBeCloseTo(x, 9)
      expect(backY).toBeCloseTo(y, 9)
    }
  })

  it.each(Object.entries(geometries))('%s: the middle of the middle cell is the middle of the image', (_, registration) => {
    const [x, y] = applyAffine(cellToImage(registration), 3.5, 3.5)
    expect(x).toBeCloseTo(COLUMNS / 2, 6)
    expect(y).toBeCloseTo(ROWS / 2, 6)
  })

  it('squash: cell i of 7 spans i/7 to (i+1)/7 of the image', () => {
    const [left, top] = applyAffine(cellToImage(geometries.squash), 2, 5)
    expect(left).toBeCloseTo(COLUMNS * 2 / 7, 9)
    expect(top).toBeCloseTo(ROWS * 5 / 7, 9)
    expect(seesAll(geometries.squash, COLUMNS, ROWS)).toBe(true)
  })

  it('a centre crop saw the centred square and nothing else', () => {
    const seen = seenRectangle(geometries['center-crop'], COLUMNS, ROWS)
    expect(seen.x).toBeCloseTo(500, 9)
    expect(seen.width).toBeCloseTo(2000, 9)
    expect(seesAll(geometries['center-crop'], COLUMNS, ROWS)).toBe(false)
  })

  it('resize, then crop: 224 of 256 rows are seen', () => {
    const seen = seenRectangle(geometries['resize-crop'], COLUMNS, ROWS)
    expect(seen).toMatchObject({ y: 125, height: 1750 })
    expect(seen.x).toBeCloseTo(625, 9)
    expect(seen.width).toBeCloseTo(1750, 9)
  })

  it('a letterbox reaches beyond the image, and what is seen ends at its borders', () => {
    const input = inputRectangle(geometries.letterbox)
    expect(input.y).toBeCloseTo(-500, 6)
    expect(input.height).toBeCloseTo(3000, 6)
    const seen = seenRectangle(geometries.letterbox, COLUMNS, ROWS)
    expect(seen).toMatchObject({ x: 0, y: 0 })
    expect(seen.height).toBeCloseTo(ROWS, 6)
    expect(seesAll(geometries.letterbox, COLUMNS, ROWS)).toBe(true)
  })

  it('outside the model’s input a pixel has no value', () => {
    const values = new Float32Array(49).fill(1)
    expect(valueAt(values, geometries['center-crop'], 499, 1000, 'bilinear')).toBeNull()
    expect(valueAt(values, geometries['center-crop'], 501, 1000, 'bilinear')).toBe(1)
    expect(valueAt(values, geometries['center-crop'], 2501, 1000, 'cells')).toBeNull()
  })

  it('raw cells are constant; bilinear meets the cell’s value at its centre only', () => {
    const values = Float32Array.of(0, 1, 2, 3)
    expect([0.01, 0.99].map((x) => sampleMap(values, [2, 2], x, 0.5, 'cells'))).toEqual([0, 0])
    expect(sampleMap(values, [2, 2], 0.5, 0.5, 'bilinear')).toBe(0)
    expect(sampleMap(values, [2, 2], 1, 1, 'bilinear')).toBe(1.5)
    expect(sampleMap(values, [2, 2], 0.1, 0.1, 'bilinear')).toBe(0)
    expect(sampleMap(values, [2, 2], 1.9, 1.9, 'bilinear')).toBe(3)
    expect(sampleMap(values, [2, 2], 2, 1, 'cells')).toBeNull()
  })
})
