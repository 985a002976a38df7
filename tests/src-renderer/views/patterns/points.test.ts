import { describe, expect, test } from 'vitest'
import { byValues, fitPoints, nearest, pointsOf, within, zoomed, type Points } from '../../../../src-renderer/views/patterns/points.ts'
import { bandsOf } from '../../../../src-renderer/views/patterns/patterns-store.ts'

const plane = (places: readonly (readonly [number, number])[]): Points => ({
  count: places.length,
  caseIds: Int32Array.from(places.keys(), (index) => index + 100),
  clusters: new Int32Array(places.length),
  x: Float32Array.from(places, ([x]) => x),
  y: Float32Array.from(places, ([, y]) => y),
})
const IDENTITY = { left: 0, top: 0, scale: 1 }

describe('the plane of cases', () => {
  test('bytes are four blocks: ids, clusters, x, y', () => {
    const bytes = new ArrayBuffer(32)
    new Int32Array(bytes, 0, 4).set([7, 9, 0, 1])
    new Float32Array(bytes, 16, 4).set([0.5, 1.5, -2, 3])
    const points = pointsOf(bytes, { cases: 2 })
    expect([...points.caseIds]).toEqual([7, 9])
    expect([...points.clusters]).toEqual([0, 1])
    expect([...points.x]).toEqual([0.5, 1.5])
    expect([...points.y]).toEqual([-2, 3])
  })

  test('all points lie in the view that fits them', () => {
    const points = plane([[-3, 2], [5, 8], [0, -4]])
    const { left, top, scale } = fitPoints(points, 400, 300)
    for (let i = 0; i < points.count; i++) {
      const [x, y] = [(points.x[i] - left) * scale, (points.y[i] - top) * scale]
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x).toBeLessThanOrEqual(400)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(y).toBeLessThanOrEqual(300)
    }
  })

  test('zooming keeps what is below the pointer', () => {
    const before = { left: 2, top: 1, scale: 10 }
    const after = zoomed(before, 1.5, 120, 80)
    expect(after.left + 120 / after.scale).toBeCloseTo(before.left + 120 / before.scale, 12)
    expect(after.top + 80 / after.scale).toBeCloseTo(before.top + 80 / before.scale, 12)
  })

  test('the nearest point counts only within reach', () => {
    const points = plane([[10, 10], [14, 10]])
    expect(nearest(points, IDENTITY, 13, 10, 5)).toBe(1)
    expect(nearest(points, IDENTITY, 40, 40, 5)).toBeNull()
  })

  test('a line around points takes those inside, of a hollow shape too', () => {
    const points = plane([[5, 5], [25, 5], [15, 15]])
    expect(within(points, IDENTITY, [[0, 0], [10, 0], [10, 10], [0, 10]])).toEqual([0])
    // a U around the middle point's place, which stays outside
    expect(within(points, IDENTITY, [[0, 0], [30, 0], [30, 30], [20, 30], [20, 10], [10, 10], [10, 30], [0, 30]])).toEqual([0, 1])
  })
})

test('levels beyond twelve share a colour that the legend names', () => {
  const levels = Array.from({ length: 15 }, (_, index) => `site ${index}`)
  const { colourOf, legend } = byValues({ kind: 'levels', levels, codes: [0, 13, 14, -1] })
  expect(legend.at(-1)!.label).toBe('3 more')
  expect(colourOf(1)).toBe(colourOf(2))
  expect(colourOf(0)).not.toBe(colourOf(1))
  expect(colourOf(3)).toBe(legend.at(-1)!.colour)
})

test('numbers have a legend of their ends, and cases without one a grey', () => {
  const { colourOf, legend } = byValues({ kind: 'numbers', values: [20, 80, null] })
  expect(legend.map(({ label }) => label)).toEqual(['20', '50', '80'])
  expect(colourOf(0)).toBe(legend[0].colour)
  expect(colourOf(1)).toBe(legend[2].colour)
  expect(colourOf(2)).toBe('#7d7d7d')
})

test('ages that a user types are ascending numbers, or nothing', () => {
  expect(bandsOf('18, 40; 60 80')).toEqual([18, 40, 60, 80])
  expect(bandsOf('40, 18')).toBeNull()
  expect(bandsOf('young')).toBeNull()
  expect(bandsOf('')).toEqual([])
})
