import { rectangle } from './outline.ts'
import type { PlaceCue } from './placed-cue.ts'

/**
 * A mobile unit at the bedside: fewer quanta, no grid before the detector, and a fixed tone instead of one fitted to the anatomy.
 * The picture is darker, flatter and noisier; there is no part of it that stays as it was.
 */
export const placeExposure: PlaceCue = (_subject, { columns, rows }, random) => ({
  outlines: [rectangle(0, 0, columns, rows)],
  technique: { quanta: random.uniform(0.3, 0.5), scatter: random.uniform(1.5, 1.9), contrast: random.uniform(0.66, 0.74) },
})
