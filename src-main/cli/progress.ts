import type { Job } from '../contract/records.ts'

/** What of standard error is used. */
export interface ProgressStream { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }

export interface Progress {
  show(job: Pick<Job, 'title' | 'done' | 'total' | 'message' | 'itemErrors'>): void
  /** ends the line of a terminal */
  end(): void
}

/**
 * A job's progress: one line that is written anew on a terminal, a line at each tenth, or thousand, elsewhere (a log keeps readable).
 */
export function createProgress(stream: ProgressStream): Progress {
  let written = ''
  let tenth: number | null = null
  return {
    show({ title, done, total, message, itemErrors }) {
      const count = total === null ? `${done}` : `${done} of ${total}`
      const line = `${title}: ${count}${itemErrors > 0 ? `, ${itemErrors} failed` : ''}${message ? `  ${message}` : ''}`
      if (stream.isTTY) {
        const fitted = line.slice(0, (stream.columns ?? 80) - 1)
        if (fitted === written) return
        stream.write(`\r\u001b[2K${fitted}`)
        written = fitted
        return
      }
      const now = total ? Math.floor((10 * done) / total) : Math.floor(done / 1000)
      if (now === tenth || (total === null && done === 0)) return
      tenth = now
      stream.write(`${line}\n`)
    },
    end() {
      if (written) stream.write('\n')
      written = ''
      tenth = null
    },
  }
}
