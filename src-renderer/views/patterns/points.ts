import type { PointValues } from '../../../src-main/contract/patterns.ts'
import type { Points } from '../../../src-main/display/charts/points.ts'
import { COLORMAP_SIZE, colormapFor } from '../../../src-main/display/colormap.ts'
import { categoryColour } from '../../components/chart/figure.ts'

export { pointsOf, type Points } from '../../../src-main/display/charts/points.ts'

/** A colour a point, and what each stands for. */
export interface Colouring { readonly colourOf: (point: number) => string; readonly legend: readonly { readonly label: string; readonly colour: string }[] }
const NONE = '#7d7d7d'
/** levels beyond so many share one colour: more cannot be told apart */
const LEVELS = 12

export function byCluster({ clusters }: Points, count: number): Colouring {
  return { colourOf: (point) => categoryColour(clusters[point]), legend: Array.from({ length: count }, (_, index) => ({ label: `Cluster ${index + 1}`, colour: categoryColour(index) })) }
}

export function byValues(values: PointValues): Colouring {
  if (values.kind === 'levels') {
    const { levels, codes } = values
    const colour = (code: number) => code < 0 || code >= LEVELS ? NONE : categoryColour(code)
    const shown = levels.slice(0, LEVELS).map((label, code) => ({ label: label === '' ? 'none' : label, colour: colour(code) }))
    return { colourOf: (point) => colour(codes[point]), legend: levels.length > LEVELS ? [...shown, { label: `${levels.length - LEVELS} more`, colour: NONE }] : shown }
  }
  const there = values.values.filter((value) => value !== null)
  const [low, high] = there.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity])
  const { table } = colormapFor('viridis', 'sequential')
  const colour = (value: number | null) => {
    if (value === null) return NONE
    const at = Math.round((high > low ? (value - low) / (high - low) : 0.5) * (COLORMAP_SIZE - 1)) * 3
    return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`
  }
  const text = (value: number) => String(Number(value.toPrecision(3)))
  return { colourOf: (point) => colour(values.values[point]), legend: there.length === 0 ? [] : [low, (low + high) / 2, high].map((value) => ({ label: text(value), colour: colour(value) })) }
}

/** The plane's window on the points: a point (x, y) is drawn at ((x − left) · scale, (y − top) · scale). */
export interface PlaneView { readonly left: number; readonly top: number; readonly scale: number }

export function fitPoints({ count, x, y }: Points, width: number, height: number): PlaneView {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i < count; i++) {
    left = Math.min(left, x[i])
    right = Math.max(right, x[i])
    top = Math.min(top, y[i])
    bottom = Math.max(bottom, y[i])
  }
  if (count === 0) return { left: 0, top: 0, scale: 1 }
  const scale = 0.92 * Math.min(width / Math.max(1e-6, right - left), height / Math.max(1e-6, bottom - top))
  return { left: (left + right) / 2 - width / scale / 2, top: (top + bottom) / 2 - height / scale / 2, scale }
}

/** Larger by `factor`, the place (px, py) of the screen staying where it is. */
export function zoomed({ left, top, scale }: PlaneView, factor: number, px: number, py: number): PlaneView {
  return { left: left + px / scale - px / (scale * factor), top: top + py / scale - py / (scale * factor), scale: scale * factor }
}

/** The nearest point within `reach` pixels of the screen; null: there is none. */
export function nearest({ count, x, y }: Points, { left, top, scale }: PlaneView, px: number, py: number, reach: number): number | null {
  let best: number | null = null
  let least = (reach / scale) ** 2
  const [atX, atY] = [left + px / scale, top + py / scale]
  for (let i = 0; i < count; i++) {
    const square = (x[i] - atX) ** 2 + (y[i] - atY) ** 2
    if (square > least) continue
    least = square
    best = i
  }
  return best
}

/** Points within a line drawn around them, by crossings (even–odd); the line is in pixels of the screen. */
export function within({ count, x, y }: Points, { left, top, scale }: PlaneView, ring: readonly (readonly [number, number])[]): number[] {
  const line = ring.map(([px, py]) => [left + px / scale, top + py / scale] as const)
  const found: number[] = []
  for (let i = 0; i < count; i++) {
    let inside = false
    for (let a = 0, b = line.length - 1; a < line.length; b = a++) {
      const [ax, ay] = line[a]
      const [bx, by] = line[b]
      if ((ay > y[i]) !== (by > y[i]) && x[i] < ((bx - ax) * (y[i] - ay)) / (by - ay) + ax) inside = !inside
    }
    if (inside) found.push(i)
  }
  return found
}
