import { expect, test } from 'vitest'

import { rasterise } from '../../../src-main/causal/mask.ts'
import { ZONES, type Zone } from '../../../src-main/contract/causal.ts'
import { areaOf } from '../../../src-main/image/raster.ts'
import { IDENTITY } from '../../../src-main/tensor/affine.ts'
import { normal } from '../../../src-main/tensor/random.ts'
import { detectZones } from '../../../src-main/zones/detect.ts'
import { drawnText } from '../../fixtures/drawn-text.ts'

const [ROWS, COLUMNS] = [320, 300]
type Paint = (x: number, y: number) => number | null
const ellipse = (cx: number, cy: number, rx: number, ry: number, value: number): Paint => (x, y) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1 ? value : null
const box = (x0: number, y0: number, x1: number, y1: number, value: number): Paint => (x, y) => x >= x0 && x < x1 && y >= y0 && y < y1 ? value : null

/** A body with two lungs on a dark ground, and what else is painted over it; places in shares of the sides. */
function chest(more: readonly Paint[] = []): Float32Array {
  const noise = normal(3)
  const paints: readonly Paint[] = [ellipse(0.5, 0.75, 0.42, 0.9, 0.55), ellipse(0.34, 0.52, 0.11, 0.24, 0.2), ellipse(0.66, 0.52, 0.11, 0.24, 0.2), ...more]
  return Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => {
    const [x, y] = [((i % COLUMNS) + 0.5) / COLUMNS, (Math.floor(i / COLUMNS) + 0.5) / ROWS]
    return Math.min(1, Math.max(0, paints.reduce<number>((value, paint) => paint(x, y) ?? value, 0.02) + 0.005 * noise()))
  })
}

const zoneOf = (zones: readonly Zone[], name: string): Zone => zones.find((zone) => zone.name === name)!
/** share of a painted box that lies in a zone */
function covered(zone: Zone, x0: number, y0: number, x1: number, y1: number): number {
  const size = { rows: ROWS, columns: COLUMNS }
  const [mask, wanted] = [rasterise(zone.outline, size, IDENTITY), rasterise([[[x0 * COLUMNS, y0 * ROWS], [x1 * COLUMNS, y0 * ROWS], [x1 * COLUMNS, y1 * ROWS], [x0 * COLUMNS, y1 * ROWS]]], size, IDENTITY)]
  return mask.data.reduce((sum, value, i) => sum + (value & wanted.data[i]), 0) / areaOf(wanted)
}

test('every zone is told of, one that is not there with an empty outline', () => {
  const zones = detectZones(chest(), ROWS, COLUMNS)
  expect(zones.map(({ name }) => name)).toEqual(Object.keys(ZONES))
  for (const name of ['text', 'collimation']) expect(zoneOf(zones, name)).toMatchObject({ outline: [], confidence: 0, area: 0 })
})

test('lungs, what is between them and the ground beside the body are found', () => {
  const zones = detectZones(chest(), ROWS, COLUMNS)
  expect(covered(zoneOf(zones, 'lungs'), 0.28, 0.4, 0.4, 0.6)).toBeGreaterThan(0.95)
  expect(covered(zoneOf(zones, 'lungs'), 0.48, 0.4, 0.52, 0.6)).toBe(0)
  expect(covered(zoneOf(zones, 'mediastinum'), 0.48, 0.4, 0.52, 0.6)).toBeGreaterThan(0.95)
  expect(covered(zoneOf(zones, 'outside-body'), 0.02, 0.1, 0.06, 0.3)).toBeGreaterThan(0.95)
  expect(covered(zoneOf(zones, 'below-diaphragm'), 0.4, 0.85, 0.6, 0.95)).toBeGreaterThan(0.9)
})

test('a lead marker is a small bright object', () => {
  const zones = detectZones(chest([box(0.86, 0.06, 0.88, 0.12, 0.95), box(0.88, 0.1, 0.92, 0.12, 0.95)]), ROWS, COLUMNS)
  expect(covered(zoneOf(zones, 'markers'), 0.86, 0.06, 0.88, 0.12)).toBe(1)
  expect(zoneOf(zones, 'markers').area).toBeLessThan(0.02)
})

test('a plate that touches a narrow blade is found, and the blade is none', () => {
  const zones = detectZones(chest([box(0, 0, 0.03, 1, 0.9), box(0.97, 0, 1, 1, 0.9), box(0.88, 0.06, 0.97, 0.1, 0.95)]), ROWS, COLUMNS)
  expect(covered(zoneOf(zones, 'markers'), 0.88, 0.06, 0.955, 0.1)).toBe(1)
  expect(covered(zoneOf(zones, 'markers'), 0.98, 0.3, 1, 0.9)).toBe(0)
})

test('thin, fainter strokes belong to the plate whose thick ones are bright', () => {
  const plate = [box(0.8, 0.06, 0.93, 0.065, 0.22), box(0.8, 0.11, 0.93, 0.115, 0.22), box(0.8, 0.06, 0.805, 0.115, 0.22), box(0.925, 0.06, 0.93, 0.115, 0.22), box(0.8, 0.06, 0.84, 0.115, 0.95)]
  const zone = zoneOf(detectZones(chest(plate), ROWS, COLUMNS), 'markers')
  expect(covered(zone, 0.8, 0.06, 0.93, 0.115)).toBeGreaterThan(0.95)
  expect(zone.area).toBeLessThan(0.03)
})

