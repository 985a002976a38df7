import { createHash } from 'node:crypto'

import type { DecodePool } from '../compute/decode-pool.ts'
import { errorRecord } from '../contract/errors.ts'
import { isPicture } from '../sources/begins-as.ts'
import { fileBeginsAs } from '../sources/image-file.ts'
import { NO_FACTS } from '../project/cases.ts'
import { lookAt } from './case-facts.ts'
import type { Looked } from './case-facts.ts'

/**
 * What a file is where PNG and JPEG images count as images too; never throws. A picture has no identity of its own: it gets one from its pixels,
 * so that a copy, or the same pixels in another format, adds nothing twice. For that it is decoded, in the pool.
 */
export async function lookAtImage(path: string, pool: DecodePool, signal: AbortSignal): Promise<Looked> {
  const looked = await lookAt(path)
  if (looked.kind !== 'not-dicom') return looked
  try {
    const kind = await fileBeginsAs(path)
    if (!isPicture(kind)) return looked
    const { rows, columns, samples, pixelSha256, notices } = await pool.identity(path, 0, { signal })
    const sopInstanceUid = uidOf(`${rows} ${columns} ${samples} ${pixelSha256}`)
    return { kind: 'case', facts: { ...NO_FACTS, sopInstanceUid, rows, columns, transferSyntax: kind.toUpperCase(), photometric: samples === 3 ? 'RGB' : 'MONOCHROME2', notices }, error: null }
  } catch (thrown) {
    const error = errorRecord(thrown, 'pixel-data-damaged')
    return WORTH_ANOTHER_TRY.has(error.code) ? { kind: 'unread', error } : { kind: 'case', facts: NO_FACTS, error }
  }
}

const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set(['cancelled', 'file-not-found', 'file-unreadable'])

/** A UID of the root for UUIDs (PS3.5 B.2) from a text: the first 128 bits of its SHA-256 as a UUID of version 8 (RFC 9562). */
function uidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}
