import { createHash } from 'node:crypto'
import yauzl from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'

import { ReviewError } from '../contract/errors.ts'
import { safePath, uniquePaths } from './safe-path.ts'

const MAX_ENTRIES = 200_000
/** below this, an archive may be of any ratio: an image of nothing compresses a thousandfold */
const ALWAYS_ALLOWED_BYTES = 2 ** 30
const MAX_RATIO = 200

export interface ZipEntry {
  readonly entry: Entry
  /** as the archive has it, for reports */
  readonly name: string
  /** where it may be written, relative; null where its name leads out of the folder */
  readonly path: string | null
}

export interface OpenZip {
  readonly file: ZipFile
  readonly entries: readonly ZipEntry[]
  /** bytes of all entries, unpacked */
  readonly totalBytes: number
  /** of names, sizes and checksums: the same content is the same archive, wherever the file lies */
  readonly digest: string
  close(): void
}

/**
 * The directory of a zip file, read and judged before anything is unpacked. Sizes in it can be trusted later: yauzl ends the stream of an entry
 * that inflates to another size. Throws `archive-damaged`, `archive-refused`.
 */
export async function openZip(path: string): Promise<OpenZip> {
  const file = await yauzl.openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true }).catch((thrown: unknown) => { throw damaged(thrown) })
  try {
    const entries: ZipEntry[] = []
    const unique = uniquePaths()
    const hash = createHash('sha256')
    let totalBytes = 0
    let packedBytes = 0
    if (file.entryCount > MAX_ENTRIES) throw tooManyEntries(file.entryCount)
    for await (const entry of file.eachEntry()) {
      if (entries.length >= MAX_ENTRIES) throw tooManyEntries(entries.length + 1)
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
      hash.update(`${name}\0${entry.uncompressedSize}\0${entry.crc32}\n`)
      totalBytes += entry.uncompressedSize
      packedBytes += entry.compressedSize
      if (/[/\\]$/.test(name)) continue
      const safe = safePath(name)
      entries.push({ entry, name, path: safe === null ? null : unique(safe) })
    }
    refuseBombs(totalBytes, packedBytes, file.fileSize)
    return { file, entries, totalBytes, digest: hash.digest('hex'), close: () => file.close() }
  } catch (thrown) {
    file.close()
    throw thrown instanceof ReviewError ? thrown : damaged(thrown)
  }
}

/** A small file that unpacks to a huge one: entries that share their bytes, or a ratio that no archive of images has. */
function refuseBombs(totalBytes: number, packedBytes: number, fileBytes: number): void {
  const overlapping = packedBytes > fileBytes
  if (!overlapping && (totalBytes <= ALWAYS_ALLOWED_BYTES || totalBytes <= MAX_RATIO * fileBytes)) return
  throw new ReviewError('archive-refused', overlapping
    ? 'The entries of the zip file overlap, as those of an archive do that was made to fill the disk. It is not unpacked; ask the sender for the files themselves.'
    : `The zip file has ${fileBytes} bytes and would unpack to ${totalBytes}, more than ${MAX_RATIO} times as much. If you trust it, unpack it yourself and add the folder.`)
}

function tooManyEntries(count: number): ReviewError {
  return new ReviewError('archive-refused', `The zip file has ${count} entries; at most ${MAX_ENTRIES} are unpacked. Unpack it yourself and add the folder.`)
}

function damaged(cause: unknown): ReviewError {
  if (cause instanceof ReviewError) return cause
  const system = (cause as { code?: unknown } | null)?.code
  if (system === 'ENOENT') return new ReviewError('file-not-found', 'The zip file is not there any more. Choose it again.', { cause })
  if (system === 'EACCES' || system === 'EPERM') return new ReviewError('file-unreadable', 'The zip file cannot be read. Check its rights.', { cause })
  const reason = cause instanceof Error ? cause.message.slice(0, 200) : 'its directory cannot be read'
  return new ReviewError('archive-damaged', `The zip file is damaged or is not whole (${reason}). Copy it again from where it came from.`, { cause })
}
