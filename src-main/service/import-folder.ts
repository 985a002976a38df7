import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { errorRecord } from '../contract/errors.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import type { ImportReport } from '../contract/records.ts'
import { addFiles, folderId, knownFiles } from '../project/cases.ts'
import type { LookedAt } from '../project/cases.ts'
import { pathOfCase } from '../project/case-rows.ts'
import type { Project } from '../project/project.ts'
import type { StudySource } from '../sources/study-source.ts'
import { lookAt } from './case-facts.ts'
import type { Looked } from './case-facts.ts'
import type { JobControl } from './jobs.ts'
import { folderSource } from './open-source.ts'

const FILES_A_STEP = 64
const FILES_AT_A_TIME = 8
const LISTED = 1000

export interface ImportOptions {
  readonly onCases?: (caseIds: readonly number[]) => void
  /** what a file is; DICOM only unless told */
  readonly look?: (path: string) => Promise<Looked>
  /** files that were no image before are looked at again */
  readonly again?: boolean
}

/** Throws `file-not-found`, and what a transaction throws. */
export async function importFolder(project: Project, folder: string, control: JobControl, options?: ImportOptions): Promise<ImportReport> {
  return importSource(project, await folderSource(folder), control, options)
}

/**
 * Takes the images of a source into the project, a step of 64 files a transaction: what was taken in before a cancel, a crash or a full
 * disk stays, and the same source again goes on from there. Files that have not changed since are not read again.
 * Throws what the source and a transaction throw.
 */
export async function importSource(project: Project, source: StudySource, control: JobControl, { onCases = () => undefined, look = lookAt, again = false }: ImportOptions = {}): Promise<ImportReport> {
  const { root } = source
  const problems: { file: string; error: ErrorRecord }[] = []
  const problem = (file: string, error: ErrorRecord) => {
    control.itemFailed()
    if (problems.length < LISTED) problems.push({ file, error })
  }
  const counts = { added: 0, known: 0, unreadable: 0, notDicomCount: 0 }
  const notDicom: string[] = []
  const countNotDicom = (file: string) => {
    counts.notDicomCount++
    if (notDicom.length < LISTED) notDicom.push(file)
  }
  control.progress(0, null, 'Looking for files')
  const files: string[] = []
  const report = { signal: control.signal, progress: control.progress, unreadable: (path: string, thrown: unknown) => problem(path, errorRecord(thrown, 'file-unreadable')), notDicom: countNotDicom }
  for await (const file of source.files(report)) {
    if (control.signal.aborted) break
    files.push(file)
  }

  await project.database.whenWritable()
  const folderRow = project.database.transaction(() => folderId(project, root))
  const before = knownFiles(project, folderRow)
  const leftOut = counts.notDicomCount

  for (let start = 0; start < files.length && !control.signal.aborted; start += FILES_A_STEP) {
    const step = files.slice(start, start + FILES_A_STEP)
    const looked = (await mapInParallel(step, async (file): Promise<LookedAt | null> => {
      const facts = await stat(join(root, file)).catch((thrown: unknown) => { problem(file, errorRecord(thrown, 'file-unreadable')); return null })
      if (!facts) return null
      const known = before.get(file)
      if (known && known.bytes === facts.size && known.modifiedMs === facts.mtimeMs && !(again && known.caseId === null)) {
        if (known.caseId === null) countNotDicom(file)
        else counts.known++
        return null
      }
      const result = await look(join(root, file))
      if (result.kind === 'unread') {
        problem(file, result.error)
        return null
      }
      if (result.kind === 'not-dicom') countNotDicom(file)
      else if (result.error) problem(file, result.error)
      return { file, bytes: facts.size, modifiedMs: facts.mtimeMs, facts: result.kind === 'case' ? result.facts : null, error: result.kind === 'case' ? result.error : null }
    })).filter((entry) => entry !== null)

    await project.database.whenWritable()
    const { added, known, unreadable, caseIds } = addFiles(project, folderRow, looked, (caseId) => existsSync(pathOfCase(project, caseId).path))
    counts.added += added
    counts.known += known
    counts.unreadable += unreadable
    if (caseIds.length > 0) onCases(caseIds)
    control.progress(Math.min(start + FILES_A_STEP, files.length), files.length, `${counts.added} new cases`)
  }
  return { folder: root, found: files.length + leftOut, ...counts, notDicom: notDicom.sort(), problems, cancelled: control.signal.aborted }
}

async function mapInParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  await Promise.all(Array.from({ length: Math.min(FILES_AT_A_TIME, items.length) }, async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index]!)
    }
  }))
  return results
}
