import type { Random } from '../random.ts'
import { boneTube, forEachInside, stroke } from '../image/stroke.ts'
import type { Body } from './body.ts'

/** Collar bones, shoulder blades and upper arms. With the shoulders rolled forward (PA) the blades clear the lungs. */
export function addShoulders(body: Body, random: Random): void {
  const { grid, bone, physique } = body
  const outward = physique.anteroposterior ? -0.9 : 1.6
  const lift = physique.anteroposterior ? -1 : 0
  for (const side of [-1, 1]) {
    const tilt = random.normal(0, 0.3)
    const at = (x: number, y: number, radius: number) => ({ x: side * x, y: y + lift, radius })
    stroke(grid, bone, [at(1.9, -10.3, 0.85), at(3, -10.6, 0.7), at(6, -11.7 + tilt * 0.3, 0.55), at(9.5, -13 + tilt, 0.52), at(12.5, -13.4 + tilt, 0.6), at(15.2, -13.1 + tilt, 0.62)], boneTube(0.17, 1, 0.25))
    addBlade(body, side, outward + random.normal(0, 0.4), tilt)
    const arm = physique.armAngle
    stroke(grid, bone, [{ x: side * 16.6, y: -10.3, radius: 2.15 }, { x: side * 17, y: -9.6, radius: 2 }, { x: side * 17.6, y: -8, radius: 1.4 }, { x: side * (18 + 0.3 * arm), y: -5.5, radius: 1.05 }, { x: side * (19.2 + arm), y: 2, radius: 1.05 }, { x: side * (20 + 2.4 * arm), y: 15, radius: 1.1 }], boneTube(0.26, 0.7, 0.14))
  }
}

function addBlade({ grid, bone }: Body, side: number, outward: number, tilt: number): void {
  const point = (x: number, y: number): readonly [number, number] => [side * (x + outward), y + tilt]
  const outline = [point(9, -12.2), point(12.6, -11.4), point(14.2, -10.2), point(13.8, -8.4), point(12.6, -5), point(11.4, -0.6), point(10.4, -0.4), point(9.4, -4), point(8.6, -9)]
  forEachInside(grid, outline, (pixel) => (bone[pixel] += 0.16))
  const edge = (radius: number, ...points: readonly (readonly [number, number])[]) => points.map(([x, y]) => ({ x, y, radius }))
  stroke(grid, bone, edge(0.36, point(14, -8.6), point(12.6, -5), point(11.3, -0.7)), boneTube(0.12, 0.8, 0.3))
  stroke(grid, bone, edge(0.16, point(9, -12.2), point(8.6, -9), point(9.4, -4), point(10.4, -0.5)), boneTube(0.08, 1.4, 0.4))
  stroke(grid, bone, edge(0.34, point(8.8, -9.6), point(11.5, -11.4), point(14, -12.9), point(15.6, -13)), boneTube(0.12, 0.9, 0.3))
  stroke(grid, bone, edge(0.75, point(14.2, -10.6), point(14.1, -9.4)), boneTube(0.13, 0.7, 0.3))
}
