import { accessSync, constants, existsSync, rmSync, statSync } from 'node:fs'
import { basename } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import { openDatabase } from './database.ts'
import type { Database } from './database.ts'
import type { Dependency } from './columns.ts'
import { backUp, isProject, migrate } from './migrate.ts'
import { readMeta, writeMeta } from './meta.ts'
import { newPseudonymKey } from './pseudonyms.ts'

/** An open project: its database and what is kept in memory beside it. */
export interface Project {
  readonly file: string
  readonly database: Database
  /** counted up when something changes, so that an order worked out before is known to be stale */
  readonly versions: Record<Dependency, number>
  /** orders of the work list worked out before, by filter and sort */
  readonly orders: Map<string, { readonly stamp: string; readonly ids: Uint32Array }>
  /** row of `models` in use */
  modelId: number | null
  /** whose flags come first where several readers flagged a case; '' nobody's (readings.ts) */
  reader: string
  close(): void
}

/** below this size the whole file is checked on opening; it takes a quarter of a second */
const CHECK_BYTES = 32 * 2 ** 20

/** A new, empty project. Throws `file-unwritable` where the file exists already or its folder does not, and `disk-full`; then no file is left. */
export function createProject(file: string, options: { readonly version: string; readonly isDemo?: boolean }): Project {
  if (existsSync(file)) throw new ReviewError('file-unwritable', `'${basename(file)}' exists already. Open it, or choose another name for the new project.`)
  let database: Database | null = null
  try {
    database = openDatabase(file)
    migrate(database)
    const made = database
    made.transaction(() => {
      writeMeta(made, 'created-by', options.version)
      writeMeta(made, 'created-at', new Date().toISOString())
      writeMeta(made, 'pseudonym-key', newPseudonymKey())
      writeMeta(made, 'is-demo', options.isDemo ? '1' : '0')
    })
    return wrap(made)
  } catch (thrown) {
    database?.close()
    const isAnothers = thrown instanceof ReviewError && thrown.code === 'project-locked'
    if (!isAnothers) for (const part of [file, `${file}-wal`, `${file}-journal`]) rmSync(part, { force: true })
    throw thrown
  }
}

/**
 * Throws `file-not-found`, `not-a-project`, `project-newer`, `project-locked` (open in another window or program),
 * `project-damaged` or `file-unwritable`. The file is left as it was then. One of an earlier version is copied beside itself before it is brought up to this one.
 */
export function openProject(file: string, { backup = true }: { readonly backup?: boolean } = {}): Project {
  if (!existsSync(file)) throw new ReviewError('file-not-found', `There is no project '${basename(file)}' any more. It may have been moved or deleted.`)
  const bytes = statSync(file).size
  if (statSync(file).isDirectory() || bytes === 0) throw new ReviewError('not-a-project', `'${basename(file)}' is not a RightReason project. Choose another file.`)
  requireWritable(file)
  const database = openDatabase(file)
  try {
    if (!isProject(database)) throw new ReviewError('not-a-project', `'${basename(file)}' is a database, but not a RightReason project. Choose another file.`)
    checkWhole(database, bytes)
    if (backup) backUp(database)
    migrate(database)
    return wrap(database)
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function requireWritable(file: string): void {
  try {
    accessSync(file, constants.W_OK)
  } catch (cause) {
    throw new ReviewError('file-unwritable', `The project '${basename(file)}' can only be read here, and an open project has to be written to. Check its rights, or copy it to a folder of your own and open the copy.`, { cause })
  }
}

function checkWhole(database: Database, bytes: number): void {
  const pages = database.get<{ pages: number; size: number }>('SELECT page_count AS pages, page_size AS size FROM pragma_page_count, pragma_page_size')!
  const verdict = bytes > CHECK_BYTES ? 'ok' : database.get<{ quick_check: string }>('PRAGMA quick_check(1)')!.quick_check
  if (verdict === 'ok' && pages.pages > 0) return
  throw new ReviewError('project-damaged',
    `The project '${basename(database.file)}' is damaged. Save what can still be read of it into a new project (right-reason salvage), or restore it from a backup.`)
}

function wrap(database: Database): Project {
  const modelId = readMeta(database, 'model-in-use')
  const versions = { cases: 0, labels: 0, scores: 0, flags: 0, texts: 0, suspicions: 0 }
  return { file: database.file, database, versions, orders: new Map(), modelId: modelId === null ? null : Number(modelId), reader: readMeta(database, 'flags-stand-for') ?? '', close: () => database.close() }
}

/** Tells the work list that these facts changed. */
export function changed(project: Project, ...facts: Dependency[]): void {
  for (const fact of facts) project.versions[fact]++
}
