import { ReviewError } from '../contract/errors.ts'
import type { Job } from '../contract/records.ts'
import type { Input, MethodName, Output } from '../contract/api.ts'
import { parseInput } from '../contract/api.ts'
import type { Service } from '../service/types.ts'
import { createProgress, type ProgressStream } from './progress.ts'

/** The methods that start a job. */
export type JobMethod = { [K in MethodName]: Output<K> extends Job ? K : never }[MethodName]

/** The service of one command, with what every call shares. */
export class Runner {
  readonly service: Service
  readonly #signal: AbortSignal
  readonly #stderr: ProgressStream

  constructor(service: Service, signal: AbortSignal, stderr: ProgressStream) {
    this.service = service
    this.#signal = signal
    this.#stderr = stderr
  }

  call<K extends MethodName>(method: K, input?: Input<K>): Promise<Output<K>> {
    this.#signal.throwIfAborted()
    return this.service.call(method, parseInput(method, input), { signal: this.#signal })
  }

  /** Starts a job, shows its progress and waits for its end. Throws the job's error, and `cancelled` after Ctrl+C. */
  async job<K extends JobMethod>(method: K, input?: Input<K>): Promise<Job> {
    const progress = createProgress(this.#stderr)
    const early = new Map<string, Job>()
    let id: string | null = null
    let settle: (job: Job) => void = () => {}
    const ended = new Promise<Job>((resolve) => { settle = resolve })
    const see = (job: Job) => {
      progress.show(job)
      if (job.state !== 'running') settle(job)
    }
    const stop = this.service.on('job', (job) => {
      if (id === null) early.set(job.id, job)
      else if (job.id === id) see(job)
    })
    const cancel = () => {
      if (id !== null) void this.service.call('jobs.cancel', { id }).catch(() => {})
    }
    this.#signal.addEventListener('abort', cancel)
    try {
      const started = await this.call(method, input) as Job
      id = started.id
      see(early.get(id) ?? started)
      if (this.#signal.aborted) cancel()
      const job = await ended
      if (job.error) throw ReviewError.fromRecord(job.error)
      if (job.state === 'cancelled') throw new ReviewError('cancelled', 'Cancelled. What was finished stays; the same command goes on from there.')
      return job
    } finally {
      stop()
      this.#signal.removeEventListener('abort', cancel)
      progress.end()
    }
  }

  /** A line for the person at the terminal; standard output is for data. */
  tell(line: string): void {
    this.#stderr.write(`${line}\n`)
  }
}
