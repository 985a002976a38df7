import { errorRecord } from '../../../src-main/contract/errors.ts'
import type { ErrorCode } from '../../../src-main/contract/errors.ts'
import type { StudySource } from '../../../src-main/sources/study-source.ts'

/** Everything that a source gives and tells. `stopAfter`: so many files, then the signal aborts. */
export async function readSource(source: StudySource, { stopAfter = Infinity } = {}) {
  const files: string[] = []
  const unreadable: Record<string, ErrorCode> = {}
  const notDicom: string[] = []
  const control = new AbortController()
  const report = { signal: control.signal, progress: () => undefined, unreadable: (file: string, thrown: unknown) => { unreadable[file] = errorRecord(thrown).code }, notDicom: (file: string) => { notDicom.push(file) } }
  for await (const file of source.files(report)) {
    files.push(file)
    if (files.length >= stopAfter) control.abort()
  }
  return { files, unreadable, notDicom }
}
