import type { AnalyzeItem } from './types.ts'

/** One item on its way: waiting here, sent to the process, or at work in the model. */
export interface Entry {
  readonly id: number
  readonly batch: number
  readonly item: AnalyzeItem
  readonly urgent: boolean
  readonly batchSize: number
  state: 'waiting' | 'sent' | 'running'
  crashes: number
}

/** The process may end once during an item's run; the second time is the item's end. */
const MOST_CRASHES = 2

/**
 * Which item goes to the process next. Urgent ones go at once; the others fill a window of two batches, so that the next
 * batch is decoded while one runs. After a crash the items that were at work go again one by one, with nothing
 * beside them: whoever ends the process a second time is the guilty one.
 */
export class WorkQueue {
  readonly #entries = new Map<number, Entry>()

  add(entry: Omit<Entry, 'state' | 'crashes'>): void {
    this.#entries.set(entry.id, { ...entry, state: 'waiting', crashes: 0 })
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  get(id: number): Entry | undefined {
    return this.#entries.get(id)
  }

  /** Entries that may be sent now; they count as sent from here on. */
  takeSendable(): Entry[] {
    const entries = [...this.#entries.values()]
    const sent = entries.filter(({ state }) => state !== 'waiting')
    const waiting = entries.filter(({ state }) => state === 'waiting')
    if (sent.some(({ crashes }) => crashes > 0)) return []
    const suspect = waiting.find(({ crashes }) => crashes > 0)
    const chosen = suspect ? (sent.length === 0 ? [suspect] : []) : this.#fillWindow(waiting, sent.length)
    for (const entry of chosen) entry.state = 'sent'
    return chosen
  }

  #fillWindow(waiting: readonly Entry[], sent: number): Entry[] {
    const urgent = waiting.filter((entry) => entry.urgent)
    const others = waiting.filter((entry) => !entry.urgent)
    const room = others.length === 0 ? 0 : Math.max(0, 2 * others[0].batchSize - sent)
    return [...urgent, ...others.slice(0, room)]
  }

  /** The process says what the model works on. */
  markRunning(ids: readonly number[]): void {
    const now = new Set(ids)
    for (const entry of this.#entries.values()) if (entry.state !== 'waiting') entry.state = now.has(entry.id) ? 'running' : 'sent'
  }

  /** Takes an item that is done, failed or cancelled out. */
  finish(id: number): Entry | undefined {
    const entry = this.#entries.get(id)
    this.#entries.delete(id)
    return entry
  }

  /** All items of one `analyze`. */
  idsOf(batch: number): number[] {
    return [...this.#entries.values()].filter((entry) => entry.batch === batch).map(({ id }) => id)
  }

  /** Puts everything back that had been sent, without blame: the process was ended on purpose. */
  restart(): void {
    for (const entry of this.#entries.values()) entry.state = 'waiting'
  }

  /**
   * The process ended by itself. Items at work are blamed, or where none was, all that had been sent; `wasCall` says that a
   * call was at work instead. Returns those that ended it a second time, which are out of the queue.
   */
  crashed(wasCall: boolean): Entry[] {
    const sent = [...this.#entries.values()].filter(({ state }) => state !== 'waiting')
    const running = sent.filter(({ state }) => state === 'running')
    for (const entry of wasCall ? [] : running.length > 0 ? running : sent) entry.crashes++
    this.restart()
    const guilty = sent.filter(({ crashes }) => crashes >= MOST_CRASHES)
    for (const { id } of guilty) this.#entries.delete(id)
    return guilty
  }

  /** Takes everything out: nothing more can be computed. */
  clear(): Entry[] {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    return entries
  }
}
