import { constants, inflateRawSync } from 'node:zlib'

import { ReviewError } from '../contract/errors.ts'
import { damagedStream } from './codestream.ts'
import { MAX_INFLATED_BYTES } from './limits.ts'

/**
 * The data set of a deflated file (PS3.5 A.5). With `partial`, what can be had from the start of a stream.
 * Throws `dicom-truncated`, `dicom-damaged`, and `pixel-data-too-large` before memory is filled.
 */
export function inflateDataSet(deflated: Uint8Array, partial: boolean): Uint8Array {
  const finishFlush = partial ? constants.Z_SYNC_FLUSH : constants.Z_FINISH
  try {
    return inflateRawSync(deflated, { finishFlush, maxOutputLength: MAX_INFLATED_BYTES })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ReviewError('pixel-data-too-large', `The deflated file grows beyond ${MAX_INFLATED_BYTES} bytes. Files of that size are not read.`, { cause })
    }
    if (code === 'Z_BUF_ERROR') throw new ReviewError('dicom-truncated', 'The deflated file ends early. Copy it again from where it came from.', { cause })
    throw new ReviewError('dicom-damaged', 'The deflated data set is damaged. Copy the file again from where it came from.', { cause })
  }
}

/**
 * A frame that was deflated by itself (PS3.5 A.4.13: RFC 1951, a byte of padding may follow); `expectedBytes` is all that it may become, but for a byte that
 * makes it even. Throws `pixel-data-damaged`.
 */
export function inflateFrame(deflated: Uint8Array, expectedBytes: number): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength: expectedBytes + 1 })
  } catch (cause) {
    throw damagedStream('it cannot be inflated to the size that the header gives', cause)
  }
}
