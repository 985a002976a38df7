import { ReviewError } from '../contract/errors.ts'
import { sideFolder } from '../sources/side-folder.ts'
import { makeUploadFolder } from '../sources/upload-folder.ts'
import type { UploadFolder } from '../sources/upload-folder.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'

/** ids that a page can still send to */
const OPEN_AT_ONCE = 16

/** A folder for files that are about to be sent. Throws `not-ready`, `file-unwritable`, `disk-full`. */
export async function openUploadFolder(context: Context): Promise<{ readonly id: string; readonly folder: string }> {
  const made = await makeUploadFolder(sideFolder(projectOf(context).file), new Date())
  const { uploads } = context
  uploads.set(made.id, made)
  for (const id of [...uploads.keys()].slice(0, Math.max(0, uploads.size - OPEN_AT_ONCE))) uploads.delete(id)
  return { id: made.id, folder: made.folder }
}

/** Throws `bad-request`. */
export function uploadFolder(context: Context, id: string): UploadFolder {
  const found = context.uploads.get(id)
  if (found) return found
  throw new ReviewError('bad-request', 'Files cannot be sent there any more. Drop them again.')
}
