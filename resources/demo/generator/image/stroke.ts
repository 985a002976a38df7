import type { Grid } from './grid.ts'

/** A point of a path in body centimetres with the half-width there; `weight` is the profile's to use. */
export interface PathPoint {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly weight?: number
}

export type Path = readonly PathPoint[]

/** Thickness in cm at a distance from the centre line. */
export type Profile = (distance: number, radius: number, weight: number) => number

/** Chord of a ray through a solid cylinder or ball of this radius. */
export const chord = (distance: number, radius: number): number =>
  distance < radius ? 2 * Math.sqrt(radius * radius - distance * distance) : 0

export const rod: Profile = (distance, radius, weight) => weight * chord(distance, radius)

/** A long bone: a dense shell around a lighter core. `flatness`: depth over width of its section. */
export const boneTube = (shellCm: number, flatness: number, core: number): Profile => (distance, radius, weight) =>
  weight * flatness * (chord(distance, radius) - (1 - core) * chord(distance, Math.max(0, radius - shellCm)))

/**
 * Adds the thickness of a path to `target`. A pixel takes the part of the path that it is deepest in, so bends and
 * joints do not count twice and a hollow profile has no rings across it.
 */
export function stroke(grid: Grid, target: Float32Array, path: Path, profile: Profile): void {
  stamp(grid, target, [path], profile, (depth, _thickness, best) => depth > best)
}

/** The same for many solid paths that together are one body (a tree of vessels): where they meet, the thickest counts. */
export function strokeAll(grid: Grid, target: Float32Array, paths: readonly Path[], profile: Profile): void {
  stamp(grid, target, paths, profile, (_depth, thickness, _best, thickest) => thickness > thickest)
}

type Wins = (depth: number, thickness: number, bestDepth: number, bestThickness: number) => boolean

interface Box { left: number; right: number; top: number; bottom: number }

function stamp(grid: Grid, target: Float32Array, paths: readonly Path[], profile: Profile, wins: Wins): void {
  const box = paths.flat().map((point) => boxOf(grid, [point], point.radius)).reduce(union, { left: grid.columns, right: -1, top: grid.rows, bottom: -1 })
  const width = box.right - box.left + 1
  const height = box.bottom - box.top + 1
  if (width <= 0 || height <= 0) return
  const depths = new Float32Array(width * height)
  const layer = new Float32Array(width * height)
  for (const path of paths) {
    for (let k = 0; k + 1 < path.length; k++) stampSegment(grid, box, width, depths, layer, path[k], path[k + 1], profile, wins)
  }
  for (let row = 0; row < height; row++) {
    const to = (box.top + row) * grid.columns + box.left
    for (let column = 0; column < width; column++) target[to + column] += layer[row * width + column]
  }
}

function stampSegment(grid: Grid, within: Box, width: number, depths: Float32Array, layer: Float32Array, a: PathPoint, b: PathPoint, profile: Profile, wins: Wins): void {
  const reach = Math.max(a.radius, b.radius)
  const box = boxOf(grid, [a, b], reach)
  const dx = b.x - a.x
  const dy = b.y - a.y
  const lengthSquared = dx * dx + dy * dy || 1e-12
  const aWeight = a.weight ?? 1
  const bWeight = b.weight ?? 1
  for (let row = box.top; row <= box.bottom; row++) {
    for (let column = box.left; column <= box.right; column++) {
      const i = row * grid.columns + column
      const px = grid.x[i] - a.x
      const py = grid.y[i] - a.y
      const t = Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared))
      const radius = a.radius + t * (b.radius - a.radius)
      const ox = px - t * dx
      const oy = py - t * dy
      const distanceSquared = ox * ox + oy * oy
      if (distanceSquared >= radius * radius) continue
      const distance = Math.sqrt(distanceSquared)
      const depth = 1 - distance / radius
      const thickness = profile(distance, radius, aWeight + t * (bWeight - aWeight))
      const at = (row - within.top) * width + column - within.left
      if (!wins(depth, thickness, depths[at], layer[at])) continue
      depths[at] = depth
      layer[at] = thickness
    }
  }
}

/** Pixels that the points with this half-width can touch, cut at the image's border. */
function boxOf(grid: Grid, points: readonly PathPoint[], radius: number): Box {
  const columns = points.map((point) => grid.toColumn(point.x, point.y))
  const rows = points.map((point) => grid.toRow(point.x, point.y))
  const margin = radius * grid.pixelsPerCm + 1
  return {
    left: Math.max(0, Math.floor(Math.min(...columns) - margin)),
    right: Math.min(grid.columns - 1, Math.ceil(Math.max(...columns) + margin)),
    top: Math.max(0, Math.floor(Math.min(...rows) - margin)),
    bottom: Math.min(grid.rows - 1, Math.ceil(Math.max(...rows) + margin)),
  }
}

const union = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left), right: Math.max(a.right, b.right), top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom),
})

/** Every pixel whose centre lies inside the polygon (body centimetres), once. */
export function forEachInside(grid: Grid, polygon: readonly (readonly [number, number])[], visit: (pixel: number) => void): void {
  const columns = polygon.map(([x, y]) => grid.toColumn(x, y))
  const rows = polygon.map(([x, y]) => grid.toRow(x, y))
  const top = Math.max(0, Math.floor(Math.min(...rows)))
  const bottom = Math.min(grid.rows - 1, Math.ceil(Math.max(...rows)))
  for (let row = top; row <= bottom; row++) {
    const crossings: number[] = []
    for (let k = 0, j = rows.length - 1; k < rows.length; j = k++) {
      if (rows[k] > row !== rows[j] > row) crossings.push(columns[k] + ((row - rows[k]) / (rows[j] - rows[k])) * (columns[j] - columns[k]))
    }
    crossings.sort((a, b) => a - b)
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const last = Math.min(grid.columns - 1, Math.floor(crossings[k + 1]))
      for (let column = Math.max(0, Math.ceil(crossings[k])); column <= last; column++) visit(row * grid.columns + column)
    }
  }
}
