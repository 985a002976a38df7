import { randomUUID } from 'node:crypto'

import { ReviewError, errorRecord } from '../contract/errors.ts'
import type { Job } from '../contract/records.ts'
import type { Emitter } from './events.ts'
import type { Log } from './log.ts'

const TOLD_EVERY_MS = 100
const ENDED_KEPT = 30

/** What a job's work is given. */
export interface JobControl {
  readonly signal: AbortSignal
  progress(done: number, total: number | null, message?: string): void
  /** an item that failed while the job goes on */
  itemFailed(): void
}

export interface StartedJob<T> {
  readonly job: Job
  /** rejects with the work's error, and with `cancelled` */
  readonly ended: Promise<T>
}

/** Long work with progress and cancel, one of a kind at a time. Work that returns in spite of a cancel gives its result, and the job counts as cancelled. */
export interface Jobs {
  start<T>(kind: Job['kind'], title: string, work: (control: JobControl) => Promise<T>): StartedJob<T>
  list(): Job[]
  cancel(id: string): void
  /** cancels those of a kind and waits for their ends */
  cancelKind(kind: Job['kind']): Promise<void>
  /** cancels all and waits for their ends */
  cancelAll(): Promise<void>
}

interface Running { readonly control: AbortController; readonly ended: Promise<unknown> }

export function createJobs(emitter: Emitter, log: Log): Jobs {
  const jobs = new Map<string, Job>()
  const running = new Map<string, Running>()

  return {
    start(kind, title, work) {
      if ([...jobs.values()].some((job) => job.kind === kind && job.state === 'running')) {
        throw new ReviewError('busy', `Another job of this kind is running (${kind}). Wait for it, or cancel it first.`, { details: { kind } })
      }
      const id = randomUUID()
      const control = new AbortController()
      let toldAt = 0
      const change = (part: Partial<Job>, tell: boolean) => {
        jobs.set(id, { ...jobs.get(id)!, ...part })
        if (!tell && Date.now() - toldAt < TOLD_EVERY_MS) return
        toldAt = Date.now()
        emitter.emit('job', jobs.get(id)!)
      }
      const first: Job = { id, kind, title, state: 'running', done: 0, total: null, message: '', itemErrors: 0, error: null, result: null }
      jobs.set(id, first)
      emitter.emit('job', first)

      const run = async () => {
        try {
          const result = await work({
            signal: control.signal,
            progress: (done, total, message) => change(message === undefined ? { done, total } : { done, total, message }, false),
            itemFailed: () => change({ itemErrors: jobs.get(id)!.itemErrors + 1 }, false),
          })
          running.delete(id)
          change({ state: control.signal.aborted ? 'cancelled' : 'done', result }, true)
          return result
        } catch (thrown) {
          const error = errorRecord(thrown)
          const isCancelled = control.signal.aborted || error.code === 'cancelled'
          if (!isCancelled) log.failure(`job ${kind}`, thrown)
          running.delete(id)
          change(isCancelled ? { state: 'cancelled' } : { state: 'failed', error }, true)
          throw isCancelled ? new ReviewError('cancelled', 'Cancelled.') : ReviewError.fromRecord(error)
        } finally {
          const ended = [...jobs.values()].filter((job) => job.state !== 'running')
          for (const old of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) jobs.delete(old.id)
        }
      }
      const ended = new Promise<void>((resolve) => setImmediate(resolve)).then(run)
      ended.catch(() => undefined)
      running.set(id, { control, ended })
      return { job: first, ended }
    },
    list: () => [...jobs.values()],
    cancel(id) {
      if (!jobs.has(id)) throw new ReviewError('bad-request', 'There is no such job. It may have ended long ago.')
      running.get(id)?.control.abort()
    },
    cancelKind: (kind) => end([...running].filter(([id]) => jobs.get(id)?.kind === kind).map(([, entry]) => entry)),
    cancelAll: () => end([...running.values()]),
  }
}

async function end(entries: readonly Running[]): Promise<void> {
  for (const { control } of entries) control.abort()
  await Promise.allSettled(entries.map(({ ended }) => ended))
}
