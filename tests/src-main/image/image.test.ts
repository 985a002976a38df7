import { describe, expect, it } from 'vitest'

import { gaussianBlur } from '../../../src-main/image/blur.ts'
import { componentsOf, keepComponents, largestComponent, withoutHoles } from '../../../src-main/image/components.ts'
import { distanceInside } from '../../../src-main/image/distance.ts'
import { closed, dilate, erode, opened } from '../../../src-main/image/morphology.ts'
import { otsuThreshold } from '../../../src-main/image/otsu.ts'
import type { Mask } from '../../../src-main/image/raster.ts'
import { areaOf } from '../../../src-main/image/raster.ts'
import { uniform } from '../../../src-main/tensor/random.ts'

/** A mask as it looks: # is 1. */
const drawn = (...lines: string[]): Mask => ({ data: Uint8Array.from(lines.join(''), (sign) => (sign === '#' ? 1 : 0)), rows: lines.length, columns: lines[0].length })
const lines = ({ data, columns }: Mask): string[] => Array.from({ length: data.length / columns }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns), (value) => (value ? '#' : '.')).join(''))

function noise(rows: number, columns: number, seed: number, share: number): Mask {
  const next = uniform(seed)
  return { data: Uint8Array.from({ length: rows * columns }, () => (next() < share ? 1 : 0)), rows, columns }
}

describe('components', () => {
  it('pixels that touch by a corner are one with 8 neighbours and two with 4', () => {
    const mask = drawn('#..', '.##', '...')
    expect(componentsOf(mask, 8).components).toEqual([{ label: 1, area: 3, top: 0, left: 0, bottom: 1, right: 2 }])
    expect(componentsOf(mask, 4).components.map(({ area }) => area)).toEqual([1, 2])
  })

  it('arms that meet late become one, in the order of first pixels', () => {
    const { labels, components } = componentsOf(drawn('#.#.#', '#.#..', '###.#'), 8)
    expect(components.map(({ area }) => area)).toEqual([7, 1, 1])
    expect(Array.from(labels)).toEqual([1, 0, 1, 0, 2, 1, 0, 1, 0, 0, 1, 1, 1, 0, 3])
  })

  it.each([4, 8] as const)('agree with a flood fill on noise, %i neighbours', (neighbours) => {
    const mask = noise(37, 53, 11, 0.45)
    const { labels, components } = componentsOf(mask, neighbours)
    const seen = new Set<number>()
    let found = 0
    for (let start = 0; start < mask.data.length; start++) {
      if (mask.data[start] === 0 || seen.has(start)) continue
      const open = [start]
      const area = new Set(open)
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        const [row, column] = [Math.floor(at / 53), at % 53]
        for (const [down, right] of [[-1, 0], [1, 0], [0, -1], [0, 1], [-1, -1], [-1, 1], [1, -1], [1, 1]].slice(0, neighbours)) {
          const next = (row + down) * 53 + column + right
          if (row + down < 0 || row + down >= 37 || column + right < 0 || column + right >= 53 || mask.data[next] === 0 || area.has(next)) continue
          area.add(next)
          open.push(next)
        }
      }
      for (const at of area) seen.add(at)
      found++
      expect(components[labels[start] - 1].area).toBe(area.size)
      expect(new Set([...area].map((at) => labels[at])).size).toBe(1)
    }
    expect(components.length).toBe(found)
  })

  it('the largest and the wanted are kept alone, holes are filled and bays are not', () => {
    expect(lines(largestComponent(drawn('##..', '...#', '...#', '...#')))).toEqual(['....', '...#', '...#', '...#'])
    expect(lines(keepComponents(drawn('##..', '...#'), ({ area }) => area === 2, 4))).toEqual(['##..', '....'])
    expect(lines(withoutHoles(drawn('.....', '.###.', '.#.#.', '.###.', '.#.#.')))).toEqual(['.....', '.###.', '.###.', '.###.', '.#.#.'])
    expect(areaOf(largestComponent(drawn('...')))).toBe(0)
  })
})

describe('Otsu', () => {
  it('splits two modes in their middle and is not moved by what is not finite', () => {
    const values = [...Array<number>(300).fill(10), ...Array<number>(100).fill(50), NaN, Infinity]
    const threshold = otsuThreshold(values)
    expect(threshold).toBeGreaterThan(25)
    expect(threshold).toBeLessThan(35)
  })

  it('has no threshold where all values are the same', () => {
    expect(otsuThreshold([3, 3, 3])).toBeNaN()
    expect(otsuThreshold([])).toBeNaN()
  })
})

describe('morphology', () => {
  it.each([1, 2, 5, 40])('is the extreme of the square on noise, radius %i', (radius) => {
    const next = uniform(5)
    const image = { data: Float32Array.from({ length: 23 * 31 }, next), rows: 23, columns: 31 }
    const [high, low] = [dilate(image, radius), erode(image, radius)]
    for (let row = 0; row < 23; row++) {
      for (let column = 0; column < 31; column++) {
        const near: number[] = []
        for (let r = Math.max(0, row - radius); r <= Math.min(22, row + radius); r++) for (let c = Math.max(0, column - radius); c <= Math.min(30, column + radius); c++) near.push(image.data[r * 31 + c])
        expect(high.data[row * 31 + column]).toBe(Math.max(...near))
        expect(low.data[row * 31 + column]).toBe(Math.min(...near))
      }
    }
  })

  it('opening drops what is narrow, closing bridges gaps', () => {
    expect(lines(opened(drawn('#....', '.###.', '.###.', '.###.'), 1))).toEqual(['.....', '.###.', '.###.', '.###.'])
    expect(lines(closed(drawn('##.##', '##.##', '##.##'), 1))).toEqual(['#####', '#####', '#####'])
  })
})

describe('blur', () => {
  it('equals scipy.ndimage.gaussian_filter', () => {
    const image = { data: Float32Array.from([0, 0, 0, 10, 0, 4, 0, 0, 0, 0, 0, 7]), rows: 3, columns: 4 }
    // gaussian_filter([[0,0,0,10],[0,4,0,0],[0,0,0,7]], 1.2)
    const expected = [0.517228, 1.074192, 2.358942, 3.794447, 0.553295, 1.031512, 2.068045, 3.219647, 0.493753, 0.941302, 1.926027, 3.021609]
    gaussianBlur(image, 1.2).data.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5))
  })

  it('keeps the mean, and everything where sigma is 0', () => {
    const image = { data: Float32Array.from({ length: 60 }, uniform(2)), rows: 6, columns: 10 }
    const mean = (data: Float32Array) => data.reduce((sum, value) => sum + value, 0) / data.length
    expect(mean(gaussianBlur(image, 2).data)).toBeCloseTo(mean(image.data), 6)
    expect(gaussianBlur(image, 0).data).toEqual(image.data)
  })
})

describe('distance', () => {
  it('is the distance to the nearest pixel outside, by trying all', () => {
    const mask = noise(19, 27, 3, 0.9)
    const outside: [number, number][] = []
    mask.data.forEach((value, at) => { if (value === 0) outside.push([Math.floor(at / 27), at % 27]) })
    distanceInside(mask).data.forEach((distance, at) => {
      const nearest = Math.min(...outside.map(([row, column]) => Math.hypot(row - Math.floor(at / 27), column - at % 27)))
      expect(distance).toBeCloseTo(nearest, 5)
    })
  })

  it('is infinite where nothing is outside', () => {
    expect(distanceInside(drawn('##', '##')).data[0]).toBe(Infinity)
  })
})
