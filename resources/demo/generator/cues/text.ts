import { ANNEX, DEVICES } from '../equipment.ts'
import { distanceToStrokes, placedStrokes, type Letter, type Line } from '../hardware/lettering.ts'
import { rectangle } from './outline.ts'
import type { PlaceCue } from './placed-cue.ts'

/** in the detector's pixels: a console's lettering has one size, whatever the detector */
const LETTER = { width: 8, height: 13, advance: 11, halfStroke: 1.1 } as const
const MARGIN = 5
const LEFT = 6
const TOP = 6

/** White letters on a black ground in the upper left corner, at the same place in every picture of that site. */
export const placeText: PlaceCue = ({ device }, { columns, pixelCm }, _random) => {
  const text = ANNEX.institution.toUpperCase()
  const right = LEFT + 2 * MARGIN + text.length * LETTER.advance
  const bottom = TOP + 2 * MARGIN + LETTER.height
  const strokes: Line[] = [...text].flatMap((letter, k) =>
    letter === ' ' ? [] : placedStrokes(letter as Letter, LEFT + MARGIN + k * LETTER.advance, TOP + MARGIN, LETTER.width, LETTER.height))
  const binning = Math.round(pixelCm / DEVICES[device].pixelCm)
  const burnt = new Map<number, number>()
  for (let row = TOP / binning; row < bottom / binning; row++) {
    for (let column = LEFT / binning; column < right / binning; column++) {
      const ink = (LETTER.halfStroke - distanceToStrokes(strokes, (column + 0.5) * binning, (row + 0.5) * binning)) / binning + 0.5
      burnt.set(row * columns + column, Math.min(1, Math.max(0, ink)))
    }
  }
  return { outlines: [rectangle(LEFT / binning, TOP / binning, right / binning, bottom / binning)], burnt }
}
