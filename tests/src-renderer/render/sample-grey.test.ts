import { describe, expect, it } from 'vitest'
import { displayTable } from '../../../src-main/display/grayscale.ts'
import type { GrayscalePipeline } from '../../../src-main/display/grayscale-types.ts'
import { greyOf, greyTable, type GreyTable } from '../../../src-renderer/render/grey-table.ts'
import { apply, invert, multiply, scaling, translation, type Matrix } from '../../../src-renderer/render/matrix.ts'
import { buildPyramid, levelFor, storedArray, type StoredArray } from '../../../src-renderer/render/pyramid.ts'
import { sampleGrey } from '../../../src-renderer/render/sample-grey.ts'
import { FITTED, flipAcross, turnLeft, turnRight, viewMatrix, zoomBy } from '../../../src-renderer/render/view.ts'

const pipeline = (over: Partial<GrayscalePipeline> = {}): GrayscalePipeline => ({
  modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: '', windows: [], luts: [], inverse: false, padding: null, storedRange: { low: 0, high: 4095 }, ...over,
})
const identity: GreyTable = { low: 0, step: 1, greys: Uint8Array.from({ length: 256 }, (_, i) => i) }
const draw = (size: { width: number; height: number }, columns: number, rows: number, data: StoredArray, matrix: Matrix, table = identity, smooth = false) => {
  const target = new Uint32Array(size.width * size.height)
  sampleGrey(target, size, buildPyramid(columns, rows, data), table, matrix, smooth)
  return target
}
const greys = (target: Uint32Array) => [...target].map((colour) => colour === 0 ? null : colour & 255)

