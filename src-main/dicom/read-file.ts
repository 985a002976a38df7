import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'

import { errorRecord, ReviewError } from '../contract/errors.ts'
import { MAX_FILE_BYTES } from './limits.ts'

/** The bytes of a file. Throws `file-not-found`, `file-unreadable`, `pixel-data-too-large` before anything is read. */
export async function readDicomFile(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const size = await regularSize(file, path)
      if (size > MAX_FILE_BYTES) {
        throw new ReviewError('pixel-data-too-large', `The file has ${size} bytes; at most ${MAX_FILE_BYTES} are read: ${path}`, { details: { size } })
      }
      return await readWhole(file, size)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw unreadable(thrown, path)
  }
}

/** In one piece of memory of its own; Node's `readFile` goes in small steps, which takes four times as long. */
async function readWhole(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

/** The size of a file; a folder, a device or a pipe is `file-unreadable`, since it may never end. */
export async function regularSize(file: FileHandle, path: string): Promise<number> {
  const stat = await file.stat()
  if (!stat.isFile()) throw new ReviewError('file-unreadable', `This is not a file that can be read: ${path}`)
  return stat.size
}

/** What the operating system says of a file, as one of our codes; other errors unchanged. */
export function unreadable(thrown: unknown, path: string): unknown {
  const system = (thrown as { code?: unknown } | null)?.code
  if (thrown instanceof ReviewError || typeof system !== 'string' || !/^E[A-Z]+$/.test(system)) return thrown
  const { code } = errorRecord(thrown, 'file-unreadable')
  return code === 'file-not-found'
    ? new ReviewError('file-not-found', `The file is not there any more: ${path}. Put it back, or import the folder from its new place.`, { cause: thrown })
    : new ReviewError('file-unreadable', `The file cannot be read (${system}): ${path}`, { cause: thrown })
}
