import type { StoredArray } from './frame.ts'
import type { ImagePixel } from './image-pixel.ts'
import type { FrameSamples } from './samples.ts'

/** ITU-R BT.601 full range, as PS3.3 C.7.6.3.1.2 defines YBR_FULL; in 1/65536, rounded as libjpeg does it. */
const RED_FROM_CR = Math.round(1.402 * 65536)
const BLUE_FROM_CB = Math.round(1.772 * 65536)
const GREEN_FROM_CR = Math.round(0.71414 * 65536)
const GREEN_FROM_CB = Math.round(0.34414 * 65536)
const HALF = 32768

/**
 * Whether three samples are luminance and chrominance that still have to become RGB. YBR_ICT and YBR_RCT name the transform
 * within JPEG 2000, which its decoder has already undone. A lossy JPEG stream's own markers have the last word.
 */
export function needsColourConversion(image: ImagePixel, samples: FrameSamples): boolean {
  const declared = samples.codestream?.inexact ? samples.codestream.colour : null
  if (declared) return declared === 'ycc'
  return /^YBR_(FULL|PARTIAL)/.test(image.photometric)
}

/** Y, Cb, Cr of a pixel → R, G, B, of the same bits; clamped. */
export function toRgb(ybr: StoredArray, image: ImagePixel): StoredArray {
  const output = new (image.bitsStored > 8 ? Uint16Array : Uint8Array)(ybr.length)
  const top = 2 ** image.bitsStored - 1
  const centre = 2 ** (image.bitsStored - 1)
  const isPartial = image.photometric.startsWith('YBR_PARTIAL')
  const clamp = (value: number): number => (value < 0 ? 0 : value > top ? top : value)
  for (let at = 0; at < ybr.length; at += 3) {
    let luma = ybr[at]
    let cb = ybr[at + 1] - centre
    let cr = ybr[at + 2] - centre
    if (isPartial) {
      // Y spans 16/256 to 235/256 and the chrominances 16/256 to 240/256 of the range.
      luma = (luma - centre / 8) * (255 / 219)
      cb *= 255 / 224
      cr *= 255 / 224
    }
    output[at] = clamp(Math.floor(luma + (RED_FROM_CR * cr + HALF) / 65536))
    output[at + 1] = clamp(Math.floor(luma + (-GREEN_FROM_CB * cb - GREEN_FROM_CR * cr + HALF) / 65536))
    output[at + 2] = clamp(Math.floor(luma + (BLUE_FROM_CB * cb + HALF) / 65536))
  }
  return output
}
