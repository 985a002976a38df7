/**
 * Resampling as Pillow does it on mode F images: the filter is evaluated at pixel centres (+0.5), normalised inside the
 * image, applied along rows and then along columns, with float32 between the two passes. With `antialias` the filter
 * widens by the factor of shrinking (Pillow's resize, torchvision's antialias=True); without, it keeps its own support
 * (two taps for bilinear, as torch's interpolate does with align_corners=False).
 */
import { ReviewError } from '../contract/errors.ts'

export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

export interface Plane { readonly data: Float32Array; readonly width: number; readonly height: number }

/** Part of a plane in its own pixels; fractions of a pixel are allowed. (0, 0) is the upper left corner of the first pixel. */
export interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

interface Filter { readonly support: number; readonly weight: (x: number) => number }

const sinc = (x: number) => x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)

/** Pillow's Resample.c; its bicubic has a = −0.5 (Keys 1981), its Lanczos three lobes. */
const FILTERS: Readonly<Record<Exclude<Interpolation, 'nearest'>, Filter>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight: (x) => {
      const t = Math.abs(x)
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1
      return t < 2 ? -0.5 * (((t - 5) * t + 8) * t - 4) : 0
    },
  },
  lanczos: { support: 3, weight: (x) => x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0 },
}

/** Weights of one axis: output pixel i sums `taps` source pixels from `first[i]`, weights at i·taps. */
interface Taps { readonly first: Int32Array; readonly count: Int32Array; readonly taps: number; readonly weights: Float64Array }

function axisTaps(sourceSize: number, start: number, length: number, size: number, interpolation: Interpolation, antialias: boolean): Taps {
  const scale = length / size
  const first = new Int32Array(size)
  const count = new Int32Array(size)
  if (interpolation === 'nearest') {
    for (let i = 0; i < size; i++) first[i] = Math.min(sourceSize - 1, Math.floor(start + (i + 0.5) * scale))
    return { first, count: count.fill(1), taps: 1, weights: new Float64Array(size).fill(1) }
  }
  const filter = FILTERS[interpolation]
  const stretch = antialias ? Math.max(scale, 1) : 1
  const support = filter.support * stretch
  const taps = Math.ceil(support) * 2 + 1
  const weights = new Float64Array(size * taps)
  for (let i = 0; i < size; i++) {
    const center = start + (i + 0.5) * scale
    const low = Math.max(0, Math.trunc(center - support + 0.5))
    const high = Math.min(sourceSize, Math.trunc(center + support + 0.5))
    first[i] = low
    count[i] = high - low
    let sum = 0
    for (let k = 0; k < high - low; k++) sum += weights[i * taps + k] = filter.weight((k + low - center + 0.5) / stretch)
    if (sum !== 0) for (let k = 0; k < high - low; k++) weights[i * taps + k] /= sum
  }
  return { first, count, taps, weights }
}

/**
 * One plane at another size. `box` is the part of the source that fills the output (default: all of it); pixels around
 * the box still enter the filter, as with Pillow's `box`.
 * Throws `shape-mismatch` where the data do not have the size they claim or a side is empty.
 */
export function resize(source: Plane, width: number, height: number, interpolation: Interpolation, antialias: boolean, box?: Box): Plane {
  const { data, width: sourceWidth, height: sourceHeight } = source
  if (data.length !== sourceWidth * sourceHeight || width < 1 || height < 1 || sourceWidth < 1 || sourceHeight < 1)
    throw new ReviewError('shape-mismatch', `Cannot resize ${data.length} values, said to be ${sourceWidth}×${sourceHeight}, to ${width}×${height}.`)
  const { x, y, width: boxWidth, height: boxHeight } = box ?? { x: 0, y: 0, width: sourceWidth, height: sourceHeight }
  const columns = axisTaps(sourceWidth, x, boxWidth, width, interpolation, antialias)
  const rows = axisTaps(sourceHeight, y, boxHeight, height, interpolation, antialias)
  const top = rows.first[0]
  const bottom = rows.first[height - 1] + rows.count[height - 1]
  const narrow = alongRows(data, sourceWidth, top, bottom, width, columns)
  return { data: alongColumns(narrow, top, width, height, rows), width, height }
}

function alongRows(data: Float32Array, sourceWidth: number, top: number, bottom: number, width: number, { first, count, taps, weights }: Taps): Float32Array {
  const result = new Float32Array((bottom - top) * width)
  for (let row = top; row < bottom; row++) {
    const from = row * sourceWidth
    const to = (row - top) * width
    for (let i = 0; i < width; i++) {
      let sum = 0
      for (let k = 0, at = from + first[i], w = i * taps; k < count[i]; k++) sum += data[at + k] * weights[w + k]
      result[to + i] = sum
    }
  }
  return result
}

function alongColumns(data: Float32Array, top: number, width: number, height: number, { first, count, taps, weights }: Taps): Float32Array {
  const result = new Float32Array(width * height)
  const sums = new Float64Array(width)
  for (let row = 0; row < height; row++) {
    sums.fill(0)
    for (let k = 0; k < count[row]; k++) {
      const weight = weights[row * taps + k]
      const from = (first[row] - top + k) * width
      for (let i = 0; i < width; i++) sums[i] += data[from + i] * weight
    }
    result.set(sums, row * width)
  }
  return result
}

/** Part of a plane, on whole pixels. */
export function crop(source: Plane, left: number, top: number, width: number, height: number): Plane {
  const data = new Float32Array(width * height)
  for (let row = 0; row < height; row++) {
    const from = (top + row) * source.width + left
    data.set(source.data.subarray(from, from + width), row * width)
  }
  return { data, width, height }
}
