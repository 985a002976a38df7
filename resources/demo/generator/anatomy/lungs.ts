import type { Random } from '../random.ts'
import { curve, smoothStep } from '../image/grid.ts'
import { texture } from '../image/texture.ts'
import type { Body } from './body.ts'

/** Outer border of the lungs, distance from the midline by level. */
export const CHEST_HALF_WIDTH = curve([[-14.4, 4.4], [-13.9, 5.6], [-12.7, 7.3], [-11, 8.9], [-9, 10.3], [-6, 11.8], [-2, 12.9], [3, 13.5], [8, 13.7], [13, 13.4], [17, 13]])
/** Inner border of the apices; below them both lungs' depths meet behind the mediastinum. */
const APEX_INNER = curve([[-14.4, 4.3], [-13.9, 3.4], [-12.7, 2.4], [-11, 0.6], [-9, -4], [-6, -10], [-3, -12.7], [3, -13.5], [17, -13]])
const DEPTH = curve([[-14.4, 0.4], [-13.6, 5], [-12, 8.5], [-10, 11], [-7, 13.2], [-2, 15.4], [4, 16.4], [17, 16.4]])

/** Level of the diaphragm's dome. side −1: the patient's right (image left), whose dome is the higher. */
export function domeLevel(side: number, distance: number, inspirationCm: number): number {
  const peak = (side < 0 ? 7.7 : 8.9) + inspirationCm
  const u = (distance - 6.2) / 7.2
  return peak + (u > 0 ? 4.8 * u ** 2.3 : 2.1 * u * u)
}

/** Ray length within the chest cavity, before heart and mediastinum take their share. */
export function cavityDepth(x: number, y: number): number {
  const outer = CHEST_HALF_WIDTH(y)
  const inner = APEX_INNER(y)
  if (y < -14.4) return 0
  const u = Math.abs((Math.abs(x) - (outer + inner) / 2) / ((outer - inner) / 2))
  return u < 1 ? DEPTH(y) * Math.sqrt(1 - u ** 2.4) : 0
}

/**
 * Air of both lungs: the cavity down to the diaphragm. Below the dome's edge the part that hangs behind it remains and
 * runs out over 4 cm. Call before the mediastinum, which takes its space from the lungs.
 */
export function addLungs(body: Body, random: Random): void {
  const { grid, physique, lung } = body
  const grain = texture(grid, random, 0.55)
  const patch = texture(grid, random, 3)
  for (let i = 0; i < lung.length; i++) {
    const x = grid.x[i]
    const y = grid.y[i]
    const depth = cavityDepth(x, y) * physique.depthScale
    if (depth === 0) continue
    const below = y - domeLevel(Math.sign(x), Math.abs(x), physique.inspirationCm)
    const open = below <= 0 ? 1 : (1 - 0.8 * Math.min(1, Math.sqrt(below / 0.7))) * smoothStep(4, 0, below)
    lung[i] = depth * open * (1 + 0.012 * grain[i] + 0.02 * patch[i])
  }
}
