import { expect, test } from 'vitest'

import { rasterise } from '../../../src-main/causal/mask.ts'
import { contoursOf, simplified } from '../../../src-main/image/contour.ts'
import { grow } from '../../../src-main/image/grow.ts'
import { fillHarmonic } from '../../../src-main/image/harmonic.ts'
import { dilate } from '../../../src-main/image/morphology.ts'
import { ridgesOf } from '../../../src-main/image/ridges.ts'
import { IDENTITY } from '../../../src-main/tensor/affine.ts'
import { uniform } from '../../../src-main/tensor/random.ts'

const randomMask = (seed: number, rows: number, columns: number, share = 0.5) => {
  const random = uniform(seed)
  return { data: Uint8Array.from({ length: rows * columns }, () => Number(random() < share)), rows, columns }
}

test.each(Array.from({ length: 20 }, (_, i) => i + 1))('the outlines of a random mask fill to the same mask again (seed %i)', (seed) => {
  const mask = randomMask(seed, 9, 12)
  expect(rasterise(contoursOf(mask), mask, IDENTITY)).toEqual(mask)
})

test('a hole is a ring of its own', () => {
  const mask = { data: new Uint8Array(25).fill(1), rows: 5, columns: 5 }
  mask.data[12] = 0
  expect(contoursOf(mask)).toHaveLength(2)
})

test('a simplified ring stays within its tolerance', () => {
  const circle = Array.from({ length: 200 }, (_, i): [number, number] => [50 + 40 * Math.cos((i * Math.PI) / 100), 50 + 40 * Math.sin((i * Math.PI) / 100)])
  const few = simplified(circle, 0.5)
  expect(few.length).toBeLessThan(40)
  expect(few.length).toBeGreaterThan(8)
})

test('growing by running counts is dilation with a square', () => {
  const mask = randomMask(3, 17, 23, 0.05)
  for (const radius of [0, 1, 3]) expect(grow(mask, radius)).toEqual(dilate(mask, radius))
})

test('a harmonic fill goes on with a plane', () => {
  const [rows, columns] = [24, 24]
  const plane = Float32Array.from({ length: rows * columns }, (_, i) => 2 * (i % columns) - Math.floor(i / columns))
  const unknown = Uint8Array.from({ length: rows * columns }, (_, i) => Number(Math.abs((i % columns) - 12) < 5 && Math.abs(Math.floor(i / columns) - 12) < 4))
  const filled = plane.map((value, i) => unknown[i] === 1 ? NaN : value)
  filled.forEach((value, i) => { if (Number.isNaN(value)) filled[i] = 0 })
  fillHarmonic(filled, unknown, rows, columns)
  for (let i = 0; i < plane.length; i++) expect(Math.abs(filled[i] - plane[i])).toBeLessThan(0.15)
})

test('where nothing is known, a harmonic fill is 0', () => {
  const values = new Float32Array(9).fill(7)
  fillHarmonic(values, new Uint8Array(9).fill(1), 3, 3)
  expect([...values]).toEqual(new Array(9).fill(0))
})

test('a bright line is a ridge along itself, and an edge is none', () => {
  const [rows, columns] = [40, 40]
  const line = Float32Array.from({ length: rows * columns }, (_, i) => Number(Math.abs((i % columns) - 20) <= 1))
  const edge = Float32Array.from({ length: rows * columns }, (_, i) => Number(i % columns >= 20))
  const at = 20 * columns + 20
  const { strength, direction } = ridgesOf({ data: line, rows, columns }, [2])
  expect(strength[at]).toBeGreaterThan(0.3)
  expect(Math.abs(direction[at] - Math.PI / 2)).toBeLessThan(0.05)
  expect(strength[at]).toBeGreaterThan(4 * ridgesOf({ data: edge, rows, columns }, [2]).strength[20 * columns + 20])
})
