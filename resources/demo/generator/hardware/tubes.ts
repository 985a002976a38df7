import type { Random } from '../random.ts'
import type { Tube } from '../configuration.ts'
import { forEachInside, stroke, type PathPoint } from '../image/stroke.ts'
import type { Body } from '../anatomy/body.ts'

export type Point = readonly [number, number]

/** What lies in or on the patient. Values are attenuation (no unit) at the centre of the wire or stripe. */
export const TUBE_DRAWINGS: Readonly<Record<Tube, (body: Body, random: Random) => void>> = {
  none: () => {},
  'ecg-leads': addLeads,
  'central-line': (body, random) => {
    const tip = random.uniform(-3.5, 1)
    addWire(body, [[-4.2, -18], [-3.4, -14], [-2.6, -10.5], [-2.2, -6], [-2, tip]], 0.13, 0.3, random)
  },
  'tracheal-tube': (body, random) => {
    const tip = random.uniform(-9.5, -7)
    addWire(body, [[0.6, -23], [0.3, -16], [0, -12], [-0.1, tip]], 0.4, 0.16, random)
    addWire(body, [[0.95, -23], [0.65, -16], [0.35, -12], [0.25, tip]], 0.07, 0.35, random)
  },
  pacemaker: addPacemaker,
}

function addLeads(body: Body, random: Random): void {
  const spots: readonly Point[] = [[-9.5, -9.5], [9.8, -9], [random.uniform(9, 12), random.uniform(4, 8)]]
  for (const [x, y] of spots.slice(0, random.integer(2, 3))) {
    const at: Point = [x + random.normal(0, 0.9), y + random.normal(0, 0.9)]
    stroke(body.grid, body.metal, [{ x: at[0], y: at[1], radius: 0.55 }, { x: at[0] + 0.05, y: at[1], radius: 0.55 }], (distance) => (distance < 0.28 ? 0.85 : 0.22))
    const exit: Point = [random.uniform(-4, 12), 26]
    addWire(body, [at, [at[0] + random.normal(0.5, 1.2), at[1] + 5], [(at[0] + exit[0]) / 2 + random.normal(0, 1.5), at[1] + 12], exit], 0.09, 0.5, random)
  }
}

function addPacemaker(body: Body, random: Random): void {
  const side = random.chance(0.8) ? 1 : -1
  const x = side * random.uniform(9, 10.6)
  const y = random.uniform(-9.6, -7.8)
  const outline = Array.from({ length: 28 }, (_, k): Point => {
    const angle = (2 * Math.PI * k) / 28
    return [x + 2.3 * Math.sign(Math.cos(angle)) * Math.abs(Math.cos(angle)) ** 0.6, y + 1.9 * Math.sign(Math.sin(angle)) * Math.abs(Math.sin(angle)) ** 0.7]
  })
  forEachInside(body.grid, outline, (pixel) => {
    const inner = Math.abs(body.grid.x[pixel] - x) < 1.5 && body.grid.y[pixel] > y - 0.4
    body.metal[pixel] += inner ? 1.9 : 1.2
  })
  addWire(body, [[x - side * 1.4, y - 1.8], [side * 6, -12.2], [side * 2, -11.4], [-1.9, -8.4], [-2.2, -2], [-1.4, 4], [2.4, 6.4], [5.2, 6.6]], 0.11, 0.75, random)
}

/** A bent wire through the points. */
function addWire({ grid, metal }: Body, points: readonly Point[], radius: number, attenuation: number, random: Random): void {
  const path: PathPoint[] = bentLine(points, random).map(([x, y]) => ({ x, y, radius }))
  stroke(grid, metal, path, (distance) => attenuation * Math.sqrt(Math.max(0, 1 - (distance / radius) ** 2)))
}

/** The points, all but the first a little moved, rounded by Chaikin's corner cutting. */
export function bentLine(points: readonly Point[], random: Random): readonly Point[] {
  let line: readonly Point[] = points.map(([x, y], k): Point => (k === 0 ? [x, y] : [x + random.normal(0, 0.18), y]))
  for (let round = 0; round < 3; round++) line = cutCorners(line)
  return line
}

function cutCorners(line: readonly Point[]): Point[] {
  const between = (a: Point, b: Point, t: number): Point => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
  return [line[0], ...line.slice(1).flatMap((point, k) => [between(line[k], point, 0.25), between(line[k], point, 0.75)]), line[line.length - 1]]
}
