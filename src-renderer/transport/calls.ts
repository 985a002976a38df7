import type { Client, EventName, Events } from '../../src-main/contract/api.ts'
import { isErrorCode, ReviewError, type ErrorRecord } from '../../src-main/contract/errors.ts'
import type { Reply, Request } from '../../src-main/contract/wire.ts'

type Listener = (payload: never) => void
interface Open { readonly resolve: (value: unknown) => void; readonly reject: (thrown: unknown) => void }

/** Calls and events over anything that carries the wire's messages one by one. */
export class Calls {
  #lastId = 0
  #open = new Map<number, Open>()
  #listeners = new Map<EventName, Set<Listener>>()
  #send: (request: Request) => void

  constructor(send: (request: Request) => void) {
    this.#send = send
  }

  receive(reply: Reply): void {
    if ('event' in reply) {
      for (const listener of this.#listeners.get(reply.event) ?? []) listener(reply.payload as never)
      return
    }
    const call = this.#open.get(reply.id)
    this.#open.delete(reply.id)
    if (!call) return
    if ('error' in reply) call.reject(ReviewError.fromRecord(reply.error))
    else call.resolve(reply.value)
  }

  /** Every call that waits for its answer ends with this error. */
  failAll(error: ErrorRecord): void {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const call of open) call.reject(ReviewError.fromRecord(error))
  }

  call(method: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.#lastId
    const cancelled = () => new ReviewError('cancelled', 'Cancelled.')
    if (signal?.aborted) return Promise.reject(cancelled())
    return new Promise((resolve, reject) => {
      const abort = () => {
        if (!this.#open.delete(id)) return
        this.#send({ cancel: id })
        reject(cancelled())
      }
      const ended = <V>(pass: (value: V) => void) => (value: V) => {
        signal?.removeEventListener('abort', abort)
        pass(value)
      }
      this.#open.set(id, { resolve: ended(resolve), reject: ended(reject) })
      signal?.addEventListener('abort', abort)
      this.#send({ id, method, input: input ?? {} })
    })
  }

  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
    const all = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, all.add(listener as Listener))
    return () => { all.delete(listener as Listener) }
  }

  asClient(): Client {
    return {
      call: (method, input, options) => this.call(method, input, options?.signal) as Promise<never>,
      bytes: fetchBytes,
      on: (event, listener) => this.on(event, listener),
    }
  }
}

/** The bytes below the page's own origin. Throws the error record that the shell answered with. */
async function fetchBytes(url: string, options?: { signal?: AbortSignal }): Promise<ArrayBuffer> {
  let response: Response
  try {
    response = await fetch(new URL(url, document.baseURI), { signal: options?.signal, credentials: 'same-origin' })
  } catch (thrown) {
    if (options?.signal?.aborted) throw new ReviewError('cancelled', 'Cancelled.', { cause: thrown })
    throw new ReviewError('not-ready', 'The program could not be reached for the image. Wait for the connection, then try again.', { cause: thrown })
  }
  if (response.ok) return response.arrayBuffer()
  const answer = await response.json().catch(() => null) as Partial<ErrorRecord> | null
  if (answer && isErrorCode(answer.code)) throw ReviewError.fromRecord({ message: '', ...answer, code: answer.code })
  throw new ReviewError('internal', `The program answered ${response.status} to a request for bytes. Reload the window.`)
}
