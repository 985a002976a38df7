import { mkdir } from 'node:fs/promises'

import { ReviewError } from '../contract/errors.ts'

/**
 * Where a project keeps files that came from elsewhere than a folder: beside the project file, so that both can be moved together.
 * It is made by whoever writes there first.
 */
export function sideFolder(projectFile: string): string {
  return `${projectFile.replace(/\.rightreason$/i, '')}.files`
}

/** Throws `file-unwritable` or `disk-full`. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOSPC') throw new ReviewError('disk-full', `The disk is full: the folder ${path} cannot be made. Free some space and try again.`, { cause })
    throw new ReviewError('file-unwritable', `The folder ${path} cannot be made, in which the images would be kept. Check the rights of the folder above it.`, { cause })
  })
}
