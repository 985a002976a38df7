import { boneTube, stroke } from '../image/stroke.ts'
import { smoothStep } from '../image/grid.ts'
import type { Body } from './body.ts'

interface Vertebra { readonly y: number; readonly halfHeight: number; readonly halfWidth: number }

/** Vertebral bodies with end plates, pedicles and spinous processes, from the neck to the upper lumbar spine. */
export function addSpine(body: Body): void {
  const { grid, physique, bone } = body
  const middle = (y: number): number => physique.scoliosisCm * Math.cos((Math.PI * (y - 1)) / 28)
  const column = vertebrae()
  const levels = column.map(({ y }) => y)
  for (let i = 0; i < bone.length; i++) {
    const y = grid.y[i]
    const across = Math.abs(grid.x[i] - middle(y))
    if (across > 2.4) continue
    const vertebra = column[nearest(levels, y)]
    const v = Math.abs(y - vertebra.y) / vertebra.halfHeight
    const u = across / (vertebra.halfWidth * (0.9 + 0.1 * Math.min(1, v * v)))
    if (u >= 1.06) continue
    const sides = smoothStep(1.06, 0.86, u)
    const inside = smoothStep(1.1, 0.94, v)
    const plate = smoothStep(0.72, 0.92, v) * inside
    const wall = smoothStep(0.72, 0.94, u)
    bone[i] += sides * (0.16 + inside * (0.34 + 0.22 * wall) + 0.26 * plate)
  }
  const ring = boneTube(0.14, 0.7, 0.1)
  for (const vertebra of column) {
    const x = middle(vertebra.y)
    for (const side of [-1, 1]) {
      const pedicle = { x: x + side * vertebra.halfWidth * 0.6, radius: 0.36 }
      stroke(grid, bone, [{ ...pedicle, y: vertebra.y - 0.28 }, { ...pedicle, y: vertebra.y + 0.12 }], ring)
    }
    stroke(grid, bone, [{ x, y: vertebra.y + 0.5, radius: 0.2 }, { x, y: vertebra.y + 1.3, radius: 0.26 }], boneTube(0.12, 1.6, 0.3))
  }
}

function vertebrae(): Vertebra[] {
  const column: Vertebra[] = []
  for (let y = -23, pitch = 1.75; y < 24; y += pitch) {
    column.push({ y, halfHeight: pitch * 0.4, halfWidth: 0.78 * pitch + (y < -13 ? 0 : 0.05) })
    pitch += 0.055
  }
  return column
}

function nearest(levels: readonly number[], y: number): number {
  let best = 0
  for (let k = 1; k < levels.length; k++) {
    if (Math.abs(levels[k] - y) < Math.abs(levels[best] - y)) best = k
  }
  return best
}
