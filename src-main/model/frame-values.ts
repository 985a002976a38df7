import type { Profile } from '../contract/profile.ts'
import type { Frame } from '../dicom/frame.ts'
import { colourLuminance, displayedLuminance, inputValues } from '../display/grayscale.ts'

/**
 * The values that a profile asks for, before geometry and scale: one plane, or three of a colour frame for a model of three channels.
 *
 * displayed: luminance 0 … 255 after the VOI step and the one inversion; modality: after the Modality LUT and the inversion,
 * as 0 … 255 of what the image's bits can hold where the profile normalises by bits. A colour frame has neither LUT:
 * its samples are 0 … 255.
 */
export function frameValues(frame: Frame, profile: Profile): Float32Array[] {
  const { values, input } = profile
  const { stored, grayscale, bitsStored } = frame
  if (grayscale === null) return input.channels === 3 ? colourPlanes(frame) : [scaled(colourLuminance(stored, bitsStored), 255)]
  if (values.source === 'displayed')
    return [scaled(displayedLuminance(stored, grayscale, { kind: values.window === 'file' ? 'default' : 'full-range' }), 255)]
  const modality = inputValues(stored, grayscale, bitsStored)
  return [values.normaliseByBits ? scaled(modality, 255 / (2 ** bitsStored - 1)) : modality]
}

/** In place: the array is this module's own. */
function scaled(values: Float32Array, factor: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] *= factor
  return values
}

function colourPlanes({ stored, rows, columns, bitsStored }: Frame): Float32Array[] {
  const factor = 255 / (2 ** bitsStored - 1)
  return [0, 1, 2].map((sample) => {
    const plane = new Float32Array(rows * columns)
    for (let i = 0; i < plane.length; i++) plane[i] = stored[i * 3 + sample] * factor
    return plane
  })
}
