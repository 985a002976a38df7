import type { Grey, Raster } from './raster.ts'

/** Where the Gaussian is cut off, in its own widths, as in scipy.ndimage.gaussian_filter. */
const CUT_OFF = 4

/** Gaussian blur; `sigma` in pixels. The image is mirrored at its border, the border pixel itself included (scipy's `reflect`). */
export function gaussianBlur(image: Raster, sigma: number): Grey {
  const { rows, columns } = image
  if (!(sigma > 0)) return { data: Float32Array.from(image.data), rows, columns }
  const weights = gaussian(sigma)
  const narrow = new Float32Array(rows * columns)
  const along = lineBlur(Math.max(rows, columns), weights)
  for (let row = 0; row < rows; row++) along(image.data, narrow, row * columns, 1, columns)
  for (let column = 0; column < columns; column++) along(narrow, narrow, column, columns, rows)
  return { data: narrow, rows, columns }
}

/** The weights of one side, the centre first; both sides together sum up to 1. */
function gaussian(sigma: number): Float64Array {
  const radius = Math.floor(CUT_OFF * sigma + 0.5)
  const weights = Float64Array.from({ length: radius + 1 }, (_, distance) => Math.exp(-(distance * distance) / (2 * sigma * sigma)))
  const sum = 2 * weights.reduce((total, weight) => total + weight, 0) - weights[0]
  return weights.map((weight) => weight / sum)
}

function lineBlur(longest: number, weights: Float64Array): (from: Raster['data'], to: Float32Array, start: number, step: number, count: number) => void {
  const radius = weights.length - 1
  const line = new Float64Array(longest + 2 * radius)
  return (from, to, start, step, count) => {
    for (let index = -radius; index < count + radius; index++) line[index + radius] = from[start + step * mirrored(index, count)]
    for (let index = 0; index < count; index++) {
      const centre = index + radius
      let sum = weights[0] * line[centre]
      for (let distance = 1; distance <= radius; distance++) sum += weights[distance] * (line[centre - distance] + line[centre + distance])
      to[start + step * index] = sum
    }
  }
}

/** d c b a | a b c d | d c b a, as often as it takes. */
function mirrored(index: number, count: number): number {
  const period = 2 * count
  const within = ((index % period) + period) % period
  return within < count ? within : period - 1 - within
}
