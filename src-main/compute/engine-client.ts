import { Worker } from 'node:worker_threads'
import { ReviewError } from '../contract/errors.ts'
import type { ProviderId } from '../contract/records.ts'
import type { EngineJobName, EngineJobs, FromEngine, ToEngine } from './engine-thread.ts'
import type { Outcome } from './types.ts'

export interface EngineListener {
  outcome(item: number, outcome: Outcome): void
  trying(provider: ProviderId): void
}

interface Waiting { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void; readonly onProgress?: (done: number, total: number) => void }

/** The engine's thread as the process's main thread sees it. One job at a time; the caller keeps that order. */
export class EngineClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1

  constructor(url: URL, listener: EngineListener) {
    this.#worker = new Worker(url, { execArgv: [] })
    this.#worker.on('message', (message: FromEngine) => this.#receive(message, listener))
    // A thread that ends takes its sessions with it: only a new process is whole again.
    this.#worker.on('error', (error) => { throw error })
    this.#worker.on('exit', () => process.exit(1))
  }

  run<Name extends EngineJobName>(name: Name, argument: EngineJobs[Name]['argument'], options: { onProgress?: (done: number, total: number) => void; transfer?: ArrayBuffer[] } = {}): { readonly id: number; readonly result: Promise<EngineJobs[Name]['result']> } {
    const id = this.#nextId++
    const result = new Promise<EngineJobs[Name]['result']>((resolve, reject) => this.#waiting.set(id, { resolve, reject, onProgress: options.onProgress }))
    this.#worker.postMessage({ kind: 'job', id, name, argument } satisfies ToEngine, options.transfer ?? [])
    return { id, result }
  }

  abort(id: number): void {
    this.#worker.postMessage({ kind: 'abort', id } satisfies ToEngine)
  }

  #receive(message: FromEngine, listener: EngineListener): void {
    if (message.kind === 'outcome') return listener.outcome(message.item, message.outcome)
    if (message.kind === 'trying') return listener.trying(message.provider)
    const waiting = this.#waiting.get(message.id)
    if (message.kind === 'progress') return waiting?.onProgress?.(message.done, message.total)
    this.#waiting.delete(message.id)
    if (message.kind === 'done') waiting?.resolve(message.result as never)
    else waiting?.reject(ReviewError.fromRecord(message.error))
  }
}
