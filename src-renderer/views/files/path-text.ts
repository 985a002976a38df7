import type { DirectoryEntry } from '../../../src-main/contract/records.ts'

/** Paths as text, of either system: the service alone knows which one it is on. */
const SEPARATOR = /[\\/]/

/** What is typed, in the folder that is known to exist and the beginning of a name. */
export function splitTyped(typed: string): { folder: string; start: string } {
  const at = Math.max(typed.lastIndexOf('/'), typed.lastIndexOf('\\'))
  return at < 0 ? { folder: '', start: typed } : { folder: typed.slice(0, at + 1), start: typed.slice(at + 1) }
}

/** A whole path that is typed or pasted behind a folder takes its place: `/home/me//data/x` is `/data/x`. */
export function lastWhole(typed: string): string {
  return /^.+[\\/]((?:[A-Za-z]:[\\/]|\\\\).*)$/.exec(typed)?.[1] ?? /^.+\/(\/.*)$/.exec(typed)?.[1] ?? typed
}

export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/'
  return SEPARATOR.test(folder.at(-1) ?? '') ? folder + name : folder + separator + name
}

/** The folder with its separator at the end, so that the next name can be typed on. */
export function asFolder(path: string): string {
  return SEPARATOR.test(path.at(-1) ?? '') ? path : joinPath(path, '')
}

/** As far as all names that begin so agree; null: none begins so. Case is ignored, and the names' own case given back. */
export function complete(start: string, entries: readonly Pick<DirectoryEntry, 'name' | 'isFolder'>[]): { name: string; only: boolean; isFolder: boolean } | null {
  const fitting = entries.filter(({ name }) => name.toLowerCase().startsWith(start.toLowerCase()))
  if (fitting.length === 0) return null
  let common = fitting[0].name
  for (const { name } of fitting) while (!name.toLowerCase().startsWith(common.toLowerCase())) common = common.slice(0, -1)
  return { name: common, only: fitting.length === 1, isFolder: fitting.length === 1 && fitting[0].isFolder }
}

/** The name with the ending that it has to have. */
export function withExtension(path: string, extensions: readonly string[]): string {
  if (extensions.length === 0 || extensions.some((extension) => path.toLowerCase().endsWith(`.${extension}`))) return path
  return `${path}.${extensions[0]}`
}
