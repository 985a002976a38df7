import { createHash } from 'node:crypto'

import type { StoredArray } from './frame.ts'

/** small enough to stay in the processor's nearest cache between widening and hashing */
const BLOCK = 4096

/**
 * The identity of pixel data, whatever syntax and word size it came in: SHA-256 over the stored values as int32 little endian, all samples
 * by pixel, in hexadecimal. Takes about as long as decoding an uncompressed image: ask for it where it is recorded.
 */
export function pixelSha256(stored: StoredArray): string {
  const hash = createHash('sha256')
  const widened = new Int32Array(BLOCK)
  const bytes = new Uint8Array(widened.buffer)
  for (let start = 0; start < stored.length; start += BLOCK) {
    const part = stored.subarray(start, start + BLOCK)
    widened.set(part)
    hash.update(part.length === BLOCK ? bytes : bytes.subarray(0, 4 * part.length))
  }
  return hash.digest('hex')
}
