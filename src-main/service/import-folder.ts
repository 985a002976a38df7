import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { ReviewError, errorRecord } from '../contract/errors.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import type { ImportReport } from '../contract/records.ts'
import { addFiles, folderId, knownFiles } from '../project/cases.ts'
import type { LookedAt } from '../project/cases.ts'
import { pathOfCase } from '../project/case-rows.ts'
import type { Project } from '../project/project.ts'
import { lookAt } from './case-facts.ts'
import { filesBelow } from './folder-scan.ts'
import type { JobControl } from './jobs.ts'

const FILES_A_STEP = 64
const FILES_AT_A_TIME = 8
const LISTED = 1000

/**
 * Takes the DICOM files below a folder into the project, a step of 64 files a transaction: what was taken in before a cancel, a crash or a full
 * disk stays, and the same folder again goes on from there. Files that have not changed since are not read again.
 * Throws `file-not-found`, and what a transaction throws.
 */
export async function importFolder(project: Project, folder: string, control: JobControl, onCases: (caseIds: readonly number[]) => void = () => undefined): Promise<ImportReport> {
  const root = resolve(folder)
  const found = await stat(root).catch(() => null)
  if (!found?.isDirectory()) throw new ReviewError('file-not-found', `There is no folder ${root}. Choose a folder of DICOM files.`)

  const problems: { file: string; error: ErrorRecord }[] = []
  const problem = (file: string, error: ErrorRecord) => {
    control.itemFailed()
    if (problems.length < LISTED) problems.push({ file, error })
  }
  control.progress(0, null, 'Looking for files')
  const files: string[] = []
  for await (const file of filesBelow(root, (path, thrown) => problem(path, errorRecord(thrown, 'file-unreadable')))) {
    if (control.signal.aborted) break
    files.push(file)
    if (files.length % 256 === 0) control.progress(0, null, `Looking for files: ${files.length} so far`)
  }

  await project.database.whenWritable()
  const folderRow = project.database.transaction(() => folderId(project, root))
  const before = knownFiles(project, folderRow)
  const counts = { added: 0, known: 0, unreadable: 0, notDicomCount: 0 }
  const notDicom: string[] = []
  const countNotDicom = (file: string) => {
    counts.notDicomCount++
    if (notDicom.length < LISTED) notDicom.push(file)
  }

  for (let start = 0; start < files.length && !control.signal.aborted; start += FILES_A_STEP) {
    const step = files.slice(start, start + FILES_A_STEP)
    const looked = (await mapInParallel(step, async (file): Promise<LookedAt | null> => {
      const facts = await stat(join(root, file)).catch((thrown: unknown) => { problem(file, errorRecord(thrown, 'file-unreadable')); return null })
      if (!facts) return null
      const known = before.get(file)
      if (known && known.bytes === facts.size && known.modifiedMs === facts.mtimeMs) {
        if (known.caseId === null) countNotDicom(file)
        else counts.known++
        return null
      }
      const result = await lookAt(join(root, file))
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
  return { folder: root, found: files.length, ...counts, notDicom: notDicom.sort(), problems, cancelled: control.signal.aborted }
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
