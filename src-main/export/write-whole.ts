import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { ReviewError } from '../contract/errors.ts'

export interface Place {
  readonly isFolder: boolean
  /** false: an existing file or non-empty folder is refused */
  readonly overwrite: boolean
  readonly signal?: AbortSignal
}

/**
 * Makes a file or folder beside its place under a name of its own and moves it there when it is whole: what was at the path stays until then, and what was
 * cancelled or failed leaves nothing behind. Throws `file-unwritable`, `disk-full`, `cancelled`, and what `write` throws.
 */
export async function writeWhole<T extends object>(out: string, place: Place, write: (beside: string) => Promise<T>): Promise<T & { readonly path: string }> {
  const beside = join(dirname(out), `.${basename(out)}.${randomUUID().slice(0, 8)}.part`)
  try {
    await mkdir(dirname(out), { recursive: true })
    await refuseToOverwrite(out, place)
    const result = await write(beside)
    await moveInto(beside, out, place)
    return { ...result, path: out }
  } catch (thrown) {
    await rm(beside, { recursive: true, force: true }).catch(() => {})
    if (place.signal?.aborted) throw new ReviewError('cancelled', 'The export was cancelled. Nothing was written.', { cause: thrown })
    throw writeError(thrown, out)
  }
}

/** An empty folder may be written into; a file or a folder with something in it only where the user said so. */
async function refuseToOverwrite(out: string, { isFolder, overwrite }: Place): Promise<void> {
  const there = await stat(out).catch(() => null)
  if (there === null) return
  if (there.isDirectory() !== isFolder) throw new ReviewError('file-unwritable', `${out} is a ${there.isDirectory() ? 'folder' : 'file'}, and this format writes a ${isFolder ? 'folder' : 'file'}. Choose another path.`)
  if (overwrite || (there.isDirectory() && (await readdir(out)).length === 0)) return
  throw new ReviewError('file-unwritable', `${out} exists already. Choose another path, or say that it may be replaced (--overwrite).`, { details: { exists: true } })
}

/** A folder cannot be moved over another: the old one steps aside first, and comes back if the move fails. */
async function moveInto(from: string, to: string, { isFolder }: Place): Promise<void> {
  if (!isFolder) return rename(from, to)
  const aside = `${from}.old`
  const hadOne = await rename(to, aside).then(() => true, () => false)
  try {
    await rename(from, to)
  } catch (thrown) {
    if (hadOne) await rename(aside, to)
    throw thrown
  }
  if (hadOne) await rm(aside, { recursive: true })
}

function writeError(thrown: unknown, out: string): unknown {
  const { code, message } = thrown as NodeJS.ErrnoException
  if (thrown instanceof ReviewError || code === undefined) return thrown
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ReviewError('disk-full', `There is no room for ${out}. Free some space or choose another disk; nothing was written, and the project is as it was.`, { cause: thrown })
  return new ReviewError('file-unwritable', `Cannot write ${out}: ${message}. Choose another path.`, { cause: thrown })
}
