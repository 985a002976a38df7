import { resize } from '../tensor/resize.ts'
import type { ModelRuns, Planes } from './types.ts'

/**
 * Input · mask + fill · (1 − mask), channel by channel. The mask is [rows, columns], 1 keeps, 0 replaces by `fill` (one value a
 * channel, or an image).
 */
export function masked({ data, channels }: Planes, mask: Float32Array, fill: readonly number[] | Float32Array): Float32Array {
  const area = mask.length
  const result = new Float32Array(data.length)
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0, at = channel * area; i < area; i++, at++) {
      const other = fill.length === data.length ? fill[at] : fill[channel]
      result[at] = other + mask[i] * (data[at] - other)
    }
  return result
}

/** Mean of each channel. Four sums, so that no addition waits for the one before it: every Grad-CAM passes here. */
export function channelMeans({ data, channels, rows, columns }: Planes): number[] {
  const area = rows * columns
  const means = new Array<number>(channels)
  for (let channel = 0, at = 0; channel < channels; channel++) {
    let [a, b, c, d] = [0, 0, 0, 0]
    const end = at + area
    for (; at + 3 < end; at += 4) {
      a += data[at]
      b += data[at + 1]
      c += data[at + 2]
      d += data[at + 3]
    }
    for (; at < end; at++) a += data[at]
    means[channel] = (a + b + c + d) / area
  }
  return means
}

/**
 * The input without its detail: shrunk by 16 with a triangle filter and enlarged again, which stands in for a Gaussian of
 * about 8 pixels.
 */
export function blurred({ data, channels, rows, columns }: Planes): Float32Array {
  const area = rows * columns
  const result = new Float32Array(data.length)
  const [width, height] = [columns, rows].map((side) => Math.max(1, Math.round(side / 16)))
  for (let channel = 0; channel < channels; channel++) {
    const plane = { data: data.subarray(channel * area, (channel + 1) * area), width: columns, height: rows }
    result.set(resize(resize(plane, width, height, 'bilinear', true), columns, rows, 'bilinear', true).data, channel * area)
  }
  return result
}

/** What stands for 'nothing there'. */
export const FILLS: Readonly<Record<string, (runs: ModelRuns) => readonly number[] | Float32Array>> = {
  black: ({ black }) => black,
  mean: ({ input }) => channelMeans(input),
  blur: ({ input }) => blurred(input),
}
export const FILL_NAMES = Object.keys(FILLS)

/** Sum over channels, [rows, columns]: what a change of the grey value does where grey is replicated. */
export function channelSum(values: Float32Array | Float64Array, { channels, rows, columns }: Planes): Float32Array {
  const area = rows * columns
  const result = new Float64Array(area)
  for (let channel = 0; channel < channels; channel++) for (let i = 0; i < area; i++) result[i] += values[channel * area + i]
  return Float32Array.from(result)
}
