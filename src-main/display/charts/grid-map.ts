import type { GridMap } from '../../contract/patterns.ts'
import { COLORMAP_SIZE, colormapFor } from '../colormap.ts'

/** A map of a common frame as the cells it is, never interpolated, in units of a drawing `width` wide. */
export interface GridMapDrawing {
  readonly width: number
  readonly height: number
  /** `fill` null: no case has the cell */
  readonly cells: readonly { readonly index: number; readonly x: number; readonly y: number; readonly wide: number; readonly high: number; readonly fill: string | null }[]
  /** of the scale, least to greatest */
  readonly stops: readonly string[]
  readonly low: number
}

const LEAST_HEIGHT = 90
const MOST_HEIGHT = 320
const STOPS = 33

/** Signed values run from −limit to limit, others from 0 to limit, the same limit for maps that are compared. `aspect`: of the images, columns over rows. */
export function drawGridMap(map: GridMap, { width, aspect, limit, signed }: { readonly width: number; readonly aspect: number; readonly limit: number; readonly signed: boolean }): GridMapDrawing {
  const { table } = colormapFor('', signed ? 'diverging' : 'sequential')
  const colourAt = (share: number): string => {
    const at = Math.round(Math.min(1, Math.max(0, share)) * (COLORMAP_SIZE - 1)) * 3
    return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`
  }
  const height = Math.round(Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, width / Math.max(0.1, aspect))))
  const low = signed ? -limit : 0
  const [rows, columns] = map.grid
  const [wide, high] = [width / columns, height / rows]
  return {
    width, height, low,
    cells: map.values.map((value, index) => ({
      index, x: (index % columns) * wide, y: Math.floor(index / columns) * high, wide, high,
      fill: value === null ? null : colourAt(limit === 0 ? 0.5 : (value - low) / (limit - low)),
    })),
    stops: Array.from({ length: STOPS }, (_, step) => colourAt(step / (STOPS - 1))),
  }
}
