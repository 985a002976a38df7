import type { EventName, Events } from '../contract/api.ts'

type Listener<E extends EventName> = (payload: Events[E]) => void

/** What the service tells without being asked. A listener that throws hurts nobody else. */
export interface Emitter {
  on<E extends EventName>(event: E, listener: Listener<E>): () => void
  emit<E extends EventName>(event: E, payload: Events[E]): void
}

export function createEmitter(): Emitter {
  const listeners = new Map<EventName, Set<Listener<never>>>()
  return {
    on(event, listener) {
      const of = listeners.get(event) ?? new Set()
      listeners.set(event, of)
      of.add(listener)
      return () => of.delete(listener)
    },
    emit(event, payload) {
      for (const listener of [...(listeners.get(event) ?? [])]) {
        try {
          listener(payload as never)
        } catch {
          continue
        }
      }
    },
  }
}