test('a thin tube is a line, and a rib-wide band is none', () => {
  const tube = detectZones(chest([box(0.495, 0, 0.507, 0.7, 0.8)]), ROWS, COLUMNS)
  expect(covered(zoneOf(tube, 'lines'), 0.495, 0.35, 0.507, 0.65)).toBeGreaterThan(0.9)
  expect(zoneOf(detectZones(chest([box(0.45, 0.2, 0.55, 0.7, 0.8)]), ROWS, COLUMNS), 'lines').area).toBeLessThan(0.03)
})

test('small bright places on both sides alike are anatomy', () => {
  const pair = [box(0.2, 0.5, 0.22, 0.53, 0.95), box(0.78, 0.5, 0.8, 0.53, 0.95)]
  expect(zoneOf(detectZones(chest(pair), ROWS, COLUMNS), 'markers').outline).toEqual([])
  const zone = zoneOf(detectZones(chest([...pair, box(0.86, 0.06, 0.88, 0.12, 0.95)]), ROWS, COLUMNS), 'markers')
  expect(covered(zone, 0.86, 0.06, 0.88, 0.12)).toBe(1)
  expect(covered(zone, 0.2, 0.5, 0.22, 0.53)).toBe(0)
})

test('two markers beside the body are no anatomy', () => {
  const zone = zoneOf(detectZones(chest([box(0.08, 0.06, 0.1, 0.12, 0.95), box(0.9, 0.06, 0.92, 0.12, 0.95)]), ROWS, COLUMNS), 'markers')
  expect(covered(zone, 0.08, 0.06, 0.1, 0.12)).toBe(1)
  expect(covered(zone, 0.9, 0.06, 0.92, 0.12)).toBe(1)
})

/** Slanting lines of a width, from the top downwards and outwards; in shares of the sides. */
const slant = (x0: number, outwards: number, value: number): Paint => (x, y) => y > 0.3 && y < 0.7 && Math.abs(x - x0 - outwards * 0.3 * (y - 0.3)) < 0.006 ? value : null

test('a line that has its like on the other side is anatomy, one on one side alone is none', () => {
  const pair = zoneOf(detectZones(chest([slant(0.32, -1, 0.75), slant(0.68, 1, 0.75)]), ROWS, COLUMNS), 'lines')
  expect(pair.outline).toEqual([])
  const alone = zoneOf(detectZones(chest([slant(0.32, -1, 0.75)]), ROWS, COLUMNS), 'lines')
  expect(covered(alone, 0.28, 0.45, 0.282, 0.452)).toBe(1)
})

test('a drain beside ribs that have their like on the other side is kept, and the ribs are not', () => {
  const ribs = [slant(0.24, -0.4, 0.7), slant(0.76, 0.4, 0.7)]
  const zone = zoneOf(detectZones(chest([...ribs, slant(0.29, -0.4, 0.8)]), ROWS, COLUMNS), 'lines')
  expect(covered(zone, 0.267, 0.49, 0.269, 0.492)).toBe(1)
  expect(covered(zone, 0.217, 0.49, 0.219, 0.492)).toBe(0)
  expect(covered(zone, 0.781, 0.49, 0.783, 0.492)).toBe(0)
})

test('print is text, with the ground around it; two letters are none', () => {
  const print = drawnText(ROWS, COLUMNS, [{ text: 'PORTABLE', x: 40, y: 60, em: 20 }])
  const zone = zoneOf(detectZones(print.data, ROWS, COLUMNS), 'text')
  expect(covered(zone, 40 / COLUMNS, 44 / ROWS, 110 / COLUMNS, 62 / ROWS)).toBe(1)
  expect(zone.area).toBeLessThan(0.05)
  expect(zoneOf(detectZones(drawnText(ROWS, COLUMNS, [{ text: 'AP', x: 40, y: 60, em: 20 }]).data, ROWS, COLUMNS), 'text').outline).toEqual([])
})

test('blades of the collimator are beyond the field', () => {
  const zones = detectZones(chest([box(0, 0, 0.06, 1, 0.9), box(0.94, 0, 1, 1, 0.9)]), ROWS, COLUMNS)
  expect(covered(zoneOf(zones, 'collimation'), 0, 0, 0.05, 1)).toBeGreaterThan(0.95)
  expect(zoneOf(zones, 'collimation').area).toBeLessThan(0.16)
})

test('an image of one grey value has no anatomy and does no harm', () => {
  const zones = detectZones(new Float32Array(40 * 30).fill(0.5), 40, 30)
  for (const name of ['lungs', 'mediastinum', 'markers', 'lines', 'text']) expect(zoneOf(zones, name).outline).toEqual([])
})

test.each([[1, 1], [1, 50], [3, 2]])('an image of %i×%i pixels does no harm', (rows, columns) => {
  expect(detectZones(new Float32Array(rows * columns).fill(0.3), rows, columns)).toHaveLength(Object.keys(ZONES).length)
})
