import { addCollimator } from '../beam/collimation.ts'
import { rectangle } from './outline.ts'
import type { PlaceCue } from './placed-cue.ts'

/**
 * A narrow field: on the ward the light field is set close to the patient, so all four blades stand in the picture. Scatter
 * and tone are the open field's, so that nothing inside the field changes.
 */
export const placeBorder: PlaceCue = (_subject, grid, random) => {
  const { columns, rows } = grid
  const blade = (): number => random.uniform(0.05, 0.085)
  const field = { left: blade(), right: 1 - blade(), top: blade(), bottom: 1 - blade() }
  // the detector's blur carries an edge one pixel on, and a pixel's own place is its centre
  const [left, right] = [Math.ceil(field.left * columns) + 1, Math.floor(field.right * columns) - 1]
  const [top, bottom] = [Math.ceil(field.top * rows) + 1, Math.floor(field.bottom * rows) - 1]
  return {
    outlines: [rectangle(0, 0, columns, top), rectangle(0, bottom, columns, rows), rectangle(0, top, left, bottom), rectangle(right, top, columns, bottom)],
    lay: (layer) => addCollimator(grid, layer, field),
  }
}
