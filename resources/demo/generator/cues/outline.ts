/**
 * A closed outline in continuous image coordinates: x to the right, y downwards, the pixel of column c and row r is the square
 * from (c, r) to (c + 1, r + 1).
 */
export type Polygon = readonly (readonly [x: number, y: number])[]

/** [x0, y0, x1, y1] in the same coordinates */
export type Box = readonly [number, number, number, number]

interface Size { readonly columns: number; readonly rows: number }

export const rectangle = (x0: number, y0: number, x1: number, y1: number): Polygon => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]

/** The least box of whole pixels, cut at the image, that holds the outlines; null without an outline. */
export function boxOf(outlines: readonly Polygon[], { columns, rows }: Size): Box | null {
  const points = outlines.flat()
  if (points.length === 0) return null
  const xs = points.map(([x]) => Math.min(columns, Math.max(0, x)))
  const ys = points.map(([, y]) => Math.min(rows, Math.max(0, y)))
  return [Math.floor(Math.min(...xs)), Math.floor(Math.min(...ys)), Math.ceil(Math.max(...xs)), Math.ceil(Math.max(...ys))]
}

/** 1 for every pixel whose centre lies in one of the outlines, row-major. */
export function maskOf(outlines: readonly Polygon[], { columns, rows }: Size): Uint8Array {
  const mask = new Uint8Array(columns * rows)
  for (const outline of outlines) {
    for (let row = 0; row < rows; row++) {
      const crossings = crossingsAt(outline, row + 0.5)
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        const first = Math.max(0, Math.ceil(crossings[k] - 0.5))
        const end = Math.min(columns, Math.floor(crossings[k + 1] - 0.5) + 1)
        if (end > first) mask.fill(1, row * columns + first, row * columns + end)
      }
    }
  }
  return mask
}

/** Where the outline crosses the height y, from left to right. */
function crossingsAt(outline: Polygon, y: number): number[] {
  const crossings: number[] = []
  for (let k = 0, j = outline.length - 1; k < outline.length; j = k++) {
    const [xa, ya] = outline[j]
    const [xb, yb] = outline[k]
    if (ya > y !== yb > y) crossings.push(xa + ((y - ya) / (yb - ya)) * (xb - xa))
  }
  return crossings.sort((a, b) => a - b)
}