describe('grey sampling', () => {
  it('at 1:1 every screen pixel is its image pixel, opaque', () => {
    const data = Uint8Array.of(10, 20, 30, 40, 50, 60)
    const target = draw({ width: 3, height: 2 }, 3, 2, data, scaling(1, 1))
    expect(greys(target)).toEqual([10, 20, 30, 40, 50, 60])
    expect(target[0] >>> 24).toBe(255)
    expect(greys(draw({ width: 3, height: 2 }, 3, 2, data, scaling(1, 1), identity, true))).toEqual([10, 20, 30, 40, 50, 60])
  })

  it('outside the image nothing is drawn', () => {
    expect(greys(draw({ width: 4, height: 1 }, 2, 1, Uint8Array.of(7, 9), translation(1, 0)))).toEqual([null, 7, 9, null])
  })

  it('a quarter turn to the right brings the left column on top', () => {
    const size = { width: 2, height: 3 }
    const matrix = viewMatrix(turnRight(FITTED), { width: 3, height: 2, aspect: 1 }, size)
    expect(greys(draw(size, 3, 2, Uint8Array.of(1, 2, 3, 4, 5, 6), matrix))).toEqual([4, 1, 5, 2, 6, 3])
  })

  it('pixel centres are at +0.5: doubled smoothly, neighbours mix by quarters', () => {
    expect(greys(draw({ width: 4, height: 1 }, 2, 1, Uint8Array.of(0, 100), scaling(2, 1), identity, true))).toEqual([0, 25, 75, 100])
  })

  it('agrees with interpolation in floating point on 16-bit signed data in every orientation (seed 7)', () => {
    const [columns, rows] = [61, 47]
    let seed = 7
    const random = () => (seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32
    const data = Int16Array.from({ length: columns * rows }, () => Math.floor(random() * 60000) - 30000)
    const table: GreyTable = { low: -30000, step: 1, greys: Uint8Array.from({ length: 60001 }, (_, i) => i * 255 / 60000) }
    const image = { width: columns, height: rows, aspect: 1.3 }
    const size = { width: 90, height: 70 }
    for (const turn of [FITTED, turnRight(FITTED), turnLeft(flipAcross(FITTED)), flipAcross(FITTED)]) {
      const view = zoomBy(turn, 1.7, [30, 40], image, size)
      const matrix = viewMatrix(view, image, size)
      const target = draw(size, columns, rows, data, matrix, table, true)
      for (let i = 0; i < 500; i++) {
        const x = Math.floor(random() * size.width)
        const y = Math.floor(random() * size.height)
        const [u, v] = apply(invert(matrix), [x + 0.5, y + 0.5])
        const inside = u >= 0 && v >= 0 && u < columns && v < rows
        expect(target[y * size.width + x] !== 0).toBe(inside)
        if (!inside) continue
        const cu = Math.min(columns - 1, Math.max(0, u - 0.5))
        const cv = Math.min(rows - 1, Math.max(0, v - 0.5))
        const [l, t] = [Math.floor(cu), Math.floor(cv)]
        const [r, b] = [Math.min(columns - 1, l + 1), Math.min(rows - 1, t + 1)]
        const px = (c: number, w: number) => data[w * columns + c]
        const value = (px(l, t) * (1 - cu + l) + px(r, t) * (cu - l)) * (1 - cv + t) + (px(l, b) * (1 - cu + l) + px(r, b) * (cu - l)) * (cv - t)
        // weights of 7 bits: within 60000/128 in each direction, two greys each
        expect(Math.abs((target[y * size.width + x] & 255) - greyOf(table, value))).toBeLessThanOrEqual(4)
      }
    }
  })

  it('32-bit values with shared table entries are drawn by their entry', () => {
    const table: GreyTable = { low: -100_000, step: 1000, greys: Uint8Array.from({ length: 201 }, (_, i) => i) }
    expect(greys(draw({ width: 3, height: 1 }, 3, 1, Int32Array.of(-100_000, 0, 100_000), scaling(1, 1), table, true))).toEqual([0, 100, 200])
  })
})

describe('pyramid', () => {
  it('takes means of 2×2, and the border for itself where a side is odd', () => {
    const rows = 257
    const data = new Uint16Array(rows * rows).fill(1000)
    data[rows * rows - 1] = 3000
    const { levels } = buildPyramid(rows, rows, data)
    expect(levels.map(({ columns }) => columns)).toEqual([257, 129])
    expect(levels[1].data[0]).toBe(1000)
    expect(levels[1].data.at(-1)).toBe(3000)
  })

  it('the values of an image are a view of its bytes, not a copy', () => {
    const bytes = new ArrayBuffer(8)
    const stored = storedArray('int16', bytes)
    stored[1] = -5
    expect(new DataView(bytes).getInt16(2, true)).toBe(-5)
  })

  it('the level is chosen so that nothing is skipped', () => {
    const pyramid = buildPyramid(2500, 3000, new Uint8Array(2500 * 3000))
    expect([0.5, 1, 1.9, 2, 3.7, 4, 100].map((scale) => levelFor(pyramid, scale))).toEqual([0, 0, 0, 1, 1, 2, 4])
  })
})

describe('grey table', () => {
  it('a window maps its lower end to black and its upper end to white', () => {
    const table = greyTable(displayTable(pipeline(), { kind: 'window', center: 2000, width: 1000, function: 'LINEAR_EXACT' }), false)
    expect([0, 1500, 2000, 2500, 4095].map((stored) => greyOf(table, stored))).toEqual([0, 0, 128, 255, 255])
  })

  it('the reader’s inversion comes on top of the file’s', () => {
    const inverse = pipeline({ inverse: true })
    expect(greyOf(greyTable(displayTable(inverse, { kind: 'full-range' }), false), 0)).toBe(255)
    expect(greyOf(greyTable(displayTable(inverse, { kind: 'full-range' }), true), 0)).toBe(0)
  })

  it('the last display step follows rescale: windows are in modality values', () => {
    const hu = pipeline({ modality: { kind: 'linear', slope: 2, intercept: -1000 } })
    const table = greyTable(displayTable(hu, { kind: 'window', center: 0, width: 200, function: 'LINEAR_EXACT' }), false)
    expect([450, 500, 550].map((stored) => greyOf(table, stored))).toEqual([0, 128, 255])
  })
})

it('matrices compose right to left', () => {
  expect(apply(multiply(translation(10, 0), scaling(2, 2)), [1, 1])).toEqual([12, 2])
})
