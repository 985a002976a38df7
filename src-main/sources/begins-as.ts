import { ReviewError } from '../contract/errors.ts'
import { readHeader } from '../dicom/header.ts'

/** so many bytes at the start tell what a file is */
export const FIRST_BYTES = 16 * 1024

const SIGNATURES: readonly { readonly kind: 'zip' | 'png' | 'jpeg'; readonly bytes: readonly number[] }[] = [
  { kind: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'zip', bytes: [0x50, 0x4b, 0x05, 0x06] },
  { kind: 'png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { kind: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
]

export type BeginsAs = 'dicom' | 'zip' | 'png' | 'jpeg' | 'other'

/** What a file is, from its first bytes. DICOM that is damaged further on counts as DICOM: its import tells what is wrong. */
export function beginsAs(first: Uint8Array): BeginsAs {
  const signed = SIGNATURES.find(({ bytes }) => bytes.every((byte, at) => first[at] === byte))
  if (signed) return signed.kind
  try {
    readHeader(first, { untilPixelData: true })
    return 'dicom'
  } catch (thrown) {
    return thrown instanceof ReviewError && thrown.code === 'not-dicom' ? 'other' : 'dicom'
  }
}

export function isPicture(kind: BeginsAs): kind is 'png' | 'jpeg' {
  return kind === 'png' || kind === 'jpeg'
}
