import type { Profile } from '../contract/profile.ts'
import type { Frame } from '../dicom/frame.ts'
import { displayedLuminance, inputValues } from '../display/grayscale.ts'

/** Rec. 601 luma, as Pillow's convert('L'). */
const LUMA = [0.299, 0.587, 0.114]

/**
 * The values that a profile asks for, before geometry and scale: one plane, or three of a colour frame for a model of three channels.
 *
 * displayed: luminance 0 … 255 after the VOI step and the one inversion; modality: after the Modality LUT and the inversion,
 * as 0 … 255 of what the image's bits can hold where the profile normalises by bits. A colour frame has neither LUT:
 * its samples are 0 … 255.
 */
export function frameValues(frame: Frame, profile: Profile): Float32Array[] {
  const { values, input } = profile
  if (frame.grayscale === null) return colourPlanes(frame, input.channels)
  if (values.source === 'displayed') {
    const luminance = displayedLuminance(frame.stored, frame.grayscale, { kind: values.window === 'file' ? 'default' : 'full-range' })
    return [scaled(luminance, 255)]
  }
  const modality = inputValues(frame.stored, frame.grayscale, frame.bitsStored)
  return [values.normaliseByBits ? scaled(modality, 255 / (2 ** frame.bitsStored - 1)) : modality]
}

function scaled(values: Float32Array, factor: number): Float32Array {
  return values.map((value) => value * factor)
}

function colourPlanes({ stored, rows, columns, bitsStored }: Frame, channels: 1 | 3): Float32Array[] {
  const pixels = rows * columns
  const factor = 255 / (2 ** bitsStored - 1)
  if (channels === 3) return [0, 1, 2].map((sample) => Float32Array.from({ length: pixels }, (_, i) => stored[i * 3 + sample] * factor))
  return [Float32Array.from({ length: pixels }, (_, i) => (LUMA[0] * stored[i * 3] + LUMA[1] * stored[i * 3 + 1] + LUMA[2] * stored[i * 3 + 2]) * factor)]
}
