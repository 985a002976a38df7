import { ReviewError } from '../contract/errors.ts'
import type { ComputeStatus, ProviderId, ProviderInfo } from '../contract/records.ts'
import { providerSentence } from '../model/providers.ts'
import { Batches } from './batches.ts'
import type { CallName, ComputeCalls, Excluded, FromProcess, ToProcess } from './protocol.ts'
import { StatusBoard } from './status-board.ts'
import type { ComputeChild, ComputeClient, ComputeHost, OpenedModel, OpenModel, Outcome } from './types.ts'
import { WorkQueue } from './work-queue.ts'

/** A cancelled run that does not end within this time is ended with its process. */
const CANCEL_GRACE_MS = 2000
/** Ends in a row without a single answer between them, after which the process is not started again by itself. */
const MOST_FRUITLESS_STARTS = 3

type Supervised = ComputeClient & { readonly pid: number | undefined }

interface Call {
  readonly id: number
  readonly name: CallName
  readonly argument: unknown
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
  readonly onProgress?: (done: number, total: number) => void
  crashes: number
}

/**
 * The compute process as the service sees it (types.ts). This file owns the process's life: it starts it when it is first
 * needed, opens the model again after a crash and decides what is retried.
 *
 * Longer than other files: start, crash, cancel and close change the same few fields, and read best together.
 */
export function createCompute(host: ComputeHost): Supervised {
  return new Supervisor(host)
}

class Supervisor implements Supervised {
  readonly #host: ComputeHost
  readonly #queue = new WorkQueue()
  readonly #batches = new Batches()
  readonly #board = new StatusBoard()
  readonly #calls = new Map<number, Call>()
  #excluded: Excluded = {}
  #child: ComputeChild | null = null
  #isReady = false
  /** the last model that was opened: opened again in a new process */
  #model: OpenModel | null = null
  /** items wait until the process has the model */
  #hasModel = false
  #runningCalls: readonly number[] = []
  #isReopening = false
  #trying: ProviderId | null = null
  #fruitlessStarts = 0
  #isClosed = false
  #nextId = 1

  constructor(host: ComputeHost) {
    this.#host = host
  }

