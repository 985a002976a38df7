import type { ComputeStatus } from '../contract/records.ts'

/** What the status bar shows, told to whoever listens when it changes. */
export class StatusBoard {
  readonly #listeners = new Set<(status: ComputeStatus) => void>()
  #current: ComputeStatus = { state: 'idle', provider: null, message: '', restarts: 0 }

  get current(): ComputeStatus {
    return this.#current
  }

  set(change: Partial<ComputeStatus>): void {
    const keys = Object.keys(change) as (keyof ComputeStatus)[]
    if (keys.every((key) => this.#current[key] === change[key])) return
    this.#current = { ...this.#current, ...change }
    for (const listener of this.#listeners) listener(this.#current)
  }

  onChange(listener: (status: ComputeStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
