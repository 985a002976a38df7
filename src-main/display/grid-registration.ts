import { applyAffine, invertAffine, type Affine } from '../tensor/affine.ts'

/** Where a map's cells lie on the image: cell i of n spans [i, i+1)/n of the model's input, which the affine ties to image pixels. */
export interface Registration {
  /** image pixel → model input pixel, as the preprocessing was (squash, crop, letterbox) */
  readonly affine: Affine
  readonly inputWidth: number
  readonly inputHeight: number
  /** [height, width] in cells */
  readonly grid: readonly [number, number]
}

/** In image pixels; (0, 0) is the upper left corner of the first pixel. */
export interface Rectangle { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Cells (x to the right, y down) → image pixels. */
export function cellToImage({ affine, inputWidth, inputHeight, grid: [height, width] }: Registration): Affine {
  const back = invertAffine(affine)
  return {
    scaleX: back.scaleX * inputWidth / width,
    scaleY: back.scaleY * inputHeight / height,
    offsetX: back.offsetX,
    offsetY: back.offsetY,
  }
}

/** Image pixels → cells. */
export function imageToCell(registration: Registration): Affine {
  return invertAffine(cellToImage(registration))
}

/** The whole model input on the image; a letterbox reaches beyond it, a crop stays inside. */
export function inputRectangle({ affine, inputWidth, inputHeight }: Omit<Registration, 'grid'>): Rectangle {
  const back = invertAffine(affine)
  const [x, y] = applyAffine(back, 0, 0)
  const [right, bottom] = applyAffine(back, inputWidth, inputHeight)
  return { x, y, width: right - x, height: bottom - y }
}

/** What the model saw of the image: its input within the image's borders. Nothing is drawn outside it. */
export function seenRectangle(registration: Omit<Registration, 'grid'>, columns: number, rows: number): Rectangle {
  const input = inputRectangle(registration)
  const x = Math.max(0, input.x)
  const y = Math.max(0, input.y)
  return { x, y, width: Math.max(0, Math.min(columns, input.x + input.width) - x), height: Math.max(0, Math.min(rows, input.y + input.height) - y) }
}

/** Whether the model saw all of the image (within a hundredth of a pixel). */
export function seesAll(registration: Omit<Registration, 'grid'>, columns: number, rows: number): boolean {
  const seen = seenRectangle(registration, columns, rows)
  return seen.width >= columns - 0.01 && seen.height >= rows - 0.01
}

export type MapInterpolation = 'cells' | 'bilinear'

/**
 * The map at a place in cells. `bilinear` runs between cell centres (+0.5) and stays constant beyond the outer ones;
 * `cells` is the value of the cell itself. null outside the grid.
 */
export function sampleMap(values: Float32Array, [height, width]: readonly [number, number], x: number, y: number, interpolation: MapInterpolation): number | null {
  if (!(x >= 0 && y >= 0 && x < width && y < height)) return null
  if (interpolation === 'cells') return values[Math.floor(y) * width + Math.floor(x)]
  const column = Math.min(width - 1, Math.max(0, x - 0.5))
  const row = Math.min(height - 1, Math.max(0, y - 0.5))
  const left = Math.floor(column)
  const top = Math.floor(row)
  const right = Math.min(width - 1, left + 1)
  const bottom = Math.min(height - 1, top + 1)
  const fx = column - left
  const fy = row - top
  const upper = values[top * width + left] * (1 - fx) + values[top * width + right] * fx
  const lower = values[bottom * width + left] * (1 - fx) + values[bottom * width + right] * fx
  return upper * (1 - fy) + lower * fy
}

/** The map at an image pixel (fractions allowed); null where the model saw nothing. */
export function valueAt(values: Float32Array, registration: Registration, x: number, y: number, interpolation: MapInterpolation): number | null {
  const [cellX, cellY] = applyAffine(imageToCell(registration), x, y)
  return sampleMap(values, registration.grid, cellX, cellY, interpolation)
}
