import type { Mask } from './raster.ts'

type Point = readonly [number, number]

/**
 * The outlines of a mask along its pixels' edges, as closed rings of [x, y]: outer borders and holes alike, so that what lies in an odd number of rings is inside. (0, 0) is the upper left
 * corner of the first pixel. The inside lies to the right of the way; pixels that touch at a corner alone are apart.
 */
export function contoursOf({ data, rows, columns }: Mask): Point[][] {
  const at = (row: number, column: number): boolean => row >= 0 && column >= 0 && row < rows && column < columns && data[row * columns + column] !== 0
  // edges to the right along a pixel's top, where the pixel above is outside; every ring has one
  const seen = new Uint8Array((rows + 1) * (columns + 1))
  const rings: Point[][] = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      if (at(row, column) && !at(row - 1, column) && seen[row * (columns + 1) + column] === 0) rings.push(follow(at, seen, columns + 1, row, column))
  return rings
}

/** right, down, left, up; of each the pixel ahead on the left and on the right of a corner */
const STEPS = [
  { x: 1, y: 0, left: [-1, 0], right: [0, 0] },
  { x: 0, y: 1, left: [0, 0], right: [0, -1] },
  { x: -1, y: 0, left: [0, -1], right: [-1, -1] },
  { x: 0, y: -1, left: [-1, -1], right: [-1, 0] },
] as const

function follow(at: (row: number, column: number) => boolean, seen: Uint8Array, stride: number, startRow: number, startColumn: number): Point[] {
  const ring: Point[] = []
  let [x, y, direction] = [startColumn, startRow, 0]
  do {
    if (direction === 0) seen[y * stride + x] = 1
    const { x: dx, y: dy } = STEPS[direction]
    x += dx
    y += dy
    const next = turn(at, direction, x, y)
    if (next !== direction) ring.push([x, y])
    direction = next
  } while (x !== startColumn || y !== startRow || direction !== 0)
  return ring
}

/** Right where the pixel ahead on the right is outside, left where both ahead are inside, else on. */
function turn(at: (row: number, column: number) => boolean, direction: number, x: number, y: number): number {
  const { left, right } = STEPS[direction]
  if (!at(y + right[0], x + right[1])) return (direction + 1) % 4
  return at(y + left[0], x + left[1]) ? (direction + 3) % 4 : direction
}

/** Fewer points, none of which was farther than `tolerance` from the line that takes its place (Douglas and Peucker 1973). */
export function simplified(ring: readonly Point[], tolerance: number): Point[] {
  if (ring.length <= 4) return [...ring]
  // a ring has no ends: it is cut at its first point and at the one farthest from it
  let far = 0
  for (let i = 1; i < ring.length; i++) if (squared(ring[i], ring[0]) > squared(ring[far], ring[0])) far = i
  const closed = [...ring, ring[0]]
  const kept = [...line(closed.slice(0, far + 1), tolerance).slice(0, -1), ...line(closed.slice(far), tolerance).slice(0, -1)]
  return kept.length >= 3 ? kept : [...ring]
}

function squared([x1, y1]: Point, [x2, y2]: Point): number {
  return (x1 - x2) ** 2 + (y1 - y2) ** 2
}

function line(points: readonly Point[], tolerance: number): Point[] {
  const keep = new Uint8Array(points.length)
  keep[0] = keep[points.length - 1] = 1
  const open: [number, number][] = [[0, points.length - 1]]
  while (open.length > 0) {
    const [from, to] = open.pop()!
    let [most, place] = [tolerance, -1]
    for (let i = from + 1; i < to; i++) {
      const distance = distanceToSegment(points[i], points[from], points[to])
      if (distance > most) [most, place] = [distance, i]
    }
    if (place < 0) continue
    keep[place] = 1
    open.push([from, place], [place, to])
  }
  return points.filter((_, i) => keep[i] === 1)
}

function distanceToSegment([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length))
  return Math.hypot(px - ax - t * dx, py - ay - t * dy)
}
