import type { Random } from '../random.ts'
import type { Marker } from '../configuration.ts'
import { distanceToStrokes, strokesOf, type Line } from './lettering.ts'

const FRAME: Line = [[-0.28, -0.28], [1.28, -0.28], [1.28, 1.28], [-0.28, 1.28], [-0.28, -0.28]]
const LEAD_ATTENUATION = 2.6

export interface MarkerPlace {
  readonly letter: Marker
  readonly framed: boolean
  /** centre of the letter as a fraction of the image, and its height */
  readonly column: number
  readonly row: number
  readonly heightCm: number
  readonly tiltDegrees: number
}

/** A lead letter on its own side of the patient: L at the image's right, R at its left, high or low. */
export function drawMarker(letter: Marker, random: Random): MarkerPlace {
  const inset = random.uniform(0.06, 0.1)
  return {
    letter,
    framed: random.chance(0.3),
    column: letter === 'L' ? 1 - inset : inset,
    row: random.chance(0.7) ? random.uniform(0.06, 0.16) : random.uniform(0.84, 0.93),
    heightCm: random.uniform(1.3, 2),
    tiltDegrees: random.normal(0, 5),
  }
}

interface Raster { readonly columns: number; readonly rows: number; readonly pixelCm: number }

/** Adds the letter to the attenuation of metal. It lies on the detector, so its place is the image's, not the body's. */
export function addMarker({ columns, rows, pixelCm }: Raster, metal: Float32Array, place: MarkerPlace): void {
  const size = place.heightCm / pixelCm
  const half = 0.09 * size
  const angle = (place.tiltDegrees * Math.PI) / 180
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const reach = Math.ceil(size * 1.3)
  const column0 = Math.round(place.column * columns)
  const row0 = Math.round(place.row * rows)
  const strokes = place.framed ? [...strokesOf(place.letter), FRAME] : strokesOf(place.letter)
  for (let row = Math.max(0, row0 - reach); row <= Math.min(rows - 1, row0 + reach); row++) {
    for (let column = Math.max(0, column0 - reach); column <= Math.min(columns - 1, column0 + reach); column++) {
      const right = column - place.column * columns
      const down = row - place.row * rows
      const u = ((cos * right + sin * down) / size) * 1.35 + 0.5
      const v = (cos * down - sin * right) / size + 0.5
      const distance = distanceToStrokes(strokes, u, v) * size
      metal[row * columns + column] += LEAD_ATTENUATION * Math.min(1, Math.max(0, half - distance + 0.5))
    }
  }
}
