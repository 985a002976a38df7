import type { Planes } from '../attribution/types.ts'
import type { Profile } from '../contract/profile.ts'
import { extent } from '../tensor/statistics.ts'

/** What the model is given, as grey values 0 … 1 (dark to bright as displayed): one plane, or three of a colour image. */
export interface Picture { readonly planes: readonly Float32Array[]; readonly rows: number; readonly columns: number }

/** Per channel, input = scale × grey + shift. */
export interface Tone { readonly scale: readonly number[]; readonly shift: readonly number[] }

/** channels that differ by less are copies of one grey image */
const SAME = 1e-4

/**
 * How a profile makes grey values into inputs. Displayed values and those by bits span 0 … 255; modality values have no range of their own, so the
 * input's own extent stands for it.
 */
export function toneOf({ source, normaliseByBits, scale, offset, mean, std }: Profile['values'], { data, channels }: Pick<Planes, 'data' | 'channels'>): Tone {
  if (source === 'modality' && !normaliseByBits) {
    const { min, max } = extent(data)
    return { scale: Array.from({ length: channels }, () => max > min ? max - min : 1), shift: Array.from({ length: channels }, () => min) }
  }
  const of = (channel: number, values: readonly number[]): number => values[channel % values.length]
  return {
    scale: Array.from({ length: channels }, (_, channel) => (255 * scale) / of(channel, std)),
    shift: Array.from({ length: channels }, (_, channel) => (offset - of(channel, mean)) / of(channel, std)),
  }
}

export function pictureOf({ data, channels, rows, columns }: Planes, { scale, shift }: Tone): Picture {
  const area = rows * columns
  const planes = Array.from({ length: channels }, (_, channel) => data.subarray(channel * area, (channel + 1) * area).map((value) => (value - shift[channel]) / scale[channel]))
  const isGrey = planes.every((plane) => plane.every((value, i) => Math.abs(value - planes[0][i]) <= SAME))
  return { planes: isGrey ? planes.slice(0, 1) : planes, rows, columns }
}

/** The inverse: [channels, rows, columns] in the model's own units. */
export function inputOf({ planes, rows, columns }: Picture, { scale, shift }: Tone): Float32Array {
  const area = rows * columns
  const data = new Float32Array(scale.length * area)
  for (let channel = 0; channel < scale.length; channel++) {
    const plane = planes[channel % planes.length]
    for (let i = 0; i < area; i++) data[channel * area + i] = plane[i] * scale[channel] + shift[channel]
  }
  return data
}

/** Another picture of the same size, plane by plane. */
export function mapPlanes(picture: Picture, change: (plane: Float32Array, index: number) => Float32Array): Picture {
  return { ...picture, planes: picture.planes.map(change) }
}

/** Root mean square of the difference of two pictures. */
export function distanceBetween(one: Picture, other: Picture): number {
  let sum = 0
  let count = 0
  one.planes.forEach((plane, p) => plane.forEach((value, i) => {
    sum += (value - other.planes[p][i]) ** 2
    count++
  }))
  return Math.sqrt(sum / count)
}
