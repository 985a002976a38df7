import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { MergeReport } from '../contract/protocol.ts'
import { auditPage, recordAudit } from '../project/audit.ts'
import { openDatabase } from '../project/database.ts'
import { mergeProject } from '../project/merge.ts'
import { openProject } from '../project/project.ts'
import type { Project } from '../project/project.ts'
import { projectOf, tellCases, tellProject, writable } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'

/** What other readers said comes in, and what was done is read. */
export function mergeHandlers(context: Context): HandlersOf<'readings' | 'audit'> {
  return {
    'readings.merge': ({ file }) => {
      const project = projectOf(context)
      const path = resolve(file)
      if (path === project.file) throw new ReviewError('bad-request', 'This project is the one that is open. Choose the copy of another reader.')
      if (!existsSync(path)) throw new ReviewError('file-not-found', `There is no project ${basename(path)} there. Choose the copy of another reader.`)
      return context.jobs.start('merge', `Merging ${basename(path)}`, async ({ progress }): Promise<MergeReport> => {
        progress(0, null, 'Reading the copy')
        const report = await withCopy(path, async (other) => mergeProject(await writable(context), other))
        const { readings, plans, audit, conflicts } = report
        if (readings + plans + audit > 0) recordAudit(project, context.settings.current.reader, 'merge', { file: basename(path), readings, plans, audit, conflicts: conflicts.length })
        tellCases(context, null)
        tellProject(context)
        return { ...report, file: path }
      }).job
    },
    'audit.page': (request) => auditPage(projectOf(context), request),
  }
}

/** A reader's file stays as it is, even where it is of an earlier version and has to be brought up to this one first: that happens to a copy. */
async function withCopy<T>(file: string, work: (other: Project) => Promise<T>): Promise<T> {
  requireFree(file)
  const folder = await mkdtemp(join(tmpdir(), 'right-reason-merge-'))
  try {
    const copy = join(folder, basename(file))
    for (const part of ['', '-wal']) if (existsSync(`${file}${part}`)) await copyFile(`${file}${part}`, `${copy}${part}`)
    const other = openProject(copy, { backup: false })
    try {
      return await work(other)
    } finally {
      other.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Throws `project-locked` where another program has the file open and may be writing to it. */
function requireFree(file: string): void {
  try {
    openDatabase(file).close()
  } catch (thrown) {
    if (thrown instanceof ReviewError && thrown.code === 'project-locked') throw thrown
  }
}
