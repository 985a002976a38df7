import type { GrayscalePipeline } from '../display/grayscale-types.ts'

export type StoredArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

/** Something worth telling the reader about an image that still could be read. */
export interface ImageNotice {
  readonly code: 'colour' | 'multi-frame' | 'lossy' | 'no-window' | 'burned-in' | 'text-in-pixels' | 'header-mended' | 'not-dicom-image'
  readonly message: string
}

/** Distance between pixel centres with its source named (PS3.3 10.7.1.3): never mix the two. */
export interface PixelSpacing {
  readonly rowMm: number
  readonly columnMm: number
  readonly source: 'calibrated' | 'imager' | 'none'
}

/**
 * One decoded frame. `stored`: row-major, [rows, columns] or, in colour, [rows, columns, 3] as RGB; bits above
 * BitsStored are masked away and signed values sign-extended. `grayscale` is null exactly when samples is 3.
 */
export interface Frame {
  readonly rows: number
  readonly columns: number
  readonly samples: 1 | 3
  readonly stored: StoredArray
  readonly bitsStored: number
  readonly frameIndex: number
  readonly frameCount: number
  readonly grayscale: GrayscalePipeline | null
  readonly spacing: PixelSpacing
  /** height of a pixel over its width, 1 where square */
  readonly pixelAspect: number
  readonly lossy: { readonly ratio: number | null; readonly method: string } | null
  readonly overlays: readonly { readonly label: string; readonly rows: number; readonly columns: number; readonly bits: Uint8Array; readonly originRow: number; readonly originColumn: number }[]
  readonly notices: readonly ImageNotice[]
}
