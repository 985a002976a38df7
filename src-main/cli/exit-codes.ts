import { ReviewError } from '../contract/errors.ts'

/** What the program ends with. Scripts hang on these numbers; docs/cli.md says the same. */
export const EXIT = {
  ok: 0,
  /** the command could not do what it is for; one line 'code: message' on standard error */
  failed: 1,
  /** an option or argument is wrong; nothing was done */
  usage: 2,
  /** done, but some files or cases failed, or the labels joined none; the others' results are there */
  someFailed: 3,
  /** a check ran and did not pass */
  checkFailed: 4,
  /** Ctrl+C; what was finished stays */
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A wrong option found after the parsing, as a class that the model does not have. */
export class UsageError extends ReviewError {
  constructor(message: string) {
    super('bad-parameter', message)
  }
}
