import { distanceToStrokes, placedStrokes, type Line } from '../hardware/lettering.ts'
import type { Polygon } from './outline.ts'
import type { PlaceCue } from './placed-cue.ts'

/** The plate and what is on it, in centimetres from its centre. */
const HALF_WIDTH = 1.6
const HALF_HEIGHT = 1.05
const FRAME: Line = [[-1.5, -0.95], [1.5, -0.95], [1.5, 0.95], [-1.5, 0.95], [-1.5, -0.95]]
const STROKES: readonly Line[] = [
  FRAME,
  ...placedStrokes('L', -1.25, -0.6, 0.95, 1.2),
  ...placedStrokes('K', -0.12, 0.0, 0.6, 0.6),
  ...placedStrokes('W', 0.6, 0.0, 0.7, 0.6),
]
const STROKE_CM = 0.13
const LEAD_ATTENUATION = 2.6
const PLATE_ATTENUATION = 0.5

/**
 * The ward radiographers' own marker: a plate with a lead frame, an L and their initials, clipped to the upper corner on the
 * patient's left, beside whatever letter the detector's own marker shows; below that one where it has the corner already.
 */
export const placeMarker: PlaceCue = ({ marker }, { columns, rows, pixelCm }, random) => {
  const isCornerTaken = marker.letter === 'L' && marker.row < 0.5
  const x0 = columns - random.uniform(2.4, 3.6) / pixelCm
  const y0 = random.uniform(2, 3.4) / pixelCm + (isCornerTaken ? marker.row * rows + 0.6 / pixelCm : 0)
  const angle = (random.normal(0, 6) * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const corner = (u: number, v: number): readonly [number, number] => [x0 + (cos * u - sin * v) / pixelCm, y0 + (sin * u + cos * v) / pixelCm]
  // half a pixel for the soft edge, one for the detector's blur, both in each direction
  const [halfWidth, halfHeight] = [HALF_WIDTH + 2.2 * pixelCm, HALF_HEIGHT + 2.2 * pixelCm]
  const outline: Polygon = [corner(-halfWidth, -halfHeight), corner(halfWidth, -halfHeight), corner(halfWidth, halfHeight), corner(-halfWidth, halfHeight)]
  return {
    outlines: [outline],
    lay: (layer) => {
      const reach = Math.ceil(2.1 / pixelCm)
      for (let row = Math.max(0, Math.floor(y0) - reach); row <= Math.min(rows - 1, y0 + reach); row++) {
        for (let column = Math.max(0, Math.floor(x0) - reach); column <= Math.min(columns - 1, x0 + reach); column++) {
          const right = (column + 0.5 - x0) * pixelCm
          const down = (row + 0.5 - y0) * pixelCm
          const [u, v] = [cos * right + sin * down, cos * down - sin * right]
          const within = Math.min(HALF_WIDTH - Math.abs(u), HALF_HEIGHT - Math.abs(v)) / pixelCm + 0.5
          if (within <= 0) continue
          const lead = (STROKE_CM - distanceToStrokes(STROKES, u, v)) / pixelCm + 0.5
          layer[row * columns + column] += PLATE_ATTENUATION * Math.min(1, within) + LEAD_ATTENUATION * Math.min(1, Math.max(0, lead))
        }
      }
    },
  }
}
