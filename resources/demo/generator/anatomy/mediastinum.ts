import { curve } from '../image/grid.ts'
import { rod, stroke, type PathPoint } from '../image/stroke.ts'
import { rayThrough, type Body, type Ellipsoid } from './body.ts'

const COLUMN_HALF_WIDTH = curve([[-24, 2.6], [-14, 2.9], [-9, 3], [-4, 2.9], [2, 2.6], [20, 2.6]])

/** Heart, great vessels and the central column of spine and soft tissue: they take their depth from the lungs' air. */
export function addMediastinum(body: Body): void {
  const { grid, lung } = body
  const organs = organsOf(body).map(rayThrough)
  for (let i = 0; i < lung.length; i++) {
    if (lung[i] <= 0) continue
    const x = grid.x[i]
    const y = grid.y[i]
    let sum = cube(central(x, y))
    for (const organ of organs) sum += cube(organ(x, y))
    lung[i] = Math.max(0, lung[i] - Math.cbrt(sum))
  }
}

const cube = (value: number): number => value * value * value

function central(x: number, y: number): number {
  const u = Math.abs(x) / COLUMN_HALF_WIDTH(y)
  return u < 1 ? 16 * Math.sqrt(1 - u * u) : 0
}

function organsOf({ physique }: Body): Ellipsoid[] {
  const scale = physique.heartScale
  const tilt = (physique.heartTiltDegrees * Math.PI) / 180
  const drop = 0.8 * physique.inspirationCm + 0.5
  return [
    { x: 1.9 * scale, y: 4.1 + drop, halfLength: 6.7 * scale, halfWidth: 4.5 * scale, depth: 15.5, tilt },
    { x: -1.3 * scale, y: 4.4 + drop, halfLength: 3.2 * scale, halfWidth: 4.4 * scale, depth: 13.5, tilt: 0 },
    // aortic knob, descending aorta, pulmonary trunk, superior vena cava
    { x: 1.6, y: -6, halfLength: 2.3, halfWidth: 2.3, depth: 8, tilt: 0 },
    { x: 1.7, y: 2, halfLength: 1.6, halfWidth: 12, depth: 5, tilt: 0 },
    { x: 1.6, y: -1.4, halfLength: 2.6, halfWidth: 4.2, depth: 9, tilt: -0.2 },
    // the hila: nodes, fat and the first vessels
    { x: -3.3, y: -0.6, halfLength: 1.3, halfWidth: 2.5, depth: 2.4 * physique.hilaScale, tilt: -0.2 },
    { x: 3.6, y: -1.5, halfLength: 1.3, halfWidth: 2.3, depth: 2.4 * physique.hilaScale, tilt: 0.2 },
    { x: -1.9, y: -4.5, halfLength: 1.7, halfWidth: 8.5, depth: 8, tilt: 0 },
  ]
}

const TRACHEA: readonly PathPoint[] = [
  { x: 0.1, y: -24, radius: 0.95 }, { x: 0.1, y: -13, radius: 0.95 }, { x: -0.2, y: -8, radius: 0.95 }, { x: -0.3, y: -5, radius: 1 },
]
const BRONCHI: readonly (readonly PathPoint[])[] = [
  [{ x: -0.4, y: -5, radius: 0.65 }, { x: -1.7, y: -3.6, radius: 0.6 }, { x: -3.2, y: -1.8, radius: 0.5 }],
  [{ x: -0.2, y: -5, radius: 0.6 }, { x: 1.8, y: -3.7, radius: 0.55 }, { x: 4, y: -2.4, radius: 0.45 }],
]

/** The windpipe and main bronchi: air in the mediastinum's tissue. */
export function addAirway({ grid, water }: Body): void {
  const air = new Float32Array(water.length)
  for (const path of [TRACHEA, ...BRONCHI]) stroke(grid, air, path, rod)
  for (let i = 0; i < water.length; i++) water[i] = Math.max(0, water[i] - air[i])
}
