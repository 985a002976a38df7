import type { Profile } from '../contract/profile.ts'
import type { Frame } from '../dicom/frame.ts'
import type { Affine } from '../tensor/affine.ts'
import { crop, resize, type Plane } from '../tensor/resize.ts'
import { frameValues } from './frame-values.ts'
import { placement, type Placement } from './geometry.ts'

export interface ModelInput {
  /** [channels, height, width], whatever the layout of the graph */
  readonly data: Float32Array
  readonly channels: 1 | 3
  readonly width: number
  readonly height: number
  /** image pixels → input pixels */
  readonly affine: Affine
}

/**
 * A decoded frame as the model's input, as docs/profile.md defines it: values (0 … 255 of what is displayed, or modality
 * values), geometry and interpolation, scale and offset, then (value − mean) / std per channel.
 * Throws `bad-profile` where sizes contradict each other.
 */
export function preprocess(frame: Frame, profile: Profile): ModelInput {
  const { width, height, channels } = profile.input
  const planes = frameValues(frame, profile)
  const place = placement(frame.columns, frame.rows, profile)
  const placed = planes.map((data) => placePlane({ data, width: frame.columns, height: frame.rows }, place, profile))
  const data = new Float32Array(channels * height * width)
  for (let channel = 0; channel < channels; channel++) normalise(placed[channel % placed.length], data, channel, profile.values)
  return { data, channels, width, height, affine: place.affine }
}

function placePlane(source: Plane, place: Placement, profile: Profile): Float32Array {
  const { width, height } = profile.input
  const { interpolation, antialias, geometry, padValue } = profile.resize
  const part = geometry === 'center-crop' ? crop(source, place.box.x, place.box.y, place.box.width, place.box.height) : source
  const unchanged = part.width === place.width && part.height === place.height
  const resized = unchanged ? part : resize(part, place.width, place.height, interpolation, antialias)
  if (resized.width === width && resized.height === height) return resized.data
  if (geometry === 'resize-crop') return crop(resized, place.cropLeft, place.cropTop, width, height).data
  const padded = new Float32Array(width * height).fill(padValue)
  for (let row = 0; row < resized.height; row++)
    padded.set(resized.data.subarray(row * resized.width, (row + 1) * resized.width), (place.padTop + row) * width + place.padLeft)
  return padded
}

function normalise(source: Float32Array, target: Float32Array, channel: number, { scale, offset, mean, std }: Profile['values']): void {
  const from = channel * source.length
  const channelMean = mean[channel % mean.length]
  const channelStd = std[channel % std.length]
  for (let i = 0; i < source.length; i++) target[from + i] = (source[i] * scale + offset - channelMean) / channelStd
}