  get status(): ComputeStatus {
    return this.#board.current
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  onStatus(listener: (status: ComputeStatus) => void): () => void {
    return this.#board.onChange(listener)
  }

  inspect(file: string, options: { signal?: AbortSignal } = {}): ReturnType<ComputeClient['inspect']> {
    return this.#call('inspect', { file }, options)
  }

  /** Items of the model before are told as cancelled: they must not meet the new one. */
  async open(model: OpenModel, options: { signal?: AbortSignal } = {}): Promise<OpenedModel> {
    this.#hasModel = false
    this.#model = null
    const left = this.#queue.clear()
    if (left.length > 0) this.#send({ kind: 'drop', ids: left.map(({ id }) => id) })
    this.#batches.fail(left, cancelled())
    const opened = await this.#call('open', { ...model, excluded: this.#excluded }, options)
    this.#model = model
    this.#opened(opened)
    return opened
  }

  async probeProviders(options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {}): Promise<readonly ProviderInfo[]> {
    return this.#call('probeProviders', { excluded: this.#excluded }, options)
  }

  instrument(request: Parameters<ComputeClient['instrument']>[0], options: { signal?: AbortSignal } = {}): ReturnType<ComputeClient['instrument']> {
    return this.#call('instrument', request, options)
  }

  input(path: string, frameIndex: number, profile: OpenModel['profile'], options: { signal?: AbortSignal } = {}): ReturnType<ComputeClient['input']> {
    return this.#call('input', { path, frameIndex, profile }, options)
  }

  checkGradients({ layer, path, directions = 8 }: Parameters<ComputeClient['checkGradients']>[0], options: { signal?: AbortSignal } = {}): ReturnType<ComputeClient['checkGradients']> {
    return this.#call('checkGradients', { layer, path, directions }, options)
  }

  faithfulness(request: Parameters<ComputeClient['faithfulness']>[0], options: Parameters<ComputeClient['faithfulness']>[1] = {}): ReturnType<ComputeClient['faithfulness']> {
    return this.#call('faithfulness', request, options)
  }

  randomisedMaps(request: Parameters<ComputeClient['randomisedMaps']>[0], options: Parameters<ComputeClient['randomisedMaps']>[1] = {}): ReturnType<ComputeClient['randomisedMaps']> {
    return this.#call('randomisedMaps', request, options)
  }

  probeImage(request: Parameters<ComputeClient['probeImage']>[0], options: Parameters<ComputeClient['probeImage']>[1] = {}): ReturnType<ComputeClient['probeImage']> {
    return this.#call('probeImage', request, options)
  }

  analyze(items: Parameters<ComputeClient['analyze']>[0], { onResult, signal, urgent = false, batchSize = 8 }: Parameters<ComputeClient['analyze']>[1]): Promise<void> {
    if (this.#isClosed || signal?.aborted) return Promise.reject(cancelled())
    if (this.#model === null) return Promise.reject(new ReviewError('not-ready', 'No model is open. Choose a model first.'))
    if (items.length === 0) return Promise.resolve()
    const batch = this.#nextId++
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#batches.drop(batch)
        const ids = this.#queue.idsOf(batch)
        const atWork = ids.filter((id) => this.#queue.get(id)!.state === 'running')
        for (const id of ids) if (!atWork.includes(id)) this.#queue.finish(id)
        this.#send({ kind: 'drop', ids })
        if (atWork.length > 0) this.#endUnlessFinished(() => atWork.some((id) => this.#queue.get(id) !== undefined), atWork)
        reject(cancelled())
        this.#pump()
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#batches.add(batch, items.length, onResult, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      for (const item of items) this.#queue.add({ id: this.#nextId++, batch, item, urgent, batchSize })
      this.#pump()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#child?.kill()
    this.#child = null
    for (const call of this.#calls.values()) call.reject(cancelled())
    this.#calls.clear()
    this.#batches.fail(this.#queue.clear(), cancelled())
  }

  #call<Name extends CallName>(name: Name, argument: ComputeCalls[Name]['argument'], { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void }): Promise<ComputeCalls[Name]['result']> {
    if (this.#isClosed || signal?.aborted) return Promise.reject(cancelled())
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(cancelled())
        this.#calls.delete(id)
        this.#send({ kind: 'drop', ids: [id] })
        if (this.#runningCalls.includes(id)) this.#endUnlessFinished(() => this.#runningCalls.includes(id), [])
      }
      const settled = <T>(settle: (value: T) => void) => (value: T): void => {
        signal?.removeEventListener('abort', onAbort)
        settle(value)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#calls.set(id, { id, name, argument, resolve: settled(resolve), reject: settled(reject), onProgress, crashes: 0 })
      if (this.#isReady) this.#sendCall(this.#calls.get(id)!)
      else this.#start()
      this.#announce()
    })
  }

  #sendCall({ id, name, argument }: Call): void {
    this.#send({ kind: 'call', id, name, argument } as ToProcess)
  }

  #send(message: ToProcess): void {
    this.#child?.send(message)
  }

  /** Starts the process if there is none. It says `ready` before it is sent anything. */
  #start(): void {
    if (this.#child || this.#isClosed) return
    const child = this.#host.start()
    this.#child = child
    child.onMessage((message) => { if (this.#child === child) this.#receive(message as FromProcess) })
    child.onExit((code, signal) => { if (this.#child === child) this.#ended(code, signal) })
    this.#announce()
  }

  #receive(message: FromProcess): void {
    if (message.kind === 'ready') return this.#becameReady()
    if (message.kind === 'trying') {
      this.#trying = message.provider
      return
    }
    if (message.kind === 'running') {
      this.#runningCalls = message.ids.filter((id) => this.#queue.get(id) === undefined)
      this.#queue.markRunning(message.ids)
      return this.#pump()
    }
    if (message.kind === 'progress') return this.#calls.get(message.id)?.onProgress?.(message.done, message.total)
    this.#fruitlessStarts = 0
    if (message.kind === 'result') return this.#finish(message.id, message.outcome)
    const call = this.#calls.get(message.id)
    this.#calls.delete(message.id)
    this.#trying = null
    if (message.kind === 'reply') call?.resolve(message.result as never)
    else call?.reject(ReviewError.fromRecord(message.error))
    this.#announce()
  }

  #becameReady(): void {
    const waiting = [...this.#calls.values()]
    this.#isReady = true
    if (this.#model && !this.#isReopening) this.#reopen(this.#model)
    // The model first: others may need it.
    for (const call of waiting.filter(({ name }) => name === 'open')) this.#sendCall(call)
    for (const call of waiting.filter(({ name }) => name !== 'open')) this.#sendCall(call)
    this.#pump()
  }

  /** The model in a new process. Where that fails, every waiting item gets the reason. */
  #reopen(model: OpenModel): void {
    if (this.#isReopening) return
    this.#isReopening = true
    this.#call('open', { ...model, excluded: this.#excluded }, {}).then((opened) => {
      this.#isReopening = false
      // Another model may have been asked for meanwhile.
      if (this.#model === model) this.#opened(opened)
    }, (error: ReviewError) => {
      this.#isReopening = false
      this.#batches.fail(this.#queue.clear(), error)
      this.#announce()
    })
  }

  #opened({ provider, providers }: OpenedModel): void {
    this.#hasModel = true
    this.#board.set({ provider, message: providerSentence(providers) })
    this.#pump()
  }

  /** Sends what may be sent now. */
  #pump(): void {
    if (!this.#queue.isEmpty && !this.#child) this.#start()
    if (this.#isReady && !this.#hasModel && this.#model && !this.#queue.isEmpty) this.#reopen(this.#model)
    if (this.#isReady && this.#hasModel)
      for (const { id, item, urgent, batchSize } of this.#queue.takeSendable()) this.#send({ kind: 'item', id, item, urgent, batchSize })
    this.#announce()
  }

  #finish(id: number, outcome: Outcome): void {
    const entry = this.#queue.finish(id)
    if (entry) this.#batches.report(entry.batch, { ...outcome, key: entry.item.key, crashes: entry.crashes })
    this.#pump()
  }

  /** The process ended by itself. */
  #ended(code: number | null, signal: string | null): void {
    const callsAtWork = this.#runningCalls
    this.#forgetChild()
    this.#fruitlessStarts++
    this.#board.set({ restarts: this.status.restarts + 1 })
    const how = signal ? `signal ${signal}` : `exit code ${code}`
    if (this.#trying) {
      // A driver took the process with it: from now on that provider is left out.
      this.#excluded = { ...this.#excluded, [this.#trying]: `the process ended while it was tried (${how}); its driver may be broken` }
      this.#trying = null
    } else {
      for (const call of [...this.#calls.values()].filter(({ id }) => callsAtWork.includes(id))) {
        if (++call.crashes < 2) continue
        this.#calls.delete(call.id)
        call.reject(crashed(how, 'this request'))
      }
    }
    this.#batches.fail(this.#queue.crashed(callsAtWork.length > 0), crashed(how, 'this image'))
    if (this.#fruitlessStarts > MOST_FRUITLESS_STARTS) return this.#giveUp(how)
    if (!this.#queue.isEmpty || this.#calls.size > 0) this.#restart()
    this.#announce()
  }

  #restart(): void {
    for (const call of this.#calls.values()) if (call.name === 'open' || call.name === 'probeProviders') (call.argument as { excluded: Excluded }).excluded = this.#excluded
    this.#start()
  }

  #giveUp(how: string): void {
    const error = crashed(how, 'every attempt')
    this.#fruitlessStarts = 0
    for (const call of this.#calls.values()) call.reject(error)
    this.#calls.clear()
    this.#batches.fail(this.#queue.clear(), error)
    this.#board.set({ state: 'failed', message: error.message })
  }

  /** Ends the process if a cancelled run still goes on after the grace; what else had been sent goes again without blame. */
  #endUnlessFinished(goesOn: () => boolean, ids: readonly number[]): void {
    const child = this.#child
    setTimeout(() => {
      if (this.#child !== child || !goesOn()) return
      child?.kill()
      for (const id of ids) this.#queue.finish(id)
      this.#forgetChild()
      this.#queue.restart()
      this.#board.set({ restarts: this.status.restarts + 1 })
      if (!this.#queue.isEmpty || this.#calls.size > 0) this.#restart()
      this.#announce()
    }, CANCEL_GRACE_MS).unref()
  }

  #forgetChild(): void {
    this.#child = null
    this.#isReady = false
    this.#hasModel = false
    this.#runningCalls = []
  }

  #announce(): void {
    const hasWork = !this.#queue.isEmpty || this.#calls.size > 0
    this.#board.set({ state: !hasWork ? 'idle' : this.#isReady ? 'running' : this.status.restarts > 0 ? 'restarting' : 'starting' })
  }
}

function cancelled(): ReviewError {
  return new ReviewError('cancelled', 'The computation was cancelled.')
}

function crashed(how: string, what: string): ReviewError {
  return new ReviewError('compute-crashed', `The compute process ended twice during ${what} (${how}). The rest went on. Try another provider, or report the model.`)
}

