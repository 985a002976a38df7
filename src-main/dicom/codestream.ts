import { ReviewError } from '../contract/errors.ts'

/** What a compressed frame says of itself, to be held against the header before a decoder sees it. */
export interface Codestream {
  readonly rows: number
  readonly columns: number
  readonly components: number
  readonly bits: number
  readonly signed: boolean
  /** the components come one after another (JPEG-LS, ILV = none), not by pixel */
  readonly planar: boolean
  /** an inexact mode: what leaves the range of BitsStored is clamped, where an exact one is masked */
  readonly inexact: boolean
  /** what the stream's own markers say of three components; null where they are silent and the header decides */
  readonly colour: 'rgb' | 'ycc' | null
  /** lossless JPEG with Huffman codes and without subsampling (T.81 process 14), which is decoded here: jpeg/lossless.ts */
  readonly isProcess14: boolean
  /** the stream itself, without wrapping boxes and padding */
  readonly bytes: Uint8Array
}

export function damagedStream(what: string, cause?: unknown): ReviewError {
  return new ReviewError('pixel-data-damaged', `The compressed image is damaged: ${what}. Fetch the image again from where it came from.`, { cause })
}
