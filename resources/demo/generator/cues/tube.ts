import { domeLevel } from '../anatomy/lungs.ts'
import { bentLine, type Point } from '../hardware/tubes.ts'
import type { Grid } from '../image/grid.ts'
import { chord, stroke, type Path } from '../image/stroke.ts'
import type { Polygon } from './outline.ts'
import type { PlaceCue } from './placed-cue.ts'

const RADIUS_CM = 0.24
const WALL_PER_CM = 1.15
/** the tungsten weight at the end */
const TIP_RADIUS_CM = 0.3
const TIP_PER_CM = 3.4

/** A feeding tube with a weighted tip, from above the picture down the gullet into the stomach: the very sick have one. */
export const placeTube: PlaceCue = ({ physique }, grid, random) => {
  const low = domeLevel(1, 6, physique.inspirationCm)
  const sway = random.normal(0, 0.35)
  const end = random.uniform(4.6, 6.6)
  const line = bentLine([[0.2, -24], [0.3 + sway, -12], [0.6 + sway, -4], [0.9, 4], [1.3, low - 0.5], [2.8, low + 2.4], [end, low + 3.4]], random)
  const tip = line.slice(-7)
  const path = (points: readonly Point[], radius: number): Path => points.map(([x, y]) => ({ x, y, radius }))
  return {
    outlines: [outlineOf(grid, line, RADIUS_CM), outlineOf(grid, tip, TIP_RADIUS_CM)],
    lay: (layer) => {
      stroke(grid, layer, path(line, RADIUS_CM), (distance, radius) => WALL_PER_CM * chord(distance, radius))
      stroke(grid, layer, path(tip, TIP_RADIUS_CM), (distance, radius) => TIP_PER_CM * chord(distance, radius))
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
