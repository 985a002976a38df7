import { toneCurveOf, type ToneCurve } from '../causal/exposure.ts'
import { frameMask, rasterise } from '../causal/mask.ts'
import { pictureOf, toneOf } from '../causal/picture.ts'
import { tokenPixels, type TokenPlace } from '../causal/token.ts'
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
  /** of the input, within the body */
  readonly tone: ToneCurve | null
}

/** zones that are not the image's own: they would tell how much of them there is, and not how the film was exposed */
const NOT_EXPOSED = ['outside-body', 'collimation', 'text', 'markers']

/** `token`: drawn into the image first, as bright as its brightest pixel. `known`: zones that were found in these pixels before. */
export function look(plain: Frame, profile: Profile | null, { token = null, known = null }: { readonly token?: TokenPlace | null; readonly known?: readonly Zone[] | null } = {}): Looked {
  const frame = token ? withToken(plain, token) : plain
  const { rows, columns } = frame
  const zones = known ?? detectZones(luminanceOf(frame), rows, columns)
  const input = profile && preprocess(frame, profile)
  return { rows, columns, zones, input, tone: input && toneWithin(frame, profile!, input, zones) }
}

function luminanceOf({ stored, grayscale, bitsStored }: Frame): Float32Array {
  return grayscale === null ? colourLuminance(stored, bitsStored) : displayedLuminance(stored, grayscale, { kind: 'default' })
}

function withToken(frame: Frame, place: TokenPlace): Frame {
  const luminance = luminanceOf(frame)
  let brightest = 0
  for (let i = 1; i < luminance.length; i++) if (luminance[i] > luminance[brightest]) brightest = i
  const stored = frame.stored.slice()
  const { samples } = frame
  for (const pixel of tokenPixels(frame.rows, frame.columns, place))
    for (let sample = 0; sample < samples; sample++) stored[pixel * samples + sample] = stored[brightest * samples + sample]
  return { ...frame, stored }
}

function toneWithin({ rows, columns }: Frame, { values }: Profile, { data, channels, width, height, affine }: ModelInput, zones: readonly Zone[]): ToneCurve {
  const planes = { data, channels, rows: height, columns: width }
  const inside = frameMask({ rows, columns }, planes, affine)
  for (const { outline } of zones.filter(({ name }) => NOT_EXPOSED.includes(name))) {
    const zone = rasterise(outline, planes, affine)
    for (let i = 0; i < inside.data.length; i++) if (zone.data[i] !== 0) inside.data[i] = 0
  }
  return toneCurveOf(pictureOf(planes, toneOf(values, planes)), inside)
}
