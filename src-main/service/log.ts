import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { ReviewError } from '../contract/errors.ts'

const MAX_BYTES = 1024 * 1024

/**
 * The program's log, `log.txt` in the settings' folder, at most twice 1 MiB. It holds times, methods, error codes and places in the program: no message, since
 * a message may name a file after a patient.
 */
export interface Log {
  event(words: string): void
  failure(where: string, thrown: unknown): void
}

export function createLog(folder: string): Log {
  const file = join(folder, 'log.txt')
  const write = (line: string) => {
    try {
      mkdirSync(folder, { recursive: true })
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(file, join(folder, 'log.old.txt'))
      appendFileSync(file, `${new Date().toISOString()} ${line}\n`)
    } catch {
      return
    }
  }
  return {
    event: (words) => write(words),
    failure(where, thrown) {
      const code = thrown instanceof ReviewError ? thrown.code : 'internal'
      const name = thrown instanceof Error ? thrown.name : typeof thrown
      write(`${where}: ${code}${code === 'internal' ? ` ${name}${placesIn(thrown)}` : ''}`)
    },
  }
}

/** The lines of a stack without the message that stands before them. */
function placesIn(thrown: unknown): string {
  const source = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  const stack = source instanceof Error ? source.stack ?? '' : ''
  return stack.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 12).map((line) => `\n  ${line.trim()}`).join('')
}
