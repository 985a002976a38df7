import { existsSync, rmSync } from 'node:fs'
import { basename, join, parse } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import { APPLICATION_ID } from './database.ts'
import type { Database } from './database.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/migrations.ts'

/**
 * Brings a project up to this version's schema, each step with its number in a transaction of its own: a power cut leaves
 * the schema before the step or after it. Throws `project-newer` where the file is ahead of the program.
 */
export function migrate(database: Database, steps = MIGRATIONS): void {
  const current = pragma(database, 'user_version')
  const newest = steps.at(-1)?.version ?? SCHEMA_VERSION
  if (current > newest) {
    throw new ReviewError('project-newer',
      `The project '${basename(database.file)}' was made by a newer version of RightReason (its version is ${current}, this program reads up to ${newest}). Update the program, then open it again.`,
      { details: { version: current, readable: newest } })
  }
  for (const { version, sql } of steps) {
    if (version <= current) continue
    database.transaction(() => {
      database.exec(sql)
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`)
    })
  }
}

/**
 * Copies a project of an earlier version to `<name>.version-<n>.rightreason` beside it, under another number where there is one already. Throws `disk-full` and
 * `file-unwritable`, and then leaves no copy: without one the project is not brought up to this version.
 */
export function backUp(database: Database): string | null {
  const current = pragma(database, 'user_version')
  if (current === 0 || current >= SCHEMA_VERSION) return null
  const { dir, name, ext } = parse(database.file)
  const named = (number: number) => join(dir, `${name}.version-${current}${number === 1 ? '' : `-${number}`}${ext}`)
  let number = 1
  while (existsSync(named(number))) number++
  const copy = named(number)
  try {
    database.run('VACUUM INTO ?', [copy])
    return copy
  } catch (thrown) {
    rmSync(copy, { force: true })
    throw thrown
  }
}

/** Whether the file carries the mark of a project. */
export function isProject(database: Database): boolean {
  return pragma(database, 'application_id') === APPLICATION_ID
}

function pragma(database: Database, name: 'user_version' | 'application_id'): number {
  return Number(Object.values(database.get<Record<string, number>>(`PRAGMA ${name}`)!)[0])
}
