/**
 * The grayscale pipeline of one image as plain data (PS3.4 N.2): stored → modality → VOI → presentation.
 * It crosses the contract, so that the window can be changed in the renderer without asking for pixels again.
 */

export type VoiFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'

/** A window in modality values (PS3.3 C.11.2.1.2). */
export interface VoiWindow {
  readonly center: number
  readonly width: number
  readonly function: VoiFunction
  /** Window Center & Width Explanation (0028,1055), or '' */
  readonly explanation: string
}

/** A look-up table (PS3.3 C.11.1.1, C.11.2.1.1). Input values below `firstMapped` take the first entry, above the last. */
export interface LookupTable {
  readonly firstMapped: number
  readonly values: readonly number[]
  /** bits of an entry: the output spans 0 … 2^bits − 1 */
  readonly bits: number
  readonly explanation: string
}

export interface GrayscalePipeline {
  /** modality = stored × slope + intercept, or the Modality LUT Sequence's table */
  readonly modality: { readonly kind: 'linear'; readonly slope: number; readonly intercept: number } | ({ readonly kind: 'table' } & LookupTable)
  /** Rescale Type, or '' (for the pixel probe: 'HU', 'US', …) */
  readonly unit: string
  readonly windows: readonly VoiWindow[]
  readonly luts: readonly LookupTable[]
  /** the one inversion: MONOCHROME1, or Presentation LUT Shape INVERSE */
  readonly inverse: boolean
  /** stored values that are padding, both ends included (PS3.3 C.7.5.1.1.2) */
  readonly padding: { readonly low: number; readonly high: number } | null
  /** least and greatest stored value of this image, padding left out */
  readonly storedRange: { readonly low: number; readonly high: number }
}

/** How the reader (or a profile) asks for the VOI step. `default`: the file's first LUT or window, else its full range. */
export type VoiChoice =
  | { readonly kind: 'default' }
  | { readonly kind: 'window'; readonly center: number; readonly width: number; readonly function?: VoiFunction }
  | { readonly kind: 'file-window'; readonly index: number }
  | { readonly kind: 'file-lut'; readonly index: number }
  | { readonly kind: 'full-range' }
