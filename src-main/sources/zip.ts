import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { crc32 } from 'node:zlib'

import { ReviewError } from '../contract/errors.ts'
import { MAX_FILE_BYTES } from '../dicom/limits.ts'
import { beginsAs, FIRST_BYTES, isPicture } from './begins-as.ts'
import { makeFolder } from './side-folder.ts'
import type { SourceReport, StudySource } from './study-source.ts'
import { openZip } from './zip-directory.ts'
import type { OpenZip, ZipEntry } from './zip-directory.ts'

/** left free on the disk beside what is unpacked */
const RESERVED_BYTES = 512 * 2 ** 20

/**
 * The images of a zip file, unpacked below `into` in a folder named after the archive's content: the same archive again unpacks nothing
 * twice, and one that was cut short goes on. What is no image stays in the archive. Throws `archive-damaged`, `archive-refused`, `disk-full`.
 */
export async function zipSource(path: string, into: string, { pictures = false } = {}): Promise<StudySource> {
  const zip = await openZip(path)
  const root = join(into, `${basename(path).replace(/\.zip$/i, '').replace(/[^\w.-]+/g, '_').slice(0, 60)}-${zip.digest.slice(0, 12)}`)
  return {
    root,
    async *files(report) {
      try {
        await makeFolder(root)
        await checkSpace(root, zip)
        let done = 0
        for (const entry of zip.entries) {
          if (report.signal.aborted) return
          report.progress(done++, zip.entries.length, 'Unpacking')
          const file = await unpack(zip, entry, root, pictures, report)
          if (file !== null) yield file
        }
      } finally {
        zip.close()
      }
    },
  }
}

/** The path below the root; null where the entry is no image or could not be unpacked, which is reported. Throws `disk-full`. */
async function unpack(zip: OpenZip, { entry, name, path }: ZipEntry, root: string, pictures: boolean, report: SourceReport): Promise<string | null> {
  try {
    if (path === null) throw refused('its name leads out of the folder that it is unpacked into')
    if (entry.isEncrypted()) throw refused('it is encrypted. Unpack the zip file with its password and add the folder')
    if (!entry.canDecodeFileData()) throw refused(`it is compressed in a way that is not read here (method ${entry.compressionMethod}). Unpack the zip file yourself and add the folder`)
    if (entry.uncompressedSize > MAX_FILE_BYTES) throw refused(`it has ${entry.uncompressedSize} bytes; at most ${MAX_FILE_BYTES} are read`)
    const target = join(root, path)
    const there = await stat(target).catch(() => null)
    if (there?.isFile() && there.size === entry.uncompressedSize) return path
    const stream = await zip.file.openReadStreamPromise(entry)
    if (await writeIfImage(stream, { target, part: `${root}.part`, checksum: entry.crc32 }, pictures, report.signal)) return path
    report.notDicom(name)
    return null
  } catch (thrown) {
    if (report.signal.aborted) return null
    if ((thrown as { code?: unknown }).code === 'ENOSPC') throw thrown
    report.unreadable(name, thrown instanceof ReviewError || isSystem(thrown) ? thrown : damagedEntry(thrown))
    return null
  }
}

/** Written beside and renamed when its checksum is right, so that what has the name is whole. false: not an image, nothing is written. */
async function writeIfImage(stream: Readable, { target, part, checksum }: { target: string; part: string; checksum: number }, pictures: boolean, signal: AbortSignal): Promise<boolean> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    const held: Buffer[] = []
    let heldBytes = 0
    let next = await chunks.next()
    for (; !next.done && heldBytes < FIRST_BYTES; next = await chunks.next()) {
      held.push(next.value)
      heldBytes += next.value.length
    }
    const kind = beginsAs(Buffer.concat(held))
    if (kind !== 'dicom' && !(pictures && isPicture(kind))) return false

    await mkdir(dirname(target), { recursive: true })
    const output = createWriteStream(part, { flags: 'w', mode: 0o600 })
    const written = finished(output)
    written.catch(() => undefined)
    try {
      let sum = 0
      const write = async (chunk: Buffer) => {
        signal.throwIfAborted()
        sum = crc32(chunk, sum)
        if (!output.write(chunk)) await Promise.race([written, new Promise<void>((resolve) => output.once('drain', resolve))])
      }
      for (const chunk of held) await write(chunk)
      for (; !next.done; next = await chunks.next()) await write(next.value)
      output.end()
      await written
      if (sum !== checksum) throw damagedEntry(null)
      await rename(part, target)
      return true
    } catch (thrown) {
      output.destroy()
      await rm(part, { force: true })
      throw thrown
    }
  } finally {
    stream.destroy()
  }
}

async function checkSpace(root: string, zip: OpenZip): Promise<void> {
  const { bavail, bsize } = await statfs(root)
  const free = bavail * bsize
  if (zip.totalBytes + RESERVED_BYTES <= free) return
  throw new ReviewError('disk-full', `The zip file unpacks to up to ${zip.totalBytes} bytes beside the project, where ${free} are free. Free some space, or unpack it elsewhere and add the folder.`)
}

const isSystem = (thrown: unknown): boolean => /^E[A-Z]+$/.test(String((thrown as { code?: unknown } | null)?.code))

function refused(why: string): ReviewError {
  return new ReviewError('archive-refused', `The entry is not unpacked: ${why}.`)
}

function damagedEntry(cause: unknown): ReviewError {
  const reason = cause instanceof Error ? ` (${cause.message.slice(0, 200)})` : ' (its checksum is wrong)'
  return new ReviewError('archive-damaged', `The entry of the zip file is damaged${reason}. Copy the zip file again from where it came from.`, { cause })
}
