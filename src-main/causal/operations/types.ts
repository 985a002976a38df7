import type { OperationInfo } from '../../contract/causal.ts'
import type { Mask } from '../../image/raster.ts'
import type { ToneCurve } from '../exposure.ts'
import type { Picture } from '../picture.ts'

export type Parameters = Readonly<Record<string, number | string>>

export const LOOKS = ['usual', 'darker', 'brighter'] as const
/** What a project's images are like: the usual one, and a darker and a brighter one that still occur. */
export type Reference = Readonly<Record<(typeof LOOKS)[number], ToneCurve>>

/** What stands around a change. */
export interface Surroundings {
  /** the model's input without its padding */
  readonly frame: Mask
  /** small things (markers, letters, lines), which no control patch hits: it would be no control; null: none are known */
  readonly objects: Mask | null
  /** what lies beyond the collimation edge: each side of it is filled from its own; null: there is none */
  readonly beyond: Mask | null
}

/** One image of one case, ready to be changed. */
export interface Scene {
  readonly picture: Picture
  /** what is changed; of an operation on the whole image it is everything that is not padding */
  readonly mask: Mask
  readonly surroundings: Surroundings
  /** the case that content is taken from, in the same geometry */
  readonly donor: Picture | null
  /** what the project's images are like */
  readonly reference: Reference | null
  uniform(): number
  normal(): number
}

/** What stands beside a change: the same change of other patches; other changes of grey values as far from the image; other displacements as long. */
export type ControlKind = 'patches' | 'tones' | 'warps'

export interface Operation extends OperationInfo {
  readonly controls: ControlKind
  /** the region's mask where it is not the one that was drawn, as the band around it */
  region?(scene: Scene, parameters: Parameters): Mask
  /** how far pixels are displaced, root mean square, where the controls are displacements */
  length?(scene: Scene, parameters: Parameters): number
  apply(scene: Scene, parameters: Parameters): Picture
}
