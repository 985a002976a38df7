import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'

import { ReviewError } from '../contract/errors.ts'
import type { ReadHeader } from './header.ts'
import { headerOf } from './header.ts'
import { MAX_FILE_BYTES } from './limits.ts'
import type { ParsedDicom } from './parse.ts'
import { parseDicom } from './parse.ts'
import { regularSize, unreadable } from './read-file.ts'

const FIRST_CHUNK_BYTES = 16 * 1024
const GROWTH = 4

/** The header of a file. Throws what `readHeaderOf` throws. */
export function readHeaderFile(path: string): Promise<ReadHeader> {
  return readHeaderOf(path, headerOf)
}

/**
 * What `read` makes of the header of a file, read in growing chunks from its start until the pixel data begins: the pixel data itself stays on disk.
 * Throws what `parseDicom` throws, `file-not-found`, `file-unreadable`, and `pixel-data-too-large` where a header does not
 * end within the size limit of files.
 */
export async function readHeaderOf<T>(path: string, read: (parsed: ParsedDicom) => T): Promise<T> {
  try {
    const file = await open(path, 'r')
    try {
      return read(await readGrowing(file, await regularSize(file, path)))
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw unreadable(thrown, path)
  }
}

async function readGrowing(file: FileHandle, size: number): Promise<ParsedDicom> {
  let buffer = Buffer.alloc(0)
  for (let wanted = FIRST_CHUNK_BYTES; ; wanted *= GROWTH) {
    const target = Math.min(wanted, size)
    if (target > MAX_FILE_BYTES) throw new ReviewError('pixel-data-too-large', 'The header does not end within the size that is read.')
    const grown = Buffer.allocUnsafe(target)
    buffer.copy(grown)
    const { bytesRead } = await file.read(grown, buffer.length, target - buffer.length, buffer.length)
    buffer = grown.subarray(0, buffer.length + bytesRead)
    const isWhole = buffer.length >= size || bytesRead === 0
    if (isWhole) return parseWhole(buffer)
    const parsed = parseStart(buffer)
    if (parsed?.dataSet.element('7fe00010')) return parsed
  }
}

/** Null where the bytes end too early to tell. */
function parseStart(bytes: Uint8Array): ParsedDicom | null {
  try {
    return parseDicom(bytes, { untilPixelData: true })
  } catch (error) {
    if (error instanceof ReviewError && error.code === 'dicom-truncated') return null
    throw error
  }
}

/** A header that cannot be followed to its end is an error; pixel data that is cut off is not the header's. */
function parseWhole(bytes: Uint8Array): ParsedDicom {
  const parsed = parseDicom(bytes, { untilPixelData: true })
  return parsed.complete ? parsed : parseDicom(bytes)
}
