import type { Random } from '../random.ts'
import { curve, smoothStep } from '../image/grid.ts'
import { rod, stroke } from '../image/stroke.ts'
import { texture } from '../image/texture.ts'
import type { Body } from './body.ts'

const HALF_WIDTH = curve([[-24, 6.2], [-19, 6.3], [-17, 7], [-15.8, 9.2], [-14.8, 13], [-13.6, 16.4], [-12, 18.2], [-9, 18], [-6, 16.4], [-2, 15.2], [4, 15], [10, 15.2], [16, 15.4], [24, 15.8]])
const DEPTH = curve([[-24, 13.5], [-18, 14], [-14, 16.5], [-10, 18.5], [-4, 20], [4, 20.5], [10, 21.5], [24, 22]])

/** Outline of neck, shoulders, chest wall and abdomen, with the arms beside it. */
export function addTrunk({ grid, physique, water }: Body, random: Random): void {
  const muscle = texture(grid, random, 2.4)
  const fat = texture(grid, random, 0.7)
  for (let i = 0; i < water.length; i++) {
    const y = grid.y[i]
    const u = Math.abs(grid.x[i]) / (HALF_WIDTH(y) + physique.wallCm)
    if (u < 1) water[i] = DEPTH(y) * physique.depthScale * Math.sqrt(1 - u ** 2.6) * (1 + 0.009 * muscle[i] + 0.004 * fat[i])
  }
  for (const side of [-1, 1]) {
    const arm = [
      { x: side * 15.5, y: -10, radius: 4.6 },
      { x: side * (19 + physique.armAngle), y: -1, radius: 4.1 },
      { x: side * (20 + 2.6 * physique.armAngle), y: 16, radius: 3.8 },
    ]
    const limb = new Float32Array(water.length)
    stroke(grid, limb, arm, rod)
    for (let i = 0; i < water.length; i++) {
      if (limb[i] > 0) water[i] = softUnion(water[i], limb[i])
    }
    if (physique.breastCm > 0) addBreast(grid, water, side, physique.breastCm)
  }
}

/** Thickness of two bodies that share part of their depth: between the larger and the sum (a norm of order 3). */
const softUnion = (a: number, b: number): number => Math.cbrt(a * a * a + b * b * b)

/** Sharp below and to the side, running out upwards into the chest wall. */
function addBreast(grid: Body['grid'], water: Float32Array, side: number, thicknessCm: number): void {
  for (let i = 0; i < water.length; i++) {
    const u = (side * grid.x[i] - 8.4) / 5.6
    const v = (grid.y[i] - 4.6) / 5.4
    const inside = 1 - u * u - v * v
    if (inside > 0) water[i] += thicknessCm * Math.sqrt(inside) * smoothStep(-1.05, 0.35, v)
  }
}
