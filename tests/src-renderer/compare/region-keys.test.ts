import { expect, test } from 'vitest'
import { middleRegion, movedRegion, resizedRegion } from '../../../src-renderer/views/compare/region-keys.ts'

const IMAGE = { columns: 200, rows: 100 }
const AROUND = [[1, 0], [0, 1], [-1, 0], [0, -1]] as const

test('a region begins in the middle and a step is four pixels here', () => {
  const region = middleRegion(IMAGE)
  expect(region).toEqual({ kind: 'rectangle', x: 75, y: 38, width: 50, height: 25 })
  expect(movedRegion(region, [1, 0], IMAGE)).toMatchObject({ x: 79, y: 38, width: 50, height: 25 })
  expect(resizedRegion(region, [0, -1], IMAGE)).toMatchObject({ x: 75, y: 38, width: 50, height: 21 })
})

test('however long a key is held, the region stays within the image and is never empty', () => {
  for (const step of AROUND) {
    for (const change of [movedRegion, resizedRegion]) {
      let region = middleRegion(IMAGE)
      for (let times = 0; times < 100; times++) region = change(region, step, IMAGE)
      expect(region.x).toBeGreaterThanOrEqual(0)
      expect(region.y).toBeGreaterThanOrEqual(0)
      expect(Math.min(region.width, region.height)).toBeGreaterThanOrEqual(1)
      expect(region.x + region.width).toBeLessThanOrEqual(IMAGE.columns)
      expect(region.y + region.height).toBeLessThanOrEqual(IMAGE.rows)
    }
  }
})

test('an image of one pixel has a region of one pixel', () => {
  const tiny = { columns: 1, rows: 1 }
  expect(resizedRegion(movedRegion(middleRegion(tiny), [1, 1], tiny), [-1, -1], tiny)).toEqual({ kind: 'rectangle', x: 0, y: 0, width: 1, height: 1 })
})
