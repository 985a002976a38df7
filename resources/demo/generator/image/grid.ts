/**
 * The raster of one exposure and where each of its pixels lies in the body.
 * Body coordinates are centimetres of a reference adult: x to the image's right (the patient's left), y downwards,
 * the origin on the midline at the level of the hila.
 */
export interface Grid {
  readonly columns: number
  readonly rows: number
  readonly pixelCm: number
  /** body coordinates of each pixel's centre, row-major */
  readonly x: Float32Array
  readonly y: Float32Array
  /** body → fractional column and row of the pixel whose centre it is */
  toColumn(x: number, y: number): number
  toRow(x: number, y: number): number
  /** pixels to a centimetre of the body, the larger of the two directions */
  readonly pixelsPerCm: number
}

export interface Pose {
  readonly columns: number
  readonly rows: number
  readonly pixelCm: number
  readonly rotationDegrees: number
  /** where the body's origin falls, from the image's centre */
  readonly shiftXCm: number
  readonly shiftYCm: number
  /** size against the reference adult, magnification included */
  readonly widthScale: number
  readonly heightScale: number
}

export function makeGrid(pose: Pose): Grid {
  const { columns, rows, pixelCm, widthScale, heightScale } = pose
  const angle = (pose.rotationDegrees * Math.PI) / 180
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const x = new Float32Array(rows * columns)
  const y = new Float32Array(rows * columns)
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const right = (column + 0.5 - columns / 2) * pixelCm - pose.shiftXCm
      const down = (row + 0.5 - rows / 2) * pixelCm - pose.shiftYCm
      x[i] = (cos * right + sin * down) / widthScale
      y[i] = (cos * down - sin * right) / heightScale
    }
  }
  const rightOf = (bx: number, by: number): number => cos * bx * widthScale - sin * by * heightScale + pose.shiftXCm
  const downOf = (bx: number, by: number): number => sin * bx * widthScale + cos * by * heightScale + pose.shiftYCm
  return {
    columns, rows, pixelCm, x, y,
    toColumn: (bx, by) => rightOf(bx, by) / pixelCm + columns / 2 - 0.5,
    toRow: (bx, by) => downOf(bx, by) / pixelCm + rows / 2 - 0.5,
    pixelsPerCm: Math.max(widthScale, heightScale) / pixelCm,
  }
}

/** A smooth curve through (position, value) knots (Catmull–Rom), constant beyond both ends. Tabulated: a look-up a call. */
export function curve(knots: readonly (readonly [number, number])[]): (position: number) => number {
  const first = knots[0][0]
  const last = knots[knots.length - 1][0]
  const steps = 1024
  const table = new Float64Array(steps + 1)
  for (let s = 0, k = 0; s <= steps; s++) {
    const at = first + ((last - first) * s) / steps
    while (k < knots.length - 2 && at > knots[k + 1][0]) k++
    const [x0, v0] = knots[k]
    const [x1, v1] = knots[k + 1]
    const [xb, vb] = knots[Math.max(0, k - 1)]
    const [xa, va] = knots[Math.min(knots.length - 1, k + 2)]
    const span = x1 - x0
    const t = (at - x0) / span
    const slope0 = ((v1 - vb) / (x1 - xb)) * span
    const slope1 = ((va - v0) / (xa - x0)) * span
    table[s] = v0 + t * (slope0 + t * (3 * (v1 - v0) - 2 * slope0 - slope1 + t * (slope0 + slope1 - 2 * (v1 - v0))))
  }
  const scale = steps / (last - first)
  return (position) => {
    const s = (position - first) * scale
    if (s <= 0) return table[0]
    if (s >= steps) return table[steps]
    const k = Math.floor(s)
    return table[k] + (table[k + 1] - table[k]) * (s - k)
  }
}

/** 0 below `low`, 1 above `high`, smooth between. `low` > `high` falls instead of rising. */
export function smoothStep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}
