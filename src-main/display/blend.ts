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

/** RGBA, little endian, of every entry of the colormap under a style without its threshold and opacity. */
function palette(style: OverlayStyle): Uint32Array {
  const { colormap: { table }, scale: { low, high } } = style
  return Uint32Array.from({ length: COLORMAP_SIZE }, (_, i) => {
    const alpha = valueAlpha(low + (high - low) * i / (COLORMAP_SIZE - 1), { ...style, threshold: 0 })
    return ((Math.round(alpha * 255) << 24) | (table[i * 3 + 2] << 16) | (table[i * 3 + 1] << 8) | table[i * 3]) >>> 0
  })
}

/** Cells beside each pixel's centre along one axis, as sampleMap takes them. */
function planAxis(pixels: number, cells: number, interpolation: MapInterpolation) {
  const near = new Int32Array(pixels)
  const far = new Int32Array(pixels)
  const part = new Float64Array(pixels)
  for (let i = 0; i < pixels; i++) {
    const place = (i + 0.5) * cells / pixels
    const centred = interpolation === 'cells' ? Math.floor(place) : Math.min(cells - 1, Math.max(0, place - 0.5))
    near[i] = Math.floor(centred)
    far[i] = Math.min(cells - 1, near[i] + 1)
    part[i] = centred - near[i]
  }
  return { near, far, part }
}

/**
 * The map as RGBA (not premultiplied), `size` = [height, width] pixels over the whole grid: values are interpolated first
 * and coloured afterwards, so that every pixel's colour is one of the colormap's. The style's opacity is left out.
 */
export function colorMap(values: Float32Array, grid: readonly [number, number], size: readonly [number, number], style: OverlayStyle): Uint8ClampedArray<ArrayBuffer> {
  const [height, width] = size
  const pixels = new Uint32Array(width * height)
  const { scale, threshold } = style
  if (!(scale.high > 0)) return new Uint8ClampedArray(pixels.buffer)
  const colours = palette(style)
  const across = planAxis(width, grid[1], style.interpolation)
  const down = planAxis(height, grid[0], style.interpolation)
  const least = threshold * scale.high
  const perEntry = (COLORMAP_SIZE - 1) / (scale.high - scale.low)
  for (let row = 0; row < height; row++) {
    const top = down.near[row] * grid[1]
    const bottom = down.far[row] * grid[1]
    const lower = down.part[row]
    for (let column = 0; column < width; column++) {
      const left = across.near[column]
      const right = across.far[column]
      const part = across.part[column]
      const value = (values[top + left] * (1 - part) + values[top + right] * part) * (1 - lower) + (values[bottom + left] * (1 - part) + values[bottom + right] * part) * lower
      if ((scale.signed && value < 0 ? -value : value) < least && least > 0) continue
      const entry = (value - scale.low) * perEntry + 0.5
      pixels[row * width + column] = colours[entry < 0 ? 0 : entry >= COLORMAP_SIZE ? COLORMAP_SIZE - 1 : entry | 0]
    }
  }
  return new Uint8ClampedArray(pixels.buffer)
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
