import { bentLine, type Point } from '../hardware/tubes.ts'
import type { Grid } from '../image/grid.ts'
import { chord, stroke, type Path } from '../image/stroke.ts'
import type { Polygon } from './outline.ts'
import type { PlaceCue } from './placed-cue.ts'

const RADIUS_CM = 0.38
const WALL_PER_CM = 1
const STRIPE_RADIUS_CM = 0.12
const STRIPE_PER_CM = 2.4

/** A pleural drain, from the side of the chest up to the apex, with its radiopaque stripe: the very sick have one. */
export const placeTube: PlaceCue = (_subject, grid, random) => {
  const side = random.pick([-1, 1])
  const tip = random.uniform(-11.5, -9.5)
  const bow = random.normal(0, 0.5)
  const line = bentLine([[17, 11], [14.4, 7.6], [12 + bow, 3], [10.6 + bow, -3], [8.8, -7.4], [7, tip]].map(([x, y]): Point => [side * x, y]), random)
  const stripe = line.map(([x, y]): Point => [x + 0.18, y])
  const path = (points: readonly Point[], radius: number): Path => points.map(([x, y]) => ({ x, y, radius }))
  return {
    outlines: [outlineOf(grid, line, RADIUS_CM)],
    lay: (layer) => {
      stroke(grid, layer, path(line, RADIUS_CM), (distance, radius) => WALL_PER_CM * chord(distance, radius))
      stroke(grid, layer, path(stripe, STRIPE_RADIUS_CM), (distance, radius) => STRIPE_PER_CM * chord(distance, radius))
    },
  }
}

/** Both banks of a line, as wide as its radius and the two pixels that the detector's blur and the raster may add, closed at both ends. */
function outlineOf(grid: Grid, line: readonly Point[], radiusCm: number): Polygon {
  const centres = line.map(([x, y]): Point => [grid.toColumn(x, y) + 0.5, grid.toRow(x, y) + 0.5])
  const half = radiusCm * grid.pixelsPerCm + 2.2
  const banks = centres.map(([x, y], k) => {
    const [ax, ay] = centres[Math.max(0, k - 1)]
    const [bx, by] = centres[Math.min(centres.length - 1, k + 1)]
    const length = Math.hypot(bx - ax, by - ay)
    const [alongX, alongY] = [((bx - ax) / length) * half, ((by - ay) / length) * half]
    // the ends are round: a square cap holds them
    const cap = k === 0 ? -1 : k === centres.length - 1 ? 1 : 0
    const [x0, y0] = [x + cap * alongX, y + cap * alongY]
    return { left: [x0 + alongY, y0 - alongX] as const, right: [x0 - alongY, y0 + alongX] as const }
  })
  return [...banks.map(({ left }) => left), ...banks.map(({ right }) => right).reverse()]
}
