import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import { ReviewError } from '../contract/errors.ts'
import { safePath, uniquePaths } from './safe-path.ts'
import { makeFolder } from './side-folder.ts'

const MAX_BYTES = 8 * 2 ** 30
const MAX_FILES = 20_000
/** left free on the disk */
const RESERVED_BYTES = 512 * 2 ** 20

/** A folder of the project's own that a page sends dropped files into, one stream a file. */
export interface UploadFolder {
  readonly id: string
  readonly folder: string
  /**
   * Writes a file under the path that the page gave it, made safe, and gives that. A file of which not everything came is not kept.
   * Throws `bad-request`, `not-allowed` (too many or too large: add the folder instead), `disk-full`, `cancelled`.
   */
  write(told: string, bytes: number, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string>
}

export async function makeUploadFolder(below: string, now: Date): Promise<UploadFolder> {
  const id = randomUUID()
  const folder = join(below, `dropped-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-${id.slice(0, 4)}`)
  await makeFolder(folder)
  const unique = uniquePaths()
  let files = 0
  let total = 0
  return {
    id,
    folder,
    async write(told, bytes, body, signal) {
      const path = safePath(told)
      if (path === null) throw new ReviewError('bad-request', 'A dropped file has a name that leads out of its folder. It is left out.')
      if (files + 1 > MAX_FILES || total + bytes > MAX_BYTES) throw tooMuch()
      files++
      total += bytes
      const { bavail, bsize } = await statfs(folder)
      if (bytes + RESERVED_BYTES > bavail * bsize) throw new ReviewError('disk-full', 'There is no room for the dropped files beside the project. Free some space, or use \'Add a folder\', which copies nothing.')
      const own = unique(path)
      const target = join(folder, own)
      const part = join(below, `${id}-${files}.part`)
      try {
        await mkdir(dirname(target), { recursive: true })
        await pipeline(body, exactly(bytes), createWriteStream(part, { flags: 'wx', mode: 0o600 }), { signal })
        await rename(part, target)
        return own
      } catch (thrown) {
        await rm(part, { force: true })
        throw signal.aborted ? new ReviewError('cancelled', 'The file did not come in whole.', { cause: thrown }) : thrown
      }
    },
  }
}

/** Passes bytes on and counts them. */
function exactly(bytes: number): (body: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* (body) {
    let seen = 0
    for await (const chunk of body) {
      seen += chunk.length
      if (seen > bytes) break
      yield chunk
    }
    if (seen !== bytes) throw new ReviewError('bad-request', 'A dropped file has not the size that was announced. Drop it again.')
  }
}

function tooMuch(): ReviewError {
  return new ReviewError('not-allowed', `So much is not copied through the browser: at most ${MAX_FILES} files and ${MAX_BYTES / 2 ** 30} GiB at a time. Use 'Add a folder', which reads the files where they lie.`)
}
