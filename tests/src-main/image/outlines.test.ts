import { describe, expect, test } from 'vitest'

import { rasterise } from '../../../src-main/causal/mask.ts'
import { contoursOf, simplified } from '../../../src-main/image/contour.ts'
import { grow } from '../../../src-main/image/grow.ts'
import { ABSENT, fillAlongLines, KNOWN, OPEN } from '../../../src-main/image/line-fill.ts'
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

describe('a fill along lines', () => {
  const [rows, columns] = [24, 24]
  const plane = (value: (row: number, column: number) => number): Float32Array => Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns))
  const states = (state: (row: number, column: number) => number): Uint8Array => Uint8Array.from(plane(state))
  const hole = (row: number, column: number): number => Math.abs(row - 12) < 5 && Math.abs(column - 12) < 4 ? OPEN : KNOWN
  const filledIn = (whole: Float32Array, what: Uint8Array): Float32Array => {
    const filled = whole.map((value, i) => what[i] === OPEN ? 99 : value)
    fillAlongLines(filled, what, rows, columns)
    return filled
  }

  test('goes on with a shade', () => {
    const shade = plane((row, column) => 0.02 * column - 0.01 * row)
    filledIn(shade, states(hole)).forEach((value, i) => expect(Math.abs(value - shade[i])).toBeLessThan(0.015))
  })
  test.each([['level', (row: number) => Number(row >= 12)], ['upright', (_: number, column: number) => Number(column >= 11)], ['slanting', (row: number, column: number) => Number(row > column)]])('carries an edge across the hole: %s', (_, edge) => {
    const sharp = plane(edge)
    const wrong = filledIn(sharp, states(hole)).filter((value, i) => Math.abs(value - sharp[i]) > 0.3).length
    // of 63 pixels
    expect(wrong).toBeLessThanOrEqual(5)
  })
  test('takes nothing from where there is no picture', () => {
    const padded = plane((_, column) => column < 8 ? 0 : 0.6)
    const what = states((row, column) => column < 8 ? ABSENT : column < 14 && row > 4 && row < 20 ? OPEN : KNOWN)
    filledIn(padded, what).forEach((value, i) => { if (what[i] === OPEN) expect(value).toBeCloseTo(0.6, 5) })
  })
  test('gives what no line reaches the mean of what is known, and 0 where nothing is', () => {
    const lonely = filledIn(plane(() => 0.4), states((row, column) => row === 0 && column === 1 ? KNOWN : OPEN))
    lonely.forEach((value) => expect(value).toBeCloseTo(0.4, 5))
    expect([...filledIn(plane(() => 7), states(() => OPEN))]).toEqual(new Array(rows * columns).fill(0))
  })
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
