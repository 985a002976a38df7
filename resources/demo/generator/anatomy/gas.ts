import type { Random } from '../random.ts'
import { rayThrough, type Body, type Ellipsoid } from './body.ts'
import { domeLevel } from './lungs.ts'

/** Gas in the stomach under the left dome, with a fluid level where the patient stands, and in the bowel of some. */
export function addGas(body: Body, random: Random): void {
  const { physique } = body
  const dome = domeLevel(1, 6, physique.inspirationCm)
  if (random.chance(0.75)) {
    const halfWidth = random.uniform(0.9, 1.9)
    const bubble = { x: random.uniform(4.8, 7.6), y: dome + halfWidth + 0.7, halfLength: random.uniform(1.6, 3.2), halfWidth, depth: random.uniform(3, 6), tilt: random.normal(0.1, 0.12) }
    removeWater(body, bubble, physique.anteroposterior ? Infinity : bubble.y + halfWidth * 0.35)
  }
  if (!random.chance(0.5)) return
  const loops = random.integer(2, 7)
  for (let k = 0; k < loops; k++) {
    const halfLength = random.uniform(0.9, 2)
    removeWater(body, { x: random.uniform(4, 11), y: dome + random.uniform(5, 11), halfLength, halfWidth: halfLength * random.uniform(0.5, 0.9), depth: random.uniform(1.5, 3.5), tilt: random.uniform(0, 3) }, Infinity)
  }
}

function removeWater({ grid, water }: Body, shape: Ellipsoid, lowest: number): void {
  const gas = rayThrough(shape)
  for (let i = 0; i < water.length; i++) {
    if (grid.y[i] < lowest) water[i] = Math.max(0, water[i] - gas(grid.x[i], grid.y[i]))
  }
}
