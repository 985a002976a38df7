import type { Outline, Zone } from '../../../src-main/contract/causal.ts'
import type { Region } from '../../../src-main/contract/records.ts'

export type Point = readonly [number, number]
export type Ring = readonly Point[]
export interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** A path for SVG, holes by the even-odd rule. */
export function pathOf(outline: Outline): string {
  return outline.map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join('L')}Z`).join('')
}

export function boxOf(outline: Outline): Box | null {
  const points = outline.flat()
  if (points.length === 0) return null
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

export function rectangleRing({ x, y, width, height }: Box): Ring {
  return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
}

/** As a region for methods that take no outline: only of a zone in one piece. */
export function regionOf(outline: Outline): Region | null {
  const box = outline.length === 1 ? boxOf(outline) : null
  return box && box.width > 0 && box.height > 0 ? { kind: 'rectangle', ...box } : null
}

/** At most `most` points a ring: the one whose triangle with its neighbours is smallest goes first (Visvalingam and Whyatt 1993). */
export function thinned(outline: Outline, most: number): Outline {
  return outline.map((ring) => {
    const points = [...ring]
    while (points.length > Math.max(3, most)) {
      let least = 0
      let leastArea = Infinity
      for (let i = 0; i < points.length; i++) {
        const area = triangle(points[(i + points.length - 1) % points.length], points[i], points[(i + 1) % points.length])
        if (area < leastArea) [least, leastArea] = [i, area]
      }
      points.splice(least, 1)
    }
    return points
  })
}
function triangle([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
}

export function moved(outline: Outline, dx: number, dy: number): Outline {
  return outline.map((ring) => ring.map(([x, y]): Point => [x + dx, y + dy]))
}
export function withVertex(outline: Outline, ring: number, vertex: number, at: Point): Outline {
  return outline.map((points, i) => i !== ring ? points : points.map((point, j) => j === vertex ? at : point))
}
/** One more, half way to the next. */
export function withVertexAfter(outline: Outline, ring: number, vertex: number): Outline {
  return outline.map((points, i) => {
    if (i !== ring) return points
    const [[ax, ay], [bx, by]] = [points[vertex], points[(vertex + 1) % points.length]]
    return [...points.slice(0, vertex + 1), [(ax + bx) / 2, (ay + by) / 2] as const, ...points.slice(vertex + 1)]
  })
}
/** A ring keeps three points; taking one more away takes the ring. */
export function withoutVertex(outline: Outline, ring: number, vertex: number): Outline {
  return outline.flatMap((points, i) => {
    if (i !== ring) return [points]
    return points.length > 3 ? [points.filter((_, j) => j !== vertex)] : []
  })
}

/** In fractions of the image, for a template. */
export function fractionsOf(outline: Outline, columns: number, rows: number): Outline {
  return outline.map((ring) => ring.map(([x, y]): Point => [x / columns, y / rows]))
}

const SMALL_THINGS = ['markers', 'text', 'lines']
/** What is drawn by hand is drawn around something: the small thing whose piece lies in the region for the most part. */
export function zoneWithin({ x, y, width, height }: Region, zones: readonly Pick<Zone, 'name' | 'outline'>[]): string | null {
  const inside = ([px, py]: Point): boolean => px >= x && px <= x + width && py >= y && py <= y + height
  for (const name of SMALL_THINGS) {
    const zone = zones.find((candidate) => candidate.name === name)
    if (zone?.outline.some((ring) => ring.filter(inside).length >= 0.8 * ring.length)) return name
  }
  return null
}
