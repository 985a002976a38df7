import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { DeidentificationRequest } from '../dicom/deidentify.ts'
import type { TokenPlace } from '../causal/token.ts'
import type { DecodeJobs, JobName, JobReply, KnownZones } from './decode-jobs.ts'

export interface DecodePoolOptions {
  /** threads; each is started when first needed */
  readonly size?: number
  readonly workerUrl?: URL
  /** a job that runs longer ends with `decode-timeout`, and its thread with it */
  readonly timeLimitMs?: number
  /** of a thread's heap; pixels and codecs lie outside of it and have bounds of their own (dicom/limits.ts) */
  readonly heapLimitMb?: number
}

export interface JobOptions {
  readonly signal?: AbortSignal
}

interface Job {
  readonly id: number
  readonly name: JobName
  readonly argument: unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  job: Job | null
  deadline: NodeJS.Timeout | undefined
}

/** Threads for decoding beside the model: one a core, no more than memory for their codecs allows for. */
export function decodeThreads(): number {
  return Math.max(1, Math.min(MOST_THREADS, availableParallelism()))
}

const MOST_THREADS = 8
/** looking at an image is more work than decoding it */
const TIMES_THE_LIMIT: Readonly<Partial<Record<JobName, number>>> = { look: 5 }
const DEFAULTS = { size: 2, timeLimitMs: 20_000, heapLimitMb: 512 }

/**
 * Threads that read, decode and preprocess files, first come, first served. A file can neither hang nor crash the program:
 * a thread that exceeds its time or memory is ended and replaced, and only its job fails.
 * An aborted job rejects with `cancelled` at once; what its thread had begun is finished and dropped.
 */
export class DecodePool {
  private readonly options: Required<Omit<DecodePoolOptions, 'workerUrl'>> & { readonly workerUrl: URL }
  private readonly threads = new Set<Thread>()
  private readonly queue: Job[] = []
  private nextId = 1
  private isClosed = false

  constructor(options: DecodePoolOptions = {}) {
    this.options = { ...DEFAULTS, workerUrl: defaultWorkerUrl(import.meta.url), ...options }
  }

  /** The frame with its arrays. Throws the codes of DICOM and image files, `decode-timeout`, `cancelled`. */
  decode(path: string, frameIndex: number, options?: JobOptions): Promise<DecodeJobs['decode']['result']> {
    return this.submit('decode', { path, frameIndex }, options)
  }

  /** The frame as `decode` gives it, with a notice where the pixels show text. */
  show(path: string, frameIndex: number, options?: JobOptions): Promise<DecodeJobs['show']['result']> {
    return this.submit('show', { path, frameIndex }, options)
  }

  /** The header and all tags, without reading the pixel data. */
  header(path: string, options?: JobOptions): Promise<DecodeJobs['header']['result']> {
    return this.submit('header', { path }, options)
  }

  /** What the file says of itself. */
  info(path: string, options?: JobOptions): Promise<DecodeJobs['info']['result']> {
    return this.submit('info', { path }, options)
  }

  /** What objects made from the file have to say of it, identifiers as they are. */
  source(path: string, options?: JobOptions): Promise<DecodeJobs['source']['result']> {
    return this.submit('source', { path }, options)
  }

  /** Stored values before any colour conversion of ours. */
  stored(path: string, frameIndex: number, options?: JobOptions): Promise<DecodeJobs['stored']['result']> {
    return this.submit('stored', { path, frameIndex }, options)
  }

  /** A copy of a DICOM file without what identifies a person, its pixels as they are, looked through for text. */
  deidentify(path: string, request: DeidentificationRequest, options?: JobOptions): Promise<DecodeJobs['deidentify']['result']> {
    return this.submit('deidentify', { path, request }, options)
  }

  /** What the pixels are, by their hash; they stay in the thread. */
  identity(path: string, frameIndex: number, options?: JobOptions): Promise<DecodeJobs['identity']['result']> {
    return this.submit('identity', { path, frameIndex }, options)
  }

  /** The model's input of a frame with the hash of its pixels, which stay in the thread. */
  input(path: string, frameIndex: number, profile: Profile, options?: JobOptions): Promise<DecodeJobs['input']['result']> {
    return this.submit('input', { path, frameIndex, profile }, options)
  }

  /** What the frame is like as it is displayed; the pixels stay in the thread. */
  statistics(path: string, frameIndex: number, options?: JobOptions): Promise<DecodeJobs['statistics']['result']> {
    return this.submit('statistics', { path, frameIndex }, options)
  }

