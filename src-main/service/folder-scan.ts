import { opendir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** deeper than any study tree; a guard against folders mounted into themselves */
const MAX_DEPTH = 64

/**
 * The files below a folder, relative to it with forward slashes, in the order of their names. Links are followed, each folder is entered once
 * wherever links lead; what cannot be read is given to `onUnreadable` and left out.
 */
export async function* filesBelow(folder: string, onUnreadable: (path: string, thrown: unknown) => void): AsyncGenerator<string> {
  const entered = new Set<string>()
  yield* walk('', 0)

  async function* walk(below: string, depth: number): AsyncGenerator<string> {
    const at = join(folder, below)
    const names: { name: string; isFolder: boolean }[] = []
    try {
      const real = await realpath(at)
      if (entered.has(real) || depth > MAX_DEPTH) return
      entered.add(real)
      for await (const entry of await opendir(at)) {
        const facts = entry.isSymbolicLink() ? await stat(join(at, entry.name)).catch(() => null) : entry
        if (facts?.isDirectory()) names.push({ name: entry.name, isFolder: true })
        else if (facts?.isFile()) names.push({ name: entry.name, isFolder: false })
      }
    } catch (thrown) {
      onUnreadable(below, thrown)
      return
    }
    names.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const { name, isFolder } of names) {
      const path = below === '' ? name : `${below}/${name}`
      if (isFolder) yield* walk(path, depth + 1)
      else yield path
    }
  }
}
