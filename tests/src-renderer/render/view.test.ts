import { describe, expect, it } from 'vitest'
import { apply, invert, type Point } from '../../../src-renderer/render/matrix.ts'
import { FITTED, fitZoom, flipAcross, flipDown, oneToOne, orientationText, panBy, turnLeft, turnRight, viewMatrix, zoomBy, type View } from '../../../src-renderer/render/view.ts'

const image = { width: 2500, height: 3000, aspect: 1 }
const pane = { width: 700, height: 800 }
const at = (view: View, point: Point) => apply(viewMatrix(view, image, pane), point).map((v) => Math.round(v * 1e6) / 1e6)

const ways: [string, (view: View) => View][] = [
  ['upright', (view) => view], ['turned right', turnRight], ['turned left', turnLeft], ['upside down', (view) => turnRight(turnRight(view))],
  ['mirrored', flipAcross], ['flipped', flipDown], ['mirrored and turned', (view) => turnRight(flipAcross(view))],
]

describe('view', () => {
  it.each(ways)('%s: image → pane → image comes back', (_, turn) => {
    const matrix = viewMatrix(turn({ ...FITTED, zoom: 0.37, center: [1000, 900] }), image, pane)
    for (const point of [[0, 0], [12.5, 2999.5], [2500, 3000]] as const) {
      const [x, y] = apply(invert(matrix), apply(matrix, point))
      expect(x).toBeCloseTo(point[0], 9)
      expect(y).toBeCloseTo(point[1], 9)
    }
  })

  it.each(ways)('%s: a fitted image lies inside the pane and touches two of its borders', (_, turn) => {
    const view = turn(FITTED)
    const corners = ([[0, 0], [2500, 0], [0, 3000], [2500, 3000]] as const).map((corner) => at(view, corner))
    const [left, right] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))]
    const [top, bottom] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))]
    expect(Math.min(left, top)).toBeCloseTo(0, 6)
    expect(right).toBeLessThanOrEqual(700.001)
    expect(bottom).toBeLessThanOrEqual(800.001)
  })

  it('turning right puts the image’s upper left corner at the upper right', () => {
    const [x, y] = at(turnRight(FITTED), [0, 0])
    expect(x).toBeGreaterThan(350)
    expect(y).toBeLessThan(400)
  })

  it('mirroring after a turn mirrors what is on the screen', () => {
    const [x, y] = at(turnRight(FITTED), [100, 200])
    const [mirroredX, mirroredY] = at(flipAcross(turnRight(FITTED)), [100, 200])
    expect(mirroredX).toBeCloseTo(700 - x, 6)
    expect(mirroredY).toBeCloseTo(y, 6)
  })

  it('four quarter turns, and two mirrorings, change nothing', () => {
    expect(turnRight(turnRight(turnRight(turnRight(FITTED)))).orientation).toEqual(FITTED.orientation)
    expect(flipAcross(flipAcross(FITTED)).orientation).toEqual(FITTED.orientation)
    expect(turnLeft(turnRight(FITTED)).orientation).toEqual(FITTED.orientation)
  })

  it('zooming keeps the image point under the pointer', () => {
    const before = apply(invert(viewMatrix(FITTED, image, pane)), [200, 650])
    const after = apply(invert(viewMatrix(zoomBy(turnRight(FITTED), 2.5, [200, 650], image, pane), image, pane)), [200, 650])
    const turnedBefore = apply(invert(viewMatrix(turnRight(FITTED), image, pane)), [200, 650])
    expect(after[0]).toBeCloseTo(turnedBefore[0], 6)
    expect(after[1]).toBeCloseTo(turnedBefore[1], 6)
    expect(before[0]).not.toBeCloseTo(turnedBefore[0], 0)
  })

  it('a drag moves the image by as many screen pixels, however it lies', () => {
    for (const [, turn] of ways) {
      const view = turn({ ...FITTED, zoom: 0.8, center: [1200, 1500] })
      const [x, y] = at(view, [1200, 1500])
      const [movedX, movedY] = at(panBy(view, 30, -12, image, pane), [1200, 1500])
      expect(movedX - x).toBeCloseTo(30, 6)
      expect(movedY - y).toBeCloseTo(-12, 6)
    }
  })

  it('1:1 is one image pixel on one pixel of the screen, not of the style sheet', () => {
    const matrix = viewMatrix(oneToOne(FITTED, image, 2), image, pane)
    expect(matrix.a).toBe(0.5)
  })

  it('pixels twice as high as wide are drawn so', () => {
    const tall = { ...image, aspect: 2 }
    const matrix = viewMatrix(FITTED, tall, pane)
    expect(matrix.d / matrix.a).toBeCloseTo(2, 9)
    expect(fitZoom(FITTED, tall, pane)).toBeCloseTo(800 / 6000, 9)
  })

  it('the words for an orientation name mirroring and turns', () => {
    expect(orientationText(FITTED.orientation)).toBe('upright')
    expect(orientationText(turnRight(FITTED).orientation)).toBe('turned 90°')
    expect(orientationText(turnLeft(FITTED).orientation)).toBe('turned 270°')
    expect(orientationText(flipAcross(FITTED).orientation)).toBe('mirrored')
    expect(orientationText(flipDown(FITTED).orientation)).toBe('mirrored, turned 180°')
  })
})
