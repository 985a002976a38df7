import type { Sample } from '../contract/records.ts'
import { noSuchCase } from './case-rows.ts'
import type { Project } from './project.ts'

/** These cases as a sample, in any order; they were chosen, not drawn, and its seed is 0. Throws `no-such-case`. */
export function keepSample(project: Project, name: string, caseIds: readonly number[]): Sample {
  const { database } = project
  const unique = [...new Set(caseIds)]
  const list = JSON.stringify(unique)
  const missing = database.get<{ id: number }>('SELECT value AS id FROM json_each(?) WHERE value NOT IN (SELECT id FROM cases)', [list])
  if (missing) throw noSuchCase(missing.id)
  const drawnAt = new Date().toISOString()
  const id = database.durably(() => {
    const { lastId } = database.run('INSERT INTO samples (name, seed, size, drawn_at, stratify_by, filter) VALUES (?, 0, ?, ?, NULL, ?)', [name, unique.length, drawnAt, JSON.stringify(null)])
    database.run('INSERT INTO sample_cases (sample_id, case_id) SELECT ?, value FROM json_each(?)', [lastId, list])
    return lastId
  })
  return { id, name, seed: 0, size: unique.length, drawnAt, stratifyBy: null }
}
