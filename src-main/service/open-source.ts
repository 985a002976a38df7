import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import { readHeaderFile } from '../dicom/header-file.ts'
import { dicomdirSource, isDicomdir } from '../sources/dicomdir.ts'
import { fileBeginsAs } from '../sources/image-file.ts'
import type { StudySource } from '../sources/study-source.ts'
import { zipSource } from '../sources/zip.ts'
import { filesBelow } from './folder-scan.ts'

export interface SourceOptions {
  /** where entries of archives are unpacked */
  readonly sideFolder: string
  /** PNG and JPEG images too */
  readonly images: boolean
}

/** One file by itself, which is imported together with others of its folder. */
export interface SingleFile { readonly root: string; readonly file: string }

/**
 * What a path of the user's means: a folder with all below it, a zip file, a DICOMDIR with the files that it names, or a file by itself.
 * Throws `file-not-found`, `file-unreadable`, and what the source throws of its own.
 */
export async function openSource(told: string, { sideFolder, images }: SourceOptions): Promise<StudySource | SingleFile> {
  const path = resolve(told)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) return folderSource(path)
  const kind = await fileBeginsAs(path)
  if (kind === 'zip') return zipSource(path, sideFolder, { pictures: images })
  if (kind === 'dicom' && await isDirectoryFile(path)) return dicomdirSource(path)
  return { root: dirname(path), file: basename(path) }
}

export function filesSource(root: string, files: readonly string[]): StudySource {
  return { root, async *files() { yield* files } }
}

/** A folder and all below it. Throws `file-not-found`. */
export async function folderSource(told: string): Promise<StudySource> {
  const root = resolve(told)
  const found = await stat(root).catch(() => null)
  if (!found?.isDirectory()) throw new ReviewError('file-not-found', `There is no folder ${root}. Choose a folder of DICOM files.`)
  return {
    root,
    async *files({ progress, unreadable }) {
      let count = 0
      for await (const file of filesBelow(root, unreadable)) {
        yield file
        if (++count % 256 === 0) progress(0, null, `Looking for files: ${count} so far`)
      }
    },
  }
}

async function isDirectoryFile(path: string): Promise<boolean> {
  return readHeaderFile(path).then(({ header }) => isDicomdir(header.sopClassUid), () => false)
}
