import { readMeta } from './meta.ts'
import type { Project } from './project.ts'

export function isDemo(project: Project): boolean {
  return readMeta(project.database, 'is-demo') === '1'
}

/** Studies folders and models that `isGone` says are no longer where they were, by what `to` says of their path; null leaves one as it is. */
export function relocate(project: Project, isGone: (path: string) => boolean, to: (path: string) => string | null): void {
  const { database } = project
  database.transaction(() => {
    for (const { id, path } of database.all<{ id: number; path: string }>('SELECT id, path FROM folders')) {
      const now = isGone(path) ? to(path) : null
      if (now !== null) database.run('UPDATE folders SET path = ? WHERE id = ?', [now, id])
    }
    for (const { id, file } of database.all<{ id: number; file: string }>('SELECT id, file FROM models')) {
      const now = isGone(file) ? to(file) : null
      if (now !== null) database.run('UPDATE models SET file = ? WHERE id = ?', [now, id])
    }
  })
}
