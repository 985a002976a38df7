import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { Affine } from '../tensor/affine.ts'
import type { Box } from '../tensor/resize.ts'

/**
 * How an image of one size fills the model's input: `box` of the image is resized to `width`×`height`, of which the
 * rectangle at (cropLeft, cropTop) goes to (padLeft, padTop) of the input; what is left of the input is padding.
 */
export interface Placement {
  readonly box: Box
  readonly width: number
  readonly height: number
  readonly cropLeft: number
  readonly cropTop: number
  readonly padLeft: number
  readonly padTop: number
  /** image → input pixels */
  readonly affine: Affine
}

interface Sizes { readonly imageWidth: number; readonly imageHeight: number; readonly width: number; readonly height: number; readonly shortSide: number | null }
type Plan = Omit<Placement, 'affine'>

/** Python's round: halves go to the even neighbour (torchvision's center_crop). */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

const NO_MARGIN = { cropLeft: 0, cropTop: 0, padLeft: 0, padTop: 0 }

const GEOMETRIES: Readonly<Record<Profile['resize']['geometry'], (sizes: Sizes) => Plan>> = {
  squash: ({ imageWidth, imageHeight, width, height }) =>
    ({ box: { x: 0, y: 0, width: imageWidth, height: imageHeight }, width, height, ...NO_MARGIN }),

  // whole pixels, so that nothing outside the crop enters the filter
  'center-crop': ({ imageWidth, imageHeight, width, height }) => {
    const scale = Math.min(imageWidth / width, imageHeight / height)
    const boxWidth = Math.max(1, Math.min(imageWidth, Math.round(width * scale)))
    const boxHeight = Math.max(1, Math.min(imageHeight, Math.round(height * scale)))
    return { box: { x: Math.floor((imageWidth - boxWidth) / 2), y: Math.floor((imageHeight - boxHeight) / 2), width: boxWidth, height: boxHeight }, width, height, ...NO_MARGIN }
  },

  // torchvision Resize(shortSide) then CenterCrop: the long side is truncated, the crop rounded half to even
  'resize-crop': ({ imageWidth, imageHeight, width, height, shortSide }) => {
    const short = shortSide ?? Math.max(width, height)
    if (short < Math.max(width, height))
      throw new ReviewError('bad-profile', `resize.shortSide is ${short}, smaller than the model's input of ${width}×${height}: the crop would leave the image. Make it at least ${Math.max(width, height)}.`)
    const landscape = imageWidth >= imageHeight
    const long = Math.trunc((short * Math.max(imageWidth, imageHeight)) / Math.min(imageWidth, imageHeight))
    const resized = { width: landscape ? long : short, height: landscape ? short : long }
    return {
      box: { x: 0, y: 0, width: imageWidth, height: imageHeight },
      ...resized,
      ...NO_MARGIN,
      cropLeft: roundHalfEven((resized.width - width) / 2),
      cropTop: roundHalfEven((resized.height - height) / 2),
    }
  },

  letterbox: ({ imageWidth, imageHeight, width, height }) => {
    const scale = Math.min(width / imageWidth, height / imageHeight)
    const resized = { width: Math.max(1, Math.min(width, Math.round(imageWidth * scale))), height: Math.max(1, Math.min(height, Math.round(imageHeight * scale))) }
    return {
      box: { x: 0, y: 0, width: imageWidth, height: imageHeight },
      ...resized,
      ...NO_MARGIN,
      padLeft: Math.floor((width - resized.width) / 2),
      padTop: Math.floor((height - resized.height) / 2),
    }
  },
}

/** Where an image goes in the model's input. Throws `bad-profile` where the profile's sizes contradict each other. */
export function placement(imageWidth: number, imageHeight: number, profile: Profile): Placement {
  const { width, height } = profile.input
  const plan = GEOMETRIES[profile.resize.geometry]({ imageWidth, imageHeight, width, height, shortSide: profile.resize.shortSide })
  const scaleX = plan.width / plan.box.width
  const scaleY = plan.height / plan.box.height
  return {
    ...plan,
    affine: {
      scaleX,
      scaleY,
      offsetX: plan.padLeft - plan.cropLeft - plan.box.x * scaleX,
      offsetY: plan.padTop - plan.cropTop - plan.box.y * scaleY,
    },
  }
}
