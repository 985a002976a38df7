import { toneCurveOf } from '../causal/exposure.ts'
import { frameMask, rasterise } from '../causal/mask.ts'
import { pictureOf, toneOf } from '../causal/picture.ts'
import type { Zone } from '../contract/causal.ts'
import type { Profile } from '../contract/profile.ts'
import type { Frame } from '../dicom/frame.ts'
import { colourLuminance, displayedLuminance } from '../display/grayscale.ts'
import { preprocess, type ModelInput } from '../model/preprocess.ts'
import { detectZones } from '../zones/detect.ts'

/** A decoded image as causal checks need it. */
export interface Looked {
  readonly rows: number
  readonly columns: number
  readonly zones: readonly Zone[]
  /** null without a profile; so the next */
  readonly input: ModelInput | null
  /** grey values of the input at TONE_PERCENTS, within the body */
  readonly tone: readonly number[] | null
}

/** zones that are not the image's own: they would tell how much of them there is, and not how the film was exposed */
const NOT_EXPOSED = ['outside-body', 'collimation', 'text', 'markers']

export function look(frame: Frame, profile: Profile | null): Looked {
  const { rows, columns, stored, grayscale, bitsStored } = frame
  const luminance = grayscale === null ? colourLuminance(stored, bitsStored) : displayedLuminance(stored, grayscale, { kind: 'default' })
  const zones = detectZones(luminance, rows, columns)
  const input = profile && preprocess(frame, profile)
  return { rows, columns, zones, input, tone: input && toneWithin(frame, profile!, input, zones) }
}

function toneWithin({ rows, columns }: Frame, { values }: Profile, { data, channels, width, height, affine }: ModelInput, zones: readonly Zone[]): readonly number[] {
  const planes = { data, channels, rows: height, columns: width }
  const inside = frameMask({ rows, columns }, planes, affine)
  for (const { outline } of zones.filter(({ name }) => NOT_EXPOSED.includes(name))) {
    const zone = rasterise(outline, planes, affine)
    for (let i = 0; i < inside.data.length; i++) if (zone.data[i] !== 0) inside.data[i] = 0
  }
  return toneCurveOf(pictureOf(planes, toneOf(values, planes)), inside).values
}
