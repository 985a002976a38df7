import { applyAffine } from '../tensor/affine.ts'
import { COLORMAP_SIZE, type Colormap } from './colormap.ts'
import { imageToCell, sampleMap, type MapInterpolation, type Registration } from './grid-registration.ts'
import { onScale, type ValueScale } from './scale.ts'

/** How a map is laid over an image. One record for the window and for saved pictures. */
export interface OverlayStyle {
  readonly colormap: Colormap
  readonly scale: ValueScale
  readonly interpolation: MapInterpolation
  /** 0 … 1 */
  readonly opacity: number
  /** share of the scale's `high`; smaller values (by absolute value) are not drawn */
  readonly threshold: number
  /** true: opacity grows with the value, so that weak evidence leaves the image as it is */
  readonly fade: boolean
}

/**
 * Opacity 0 … 1 of a value, before the style's own opacity. Nothing is drawn below the threshold, nor of a map without
 * anything on its scale. Without `fade` and threshold all of the map is drawn: an edge where values begin would be an edge that the map does not have.
 */
export function valueAlpha(value: number, { scale, threshold, fade }: OverlayStyle): number {
  if (!(scale.high > 0)) return 0
  const size = Math.max(0, scale.signed ? Math.abs(value) : value) / scale.high
  if (size < threshold) return 0
  return fade ? Math.min(1, size) : 1
}

/** Index of the colormap's entry for a value. */
export function colorIndex(value: number, scale: ValueScale): number {
  return Math.round(onScale(value, scale) * (COLORMAP_SIZE - 1))
}

/**
 * The map as RGBA (not premultiplied), `size` = [height, width] pixels over the whole grid: values are interpolated first
 * and coloured afterwards, so that every pixel's colour is one of the colormap's. The style's opacity is left out.
 */
export function colorMap(values: Float32Array, grid: readonly [number, number], size: readonly [number, number], style: OverlayStyle): Uint8ClampedArray<ArrayBuffer> {
  const [height, width] = size
  const pixels = new Uint8ClampedArray(width * height * 4)
  const { table } = style.colormap
  for (let row = 0; row < height; row++) {
    const y = (row + 0.5) * grid[0] / height
    for (let column = 0; column < width; column++) {
      const value = sampleMap(values, grid, (column + 0.5) * grid[1] / width, y, style.interpolation)!
      const alpha = valueAlpha(value, style)
      if (alpha === 0) continue
      const from = colorIndex(value, style.scale) * 3
      const to = (row * width + column) * 4
      pixels[to] = table[from]
      pixels[to + 1] = table[from + 1]
      pixels[to + 2] = table[from + 2]
      pixels[to + 3] = Math.round(alpha * 255)
    }
  }
  return pixels
}

/**
 * Lays the map over an RGBA picture of the whole image, in place. `columns`, `rows`: the picture's size; `perPixel`: image pixels
 * to one pixel of the picture (1 at full size). Pixels that the model did not see stay as they are.
 */
export function blendOver(picture: Uint8ClampedArray | Uint8Array, columns: number, rows: number, perPixel: readonly [number, number], values: Float32Array, registration: Registration, style: OverlayStyle): void {
  const toCell = imageToCell(registration)
  const { table } = style.colormap
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = applyAffine(toCell, (column + 0.5) * perPixel[0], (row + 0.5) * perPixel[1])
      const value = sampleMap(values, registration.grid, x, y, style.interpolation)
      if (value === null) continue
      const alpha = valueAlpha(value, style) * style.opacity
      if (alpha === 0) continue
      const from = colorIndex(value, style.scale) * 3
      const to = (row * columns + column) * 4
      for (let c = 0; c < 3; c++) picture[to + c] = Math.round(picture[to + c] * (1 - alpha) + table[from + c] * alpha)
    }
  }
}
