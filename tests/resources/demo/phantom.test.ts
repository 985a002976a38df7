import { describe, expect, test } from 'vitest'
import { DEFAULT_CONFIGURATION } from '../../../resources/demo/generator/configuration.ts'
import { DEVICES } from '../../../resources/demo/generator/equipment.ts'
import { ZONES } from '../../../resources/demo/generator/findings/consolidation.ts'
import { makeGrid, type Grid } from '../../../resources/demo/generator/image/grid.ts'
import { takeImage } from '../../../resources/demo/generator/phantom.ts'
import { drawSubject, type Subject } from '../../../resources/demo/generator/subject.ts'

const SEED = 52

const gridOf = (subject: Subject): Grid => makeGrid({ ...DEVICES[subject.device], ...subject.stance })

/** Mean attenuation within `radius` cm of a place in the body. */
function meanAround(subject: Subject, attenuation: Float32Array, x: number, y: number, radius: number): number {
  const grid = gridOf(subject)
  let sum = 0
  let count = 0
  for (let i = 0; i < attenuation.length; i++) {
    if ((grid.x[i] - x) ** 2 + (grid.y[i] - y) ** 2 > radius * radius) continue
    sum += attenuation[i]
    count++
  }
  return sum / count
}

const positives = (count: number): Subject[] => {
  const found: Subject[] = []
  for (let index = 0; found.length < count; index++) {
    const subject = drawSubject(SEED, index, DEFAULT_CONFIGURATION)
    if (subject.consolidation) found.push(subject)
  }
  return found
}

describe(`phantom images of seed ${SEED}`, () => {
  test('the same subject gives the same attenuation, another one a different one', () => {
    const [first, second] = positives(2)
    expect(takeImage(first).attenuation).toEqual(takeImage(first).attenuation)
    expect(takeImage(first).attenuation).not.toEqual(takeImage(second).attenuation)
  })

  test('a consolidation makes its own zone denser and leaves the far side as it is', () => {
    for (const subject of positives(4)) {
      const zone = ZONES[subject.consolidation!.zone]
      const ill = takeImage(subject).attenuation
      const well = takeImage({ ...subject, consolidation: null }).attenuation
      const near = meanAround(subject, ill, zone.x, zone.y, 2.5) - meanAround(subject, well, zone.x, zone.y, 2.5)
      const far = meanAround(subject, ill, -zone.x, zone.y, 2.5) - meanAround(subject, well, -zone.x, zone.y, 2.5)
      expect(near).toBeGreaterThan(0.05)
      expect(Math.abs(far)).toBeLessThan(0.02)
    }
  })

  test('lung is more transparent than heart, heart than abdomen, and the air beside the neck most of all', () => {
    const subject = { ...positives(1)[0], consolidation: null, tube: 'none', field: null } as const
    const { attenuation } = takeImage(subject)
    const at = (x: number, y: number): number => meanAround(subject, attenuation, x, y, 1)
    const levels = [at(-12, -18), at(-8, -4), at(3.5, 4), at(-7, 14)]
    expect(levels).toEqual([...levels].sort((a, b) => a - b))
  })

  test('the marker is the densest thing in its corner', () => {
    const subject = positives(1)[0]
    const { attenuation, columns, rows } = takeImage(subject)
    const bare = takeImage({ ...subject, marker: { ...subject.marker, column: -1 } }).attenuation
    const differing = Array.from(attenuation).flatMap((value, i) => (Math.abs(value - bare[i]) > 0.5 ? [i] : []))
    expect(differing.length).toBeGreaterThan(20)
    for (const pixel of differing) {
      expect(Math.abs((pixel % columns) / columns - subject.marker.column)).toBeLessThan(0.1)
      expect(Math.abs(Math.floor(pixel / columns) / rows - subject.marker.row)).toBeLessThan(0.1)
    }
  })
})
