import { ReviewError } from '../../../src-main/contract/errors.ts'
import type { EventName } from '../../../src-main/contract/api.ts'
import type { Service } from '../../../src-main/service/types.ts'

/** A service that answers three methods and remembers what it was asked. */
export function fakeService() {
  const calls: { method: string; input: unknown; signal?: AbortSignal }[] = []
  const uploads: { path: string; text: string }[] = []
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  const answers: Record<string, (input: never, signal?: AbortSignal) => unknown> = {
    'app.state': () => ({ version: '1.2.3' }),
    'cases.get': ({ caseId }: { caseId: number }) => {
      throw new ReviewError('no-such-case', `There is no case ${caseId}.`, { details: { caseId } })
    },
    'jobs.list': (_input, signal) => new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new ReviewError('cancelled', 'Cancelled.')))
    }),
    'project.close': () => undefined,
  }
  const service: Service = {
    async call(method, input, options) {
      calls.push({ method, input, signal: options?.signal })
      return answers[method](input as never, options?.signal) as never
    },
    async bytes(url) {
      if (url === 'bytes/image/1/0?v=2') return { body: Uint8Array.of(1, 2, 3), type: 'application/octet-stream' }
      throw new ReviewError('no-such-case', 'There is no such image.')
    },
    async upload(id, path, bytes, body) {
      if (id !== 'known') throw new ReviewError('bad-request', 'No such id.')
      if (bytes > 100) throw new ReviewError('not-allowed', 'Too much.')
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      uploads.push({ path, text: Buffer.concat(chunks).toString() })
      return { path }
    },
    on(event, listener) {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(listener as never))
      return () => void all.delete(listener as never)
    },
    async close() {},
  }
  const emit = (event: EventName, payload: unknown) => {
    for (const listener of listeners.get(event) ?? []) listener(payload as never)
  }
  const listening = () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0)
  return { service, calls, uploads, emit, listening }
}