  /** The zones of a frame, with a token drawn into it where one is given, and with a profile its input and tone; its pixels stay in the thread. */
  look(path: string, frameIndex: number, profile: Profile | null, { token = null, known = null, ...options }: JobOptions & { readonly token?: TokenPlace | null; readonly known?: KnownZones | null } = {}): Promise<DecodeJobs['look']['result']> {
    return this.submit('look', { path, frameIndex, profile, token, known }, options)
  }

  /** Ends all threads; what waits or runs rejects with `cancelled`. */
  async close(): Promise<void> {
    this.isClosed = true
    const threads = [...this.threads]
    this.threads.clear()
    for (const job of [...this.queue.splice(0), ...threads.flatMap(({ job }) => job ?? [])]) job.reject(cancelled())
    for (const { deadline } of threads) clearTimeout(deadline)
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  private submit<Name extends JobName>(name: Name, argument: DecodeJobs[Name]['argument'], { signal }: JobOptions = {}): Promise<DecodeJobs[Name]['result']> {
    return new Promise((resolve, reject) => {
      if (this.isClosed || signal?.aborted) return reject(cancelled())
      const onAbort = (): void => {
        const waiting = this.queue.indexOf(job)
        if (waiting >= 0) this.queue.splice(waiting, 1)
        reject(cancelled())
      }
      const settled = <T>(settle: (value: T) => void) => (value: T): void => {
        signal?.removeEventListener('abort', onAbort)
        settle(value)
      }
      const job: Job = { id: this.nextId++, name, argument, resolve: settled(resolve), reject: settled(reject) }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.queue.push(job)
      this.dispatch()
    })
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const thread = [...this.threads].find(({ job }) => job === null) ?? (this.threads.size < this.options.size ? this.start() : undefined)
      if (!thread) return
      this.assign(thread, this.queue.shift()!)
    }
  }

  private assign(thread: Thread, job: Job): void {
    thread.job = job
    thread.worker.ref()
    const limitMs = this.options.timeLimitMs * (TIMES_THE_LIMIT[job.name] ?? 1)
    thread.deadline = setTimeout(() => this.drop(thread, timedOut(limitMs)), limitMs)
    thread.worker.postMessage({ id: job.id, name: job.name, argument: job.argument })
  }

  private start(): Thread {
    const worker = new Worker(this.options.workerUrl, {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.options.heapLimitMb },
    })
    const thread: Thread = { worker, job: null, deadline: undefined }
    worker.on('message', (reply: JobReply) => this.finish(thread, reply))
    worker.on('error', (error: NodeJS.ErrnoException) => this.drop(thread, ended(error)))
    worker.on('exit', () => this.drop(thread, ended()))
    worker.unref()
    this.threads.add(thread)
    return thread
  }

  private finish(thread: Thread, reply: JobReply): void {
    const { job } = thread
    if (!job || job.id !== reply.id) return
    clearTimeout(thread.deadline)
    thread.job = null
    thread.worker.unref()
    if ('error' in reply) job.reject(ReviewError.fromRecord(reply.error))
    else job.resolve(reply.result as never)
    this.dispatch()
  }

  /** Takes a thread out, with an error for its job, and goes on with a new one. */
  private drop(thread: Thread, error: ReviewError): void {
    if (!this.threads.delete(thread)) return
    clearTimeout(thread.deadline)
    void thread.worker.terminate()
    thread.job?.reject(error)
    this.dispatch()
  }
}

/** Beside this source; in a bundle beside the programs, or one folder above the shared chunks. */
function defaultWorkerUrl(own: string): URL {
  if (own.endsWith('.ts')) return new URL('decode-worker.ts', own)
  return new URL(new URL('.', own).pathname.endsWith('/chunks/') ? '../decode-worker.js' : 'decode-worker.js', own)
}

function timedOut(limitMs: number): ReviewError {
  return new ReviewError('decode-timeout', `The file took longer than ${limitMs / 1000} s to decode and was given up. Fetch it again from where it came from.`)
}

function ended(cause?: NodeJS.ErrnoException): ReviewError {
  return cause?.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new ReviewError('pixel-data-too-large', 'The file needs more memory than a file may have.', { cause })
    : new ReviewError('pixel-data-damaged', 'The decoder ended while it read this file. Fetch the file again from where it came from.', { cause })
}

function cancelled(): ReviewError {
  return new ReviewError('cancelled', 'Reading the file was cancelled.')
}
