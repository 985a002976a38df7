import { ZodError } from 'zod'
import { isMethodName, parseInput, type EventName } from '../../contract/api.ts'
import { ReviewError, errorRecord, type ErrorRecord } from '../../contract/errors.ts'
import type { Reply, Request } from '../../contract/wire.ts'
import type { Service } from '../types.ts'

const EVENTS: Readonly<Record<EventName, true>> = { job: true, project: true, cases: true, compute: true, providers: true, settings: true }
/** calls of one page that may be at work at a time */
const MAX_CALLS = 256

export interface Connection {
  /** a message as it came over the wire, not yet trusted */
  receive(message: unknown): void
  /** the page is gone: its calls are cancelled and no more is sent */
  close(): void
}

/** One page's calls and events over any transport that carries messages in order. */
export function connect(service: Service, send: (reply: Reply) => void): Connection {
  const running = new Map<number, AbortController>()
  const stops = (Object.keys(EVENTS) as EventName[]).map((event) => service.on(event, (payload) => send({ event, payload })))
  let open = true
  const answer = (reply: Reply) => {
    if (open) send(reply)
  }

  async function call({ id, method, input }: { id: number; method: string; input: unknown }) {
    const control = new AbortController()
    running.set(id, control)
    try {
      if (!isMethodName(method)) throw new ReviewError('bad-request', `There is no method '${method.slice(0, 100)}'. The page and the program are of different versions: reload the page.`)
      const value = await service.call(method, parseInput(method, input), { signal: control.signal })
      answer({ id, value: value ?? null })
    } catch (thrown) {
      answer({ id, error: wireError(method, thrown) })
    } finally {
      running.delete(id)
    }
  }

  return {
    receive(message) {
      const request = asRequest(message)
      if (request === null) return
      if ('cancel' in request) return running.get(request.cancel)?.abort()
      const refusal = running.has(request.id) ? `Two calls have the id ${request.id}.` : running.size >= MAX_CALLS ? 'Too many calls are waiting for their answers.' : null
      if (refusal) return answer({ id: request.id, error: { code: 'bad-request', message: refusal } })
      void call(request)
    },
    close() {
      open = false
      for (const stop of stops) stop()
      for (const control of running.values()) control.abort()
    },
  }
}

function asRequest(message: unknown): Request | null {
  if (typeof message !== 'object' || message === null) return null
  const { id, method, input, cancel } = message as Record<string, unknown>
  if (Number.isSafeInteger(cancel)) return { cancel: cancel as number }
  return Number.isSafeInteger(id) && typeof method === 'string' ? { id: id as number, method, input } : null
}

/** A thrown value as a page gets it. Input that the contract refuses is `bad-request` with the place of its first fault. */
function wireError(method: string, thrown: unknown): ErrorRecord {
  if (!(thrown instanceof ZodError)) return errorRecord(thrown)
  const [issue] = thrown.issues
  const place = issue.path.length > 0 ? ` at '${issue.path.map(String).join('.')}'` : ''
  return { code: 'bad-request', message: `The input of ${method} is not valid${place}: ${issue.message}.` }
}
