import { basename } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that a user can do something about. */
const BY_RESULT: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  5: ['project-locked', 'is open in another window or program. Close it there, then try again'],
  6: ['project-locked', 'is open in another window or program. Close it there, then try again'],
  8: ['file-unwritable', 'cannot be written. Check the rights of the file and its folder'],
  10: ['file-unwritable', 'cannot be read or written: the disk reports an error. Check the disk, and copy the file elsewhere'],
  11: ['project-damaged', 'is damaged. Save what can still be read of it into a new project (right-reason salvage), or restore it from a backup'],
  13: ['disk-full', 'cannot grow: the disk is full. Free some space and try again; what was saved before is kept'],
  14: ['file-unwritable', 'cannot be opened. Check that the folder exists and that files can be made in it'],
  26: ['not-a-project', 'is not a RightReason project. Choose another file'],
}

/** What SQLite threw as a ReviewError; a ReviewError stays as it is. Messages name the file, never a value in it. */
export function databaseError(thrown: unknown, file: string): ReviewError {
  if (thrown instanceof ReviewError) return thrown
  const result = (thrown as { errcode?: unknown } | null)?.errcode
  const known = typeof result === 'number' ? BY_RESULT[result & 0xff] : undefined
  if (known) return new ReviewError(known[0], `The project '${basename(file)}' ${known[1]}.`, { cause: thrown })
  if ((thrown as { code?: unknown } | null)?.code === 'ENOSPC') {
    return new ReviewError('disk-full', `The project '${basename(file)}' ${BY_RESULT[13]![1]}.`, { cause: thrown })
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new ReviewError('internal', `The project '${basename(file)}' could not be used: ${message}`, { cause: thrown })
}
