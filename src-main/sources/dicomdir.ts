import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import { parseDicom } from '../dicom/parse.ts'
import { readDicomFile } from '../dicom/read-file.ts'
import type { StudySource } from './study-source.ts'

/** Media Storage Directory Storage (PS3.4 B.5) */
const DICOMDIR_CLASS = '1.2.840.10008.1.3.10'
const MAX_COMPONENTS = 64

/** By its SOP class: it names images and holds none. */
export function isDicomdir(sopClassUid: string): boolean {
  return sopClassUid === DICOMDIR_CLASS
}

/**
 * Exactly the files that a DICOMDIR refers to (PS3.3 F.3.2.2: Referenced File ID, one value a path component). Records that are not in use are
 * left out. Names are found whatever their case, and with the version that ISO 9660 hangs on. Throws the codes of DICOM files.
 */
export async function dicomdirSource(path: string): Promise<StudySource> {
  const { dataSet, meta } = parseDicom(await readDicomFile(path))
  if (!isDicomdir(meta.string('00020002', 'UI').replaceAll('\0', ''))) throw new ReviewError('bad-request', 'The file is not a DICOMDIR: it does not say that it is a directory of files. Add the folder instead.')
  const references = dataSet.items('00041220')
    .filter((record) => record.word('00041410') !== 0)
    .map((record) => record.strings('00041500', 'CS'))
    .filter((components) => components.length > 0)
  const root = dirname(path)
  return {
    root,
    async *files(report) {
      const find = finder(root)
      const given = new Set<string>()
      for (const [done, components] of references.entries()) {
        if (report.signal.aborted) return
        report.progress(done, references.length, 'Files of the DICOMDIR')
        const told = components.join('/')
        const file = isInside(components) ? await find(components) : null
        if (file === null) report.unreadable(told, missing(components))
        else if (!given.has(file)) {
          given.add(file)
          yield file
        }
      }
    },
  }
}

function isInside(components: readonly string[]): boolean {
  return components.length <= MAX_COMPONENTS && components.every((component) => component !== '' && component !== '.' && component !== '..' && !/[/\0]/.test(component))
}

function missing(components: readonly string[]): ReviewError {
  return isInside(components)
    ? new ReviewError('file-not-found', 'The DICOMDIR names this file, but it is not there. Copy the whole medium, or add the folder.')
    : new ReviewError('not-allowed', 'The DICOMDIR names a file outside of its own folder; it is not read.')
}

/** Finds a path by its components; a folder is listed once. */
function finder(root: string): (components: readonly string[]) => Promise<string | null> {
  const listings = new Map<string, Promise<ReadonlyMap<string, string>>>()
  const list = (folder: string) => {
    const known = listings.get(folder)
    if (known) return known
    const names = readdir(join(root, folder)).then((found) => new Map([...found.map((name) => [plain(name), name] as const), ...found.map((name) => [name, name] as const)]), () => new Map<string, string>())
    listings.set(folder, names)
    return names
  }
  return async (components) => {
    let path = ''
    for (const component of components) {
      const names = await list(path)
      const name = names.get(component) ?? names.get(plain(component))
      if (name === undefined) return null
      path = path === '' ? name : `${path}/${name}`
    }
    return path
  }
}

/** Without case, and without the version and the bare dot of ISO 9660 ('IM1.;1'). */
function plain(name: string): string {
  return name.toLowerCase().replace(/;\d+$/, '').replace(/\.$/, '')
}
