import { resolve } from 'node:path'

import { errorRecord } from '../contract/errors.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import type { ImportReport } from '../contract/records.ts'
import type { Project } from '../project/project.ts'
import { sideFolder } from '../sources/side-folder.ts'
import type { StudySource } from '../sources/study-source.ts'
import type { Context } from './context.ts'
import { tellCases } from './context.ts'
import { importSource } from './import-folder.ts'
import type { JobControl } from './jobs.ts'
import { filesSource, openSource } from './open-source.ts'
import { lookAtImage } from './picture-facts.ts'

const LISTED = 1000

/**
 * Imports what these paths mean (folders, zip files, DICOMDIRs, single files), one after another, as one report. A path that cannot be opened
 * fails the import where it is the only one; among several it is told as a problem and the rest goes on.
 */
export async function importPaths(context: Context, project: Project, paths: readonly string[], images: boolean, control: JobControl): Promise<ImportReport> {
  const options = {
    onCases: (caseIds: readonly number[]) => tellCases(context, caseIds.length > 32 ? null : caseIds),
    ...(images ? { again: true, look: (path: string) => lookAtImage(path, context.decodePool, control.signal) } : {}),
  }
  const nothing: ImportReport = { folder: resolve(paths[0]!), found: 0, added: 0, known: 0, unreadable: 0, notDicomCount: 0, notDicom: [], problems: [], cancelled: false }
  const { sources, problems } = await openAll(paths, sideFolder(project.file), images, control)
  let sum: ImportReport = { ...nothing, problems }
  for (const source of sources) {
    if (control.signal.aborted) break
    sum = plus(sum, await importSource(project, source, control, options))
  }
  return { ...sum, cancelled: control.signal.aborted }
}

/** Files that lie in one folder are one source. */
async function openAll(paths: readonly string[], into: string, images: boolean, control: JobControl): Promise<{ sources: StudySource[]; problems: { file: string; error: ErrorRecord }[] }> {
  const sources: StudySource[] = []
  const problems: { file: string; error: ErrorRecord }[] = []
  const single = new Map<string, string[]>()
  for (const path of paths) {
    try {
      const opened = await openSource(path, { sideFolder: into, images })
      if (!('file' in opened)) sources.push(opened)
      else single.set(opened.root, [...(single.get(opened.root) ?? []), opened.file])
    } catch (thrown) {
      if (paths.length === 1) throw thrown
      control.itemFailed()
      problems.push({ file: path, error: errorRecord(thrown, 'file-unreadable') })
    }
  }
  return { sources: [...sources, ...[...single].map(([root, files]) => filesSource(root, files))], problems }
}

function plus(a: ImportReport, b: ImportReport): ImportReport {
  return {
    ...a,
    found: a.found + b.found,
    added: a.added + b.added,
    known: a.known + b.known,
    unreadable: a.unreadable + b.unreadable,
    notDicomCount: a.notDicomCount + b.notDicomCount,
    notDicom: [...a.notDicom, ...b.notDicom].slice(0, LISTED),
    problems: [...a.problems, ...b.problems].slice(0, LISTED),
  }
}
