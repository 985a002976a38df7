import { errorRecord } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import { DecodePool, decodeThreads } from './decode-pool.ts'
import { EngineClient } from './engine-client.ts'
import type { ParentPort } from './parent-port.ts'
import type { CallMessage, CallName, ComputeCalls, FromProcess, ItemMessage, ToProcess } from './protocol.ts'
import type { PreparedItem } from './types.ts'

interface Pending { readonly message: ItemMessage; readonly decoding: AbortController; prepared: PreparedItem | null }

/**
 * The main thread of the compute process: decodes items as they come in threads of the pool, and hands the model what is
 * ready, urgent ones first and alone, others in batches. It never blocks, so that a lost parent ends it at once.
 */
export class Coordinator {
  readonly #port: ParentPort
  readonly #engine: EngineClient
  readonly #pool = new DecodePool({ size: decodeThreads() })
  /** urgent images do not queue behind those of a batch */
  readonly #urgentPool = new DecodePool({ size: 1 })
  /** in the order in which they came */
  readonly #items = new Map<number, Pending>()
  readonly #running = new Set<number>()
  readonly #calls: CallMessage[] = []
  #job: number | null = null
  #isBusy = false
  #profile: Profile | null = null

  constructor(port: ParentPort, engineUrl: URL) {
    this.#port = port
    this.#engine = new EngineClient(engineUrl, {
      outcome: (id, outcome) => {
        this.#running.delete(id)
        this.#tell({ kind: 'result', id, outcome })
      },
      trying: (provider) => this.#tell({ kind: 'trying', provider }),
    })
    port.onMessage((message) => this.#receive(message as ToProcess))
    port.onClose(() => process.kill(process.pid, 'SIGKILL'))
    this.#tell({ kind: 'ready' })
  }

  #tell(message: FromProcess): void {
    this.#port.send(message)
  }

  #receive(message: ToProcess): void {
    if (message.kind === 'drop') return this.#drop(message.ids)
    if (message.kind === 'item') void this.#prepare(message)
    else if (message.name === 'input') void this.#input(message as CallMessage<'input'>)
    else this.#calls.push(message)
    this.#next()
  }

  async #prepare(message: ItemMessage): Promise<void> {
    const { id, item, urgent } = message
    const pending: Pending = { message, decoding: new AbortController(), prepared: null }
    this.#items.set(id, pending)
    try {
      // The supervisor opens a model before it sends items, and items of that model only.
      const { pixelSha256, input } = await (urgent ? this.#urgentPool : this.#pool).input(item.path, item.frameIndex, this.#profile!, { signal: pending.decoding.signal })
      pending.prepared = { id, input, pixelSha256, attributions: item.attributions, features: item.features }
    } catch (thrown) {
      if (this.#items.delete(id)) this.#tell({ kind: 'result', id, outcome: { state: 'failed', error: errorRecord(thrown, 'pixel-data-damaged') } })
    }
    this.#next()
  }

  async #input({ id, argument: { path, frameIndex, profile } }: CallMessage<'input'>): Promise<void> {
    try {
      const { input } = await this.#urgentPool.input(path, frameIndex, profile)
      this.#tell({ kind: 'reply', id, result: input })
    } catch (thrown) {
      this.#tell({ kind: 'refused', id, error: errorRecord(thrown) })
    }
  }

  #drop(ids: readonly number[]): void {
    for (const id of ids) {
      this.#items.get(id)?.decoding.abort()
      this.#items.delete(id)
      const call = this.#calls.findIndex((waiting) => waiting.id === id)
      if (call >= 0) this.#calls.splice(call, 1)
    }
    if (this.#job !== null && this.#running.size > 0 && [...this.#running].every((id) => ids.includes(id))) this.#engine.abort(this.#job)
  }

  /** Gives the model its next job, if it is free. */
  #next(): void {
    if (this.#isBusy) return
    const call = this.#calls.shift()
    if (call) return void this.#occupied(() => this.#call(call))
    const batch = this.#nextBatch()
    if (batch.length > 0) void this.#occupied(() => this.#analyze(batch))
  }

  async #occupied(work: () => Promise<void>): Promise<void> {
    this.#isBusy = true
    await work()
    this.#running.clear()
    this.#tell({ kind: 'running', ids: [] })
    this.#isBusy = false
    this.#next()
  }

  #nextBatch(): PreparedItem[] {
    const ready = [...this.#items.values()].filter(({ prepared }) => prepared !== null)
    const urgent = ready.find(({ message }) => message.urgent)
    const chosen = urgent ? [urgent] : ready.slice(0, ready[0]?.message.batchSize ?? 0)
    for (const { message } of chosen) this.#items.delete(message.id)
    return chosen.map(({ prepared }) => prepared!)
  }

  async #analyze(batch: readonly PreparedItem[]): Promise<void> {
    for (const { id } of batch) this.#running.add(id)
    this.#tell({ kind: 'running', ids: [...this.#running] })
    const { id, result } = this.#engine.run('analyze', batch, { transfer: batch.map(({ input }) => input.data.buffer as ArrayBuffer) })
    this.#job = id
    try {
      await result
    } catch (thrown) {
      for (const item of this.#running) this.#tell({ kind: 'result', id: item, outcome: { state: 'failed', error: errorRecord(thrown, 'run-failed') } })
    }
    this.#job = null
  }

  async #call(message: CallMessage): Promise<void> {
    const { id, name } = message
    this.#running.add(id)
    this.#tell({ kind: 'running', ids: [id] })
    try {
      this.#tell({ kind: 'reply', id, result: await this.#engineCall(message) })
    } catch (thrown) {
      this.#tell({ kind: 'refused', id, error: errorRecord(thrown, name === 'probeProviders' ? 'run-failed' : 'internal') })
    }
  }

  async #engineCall({ id, name, argument }: CallMessage): Promise<unknown> {
    const onProgress = (done: number, total: number): void => this.#tell({ kind: 'progress', id, done, total })
    if (name === 'checkGradients') {
      const { path, layer, directions } = argument as ComputeCalls['checkGradients']['argument']
      const input = path === null ? null : (await this.#urgentPool.input(path, 0, this.#profile!)).input.data
      return this.#engine.run(name, { layer, input, directions }).result
    }
    const job = this.#engine.run(name as Exclude<CallName, 'input' | 'checkGradients'>, argument as never, { onProgress })
    this.#job = job.id
    const result = await job.result.finally(() => { this.#job = null })
    if (name === 'open') this.#profile = (argument as ComputeCalls['open']['argument']).profile
    return result
  }
}
