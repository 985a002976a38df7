import { ReviewError } from '../contract/errors.ts'
import { MAX_FRAME_PIXELS } from '../dicom/limits.ts'

/** what Rows and Columns of DICOM can say */
const MAX_SIDE = 65_535

/** Pixels without a header: row-major, samples by pixel, RGB where there are three. */
export interface RawPicture {
  readonly rows: number
  readonly columns: number
  readonly samples: 1 | 3
  readonly bits: number
  readonly values: Uint8Array | Uint16Array
}

/** Throws `pixel-data-too-large`. */
export function refuseSize(rows: number, columns: number): void {
  if (rows <= MAX_SIDE && columns <= MAX_SIDE && rows * columns <= MAX_FRAME_PIXELS) return
  throw new ReviewError('pixel-data-too-large', `The image has ${rows} × ${columns} pixels; at most ${MAX_FRAME_PIXELS}, and ${MAX_SIDE} a side, are read.`)
}
