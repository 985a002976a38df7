import type { Random } from '../random.ts'
import type { Grid } from './grid.ts'

/**
 * Smooth noise fixed to the body: bilinear between normal values on a lattice `cellCm` apart, about mean 0 and
 * deviation 1 at the knots. Row-major, one value a pixel.
 */
export function texture(grid: Grid, random: Random, cellCm: number): Float32Array {
  const halfCm = 26
  const side = Math.ceil((2 * halfCm) / cellCm) + 2
  const knots = Float32Array.from({ length: side * side }, () => random.normal(0, 1))
  const values = new Float32Array(grid.x.length)
  for (let i = 0; i < values.length; i++) {
    const u = Math.min(side - 2, Math.max(0, (grid.x[i] + halfCm) / cellCm))
    const v = Math.min(side - 2, Math.max(0, (grid.y[i] + halfCm) / cellCm))
    const column = Math.floor(u)
    const row = Math.floor(v)
    const a = fade(u - column)
    const b = fade(v - row)
    const k = row * side + column
    values[i] = (1 - b) * ((1 - a) * knots[k] + a * knots[k + 1]) + b * ((1 - a) * knots[k + side] + a * knots[k + side + 1])
  }
  return values
}

const fade = (t: number): number => t * t * (3 - 2 * t)
