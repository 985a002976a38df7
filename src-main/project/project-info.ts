import { existsSync } from 'node:fs'
import { basename, extname } from 'node:path'

import type { ProjectInfo } from '../contract/records.ts'
import { readMeta } from './meta.ts'
import { modelInUse } from './models.ts'
import type { Project } from './project.ts'

/** The project as the window's frame shows it. */
export function projectInfo(project: Project): ProjectInfo {
  const { database, modelId } = project
  const count = (sql: string, parameters: readonly (number | null)[] = []) => database.get<{ n: number }>(sql, parameters)!.n
  const model = modelInUse(project)
  return {
    file: project.file,
    name: basename(project.file, extname(project.file)),
    isDemo: readMeta(database, 'is-demo') === '1',
    cases: count('SELECT count(*) AS n FROM cases'),
    unreadable: count(`SELECT count(*) AS n FROM cases WHERE status = 'unreadable'`),
    studiesFolders: database.all<{ path: string }>('SELECT path FROM folders ORDER BY id').map(({ path }) => path),
    labelsFile: readMeta(database, 'labels-file'),
    groupColumns: database.all<{ name: string }>('SELECT name FROM group_columns ORDER BY id').map(({ name }) => name),
    model: model && { ...model, missing: !existsSync(model.file) },
    scored: modelId === null ? 0 : count('SELECT count(*) AS n FROM scores WHERE model_id = ?', [modelId]),
    flagged: count('SELECT count(*) AS n FROM flags'),
  }
}
