import { randomUUID } from 'node:crypto'

import type { Flag } from '../contract/records.ts'
import { noSuchCase } from './case-rows.ts'
import { flagOf } from './flags.ts'
import type { Project } from './project.ts'
import { setFlag } from './reviews.ts'

/** The same flag on many cases, on disk when it returns: all or none, and one step of undo. A case that has a flag keeps it unless `overwrite`. Throws `no-such-case`. */
export function flagAll(project: Project, caseIds: readonly number[], flag: Omit<Flag, 'time' | 'reader'>, reader: string, overwrite: boolean): { readonly flagged: number; readonly kept: number } {
  const unique = [...new Set(caseIds)]
  const missing = project.database.get<{ id: number }>('SELECT value AS id FROM json_each(?) WHERE value NOT IN (SELECT id FROM cases)', [JSON.stringify(unique)])
  if (missing) throw noSuchCase(missing.id)
  const wanted = overwrite ? unique : unique.filter((caseId) => flagOf(project, caseId) === null)
  const step = randomUUID()
  project.database.durably(() => { for (const caseId of wanted) setFlag(project, caseId, flag, reader, step) })
  return { flagged: wanted.length, kept: unique.length - wanted.length }
}
