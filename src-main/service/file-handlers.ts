import { existsSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, extname, join, resolve } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { DirectoryEntry, DirectoryListing } from '../contract/records.ts'
import type { Context } from './context.ts'
import { demoFolder } from './demo-parts.ts'
import type { HandlersOf } from './handlers.ts'

/** so many entries of a folder are shown; who has more types the path */
const MAX_ENTRIES = 5000

export function fileHandlers(context: Context): HandlersOf<'files'> {
  const { platform } = context
  return {
    'files.pick': ({ what, suggested }) => {
      if (platform.pick) return platform.pick(what, suggested)
      throw new ReviewError('not-allowed', 'This window has no dialogs of the system. Choose the file in the list instead.')
    },
    'files.list': async ({ path, extensions }) => ({ ...await list(path ?? homedir(), extensions), shortcuts: await shortcuts(context) }),
  }
}

async function list(path: string, extensions: readonly string[]): Promise<Omit<DirectoryListing, 'shortcuts'>> {
  const folder = resolve(path)
  const found = await readdir(folder, { withFileTypes: true }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') throw new ReviewError('file-not-found', `There is no folder ${folder}.`, { cause: thrown })
    throw new ReviewError('file-unreadable', `The folder ${folder} cannot be read. Check its rights.`, { cause: thrown })
  })
  const wanted = extensions.map((extension) => `.${extension.toLowerCase().replace(/^\./, '')}`)
  const entries: DirectoryEntry[] = []
  for (const entry of found.slice(0, MAX_ENTRIES)) {
    if (entry.name.startsWith('.')) continue
    const at = join(folder, entry.name)
    const facts = await stat(at).catch(() => null)
    if (!facts || (!facts.isDirectory() && !facts.isFile())) continue
    const isFolder = facts.isDirectory()
    if (!isFolder && wanted.length > 0 && !wanted.includes(extname(entry.name).toLowerCase())) continue
    entries.push({ name: entry.name, path: at, isFolder, bytes: isFolder ? null : facts.size })
  }
  entries.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name, undefined, { numeric: true }))
  const parent = dirname(folder)
  return { path: folder, parent: parent === folder ? null : parent, entries }
}

async function shortcuts({ platform }: Context): Promise<{ name: string; path: string }[]> {
  await mkdir(platform.projectsFolder, { recursive: true }).catch(() => undefined)
  const places = [
    { name: 'Home', path: homedir() },
    { name: 'Projects', path: platform.projectsFolder },
    { name: 'Demo data', path: demoFolder(platform) },
    { name: 'Computer', path: resolve('/') },
  ]
  return places.filter(({ path }) => existsSync(path))
}
