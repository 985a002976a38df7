import { parentPort } from 'node:worker_threads'
import { errorRecord, type ErrorRecord } from '../contract/errors.ts'
import type { ProviderId } from '../contract/records.ts'
import { Engine } from './engine.ts'
import type { ComputeCalls } from './protocol.ts'
import type { Outcome, PreparedItem } from './types.ts'

/**
 * The thread in which the model runs. A run of ONNX Runtime blocks its thread: here it blocks neither the decoding of the
 * next images nor the messages that cancel it.
 */

/** What the thread does: calls of the process whose image is prepared already. */
export interface EngineJobs {
  inspect: { argument: ComputeCalls['inspect']['argument']; result: ComputeCalls['inspect']['result'] }
  instrument: ComputeCalls['instrument']
  open: { argument: ComputeCalls['open']['argument']; result: ComputeCalls['open']['result'] }
  probeProviders: { argument: ComputeCalls['probeProviders']['argument']; result: ComputeCalls['probeProviders']['result'] }
  checkGradients: { argument: { layer: string | null; input: Float32Array | null; directions: number }; result: ComputeCalls['checkGradients']['result'] }
  faithfulness: ComputeCalls['faithfulness']
  randomisedMaps: ComputeCalls['randomisedMaps']
  probeImage: ComputeCalls['probeImage']
  analyze: { argument: readonly PreparedItem[]; result: null }
}
export type EngineJobName = keyof EngineJobs

export type ToEngine =
  | { readonly kind: 'job'; readonly id: number; readonly name: EngineJobName; readonly argument: unknown }
  /** stop the job at the next step between two runs */
  | { readonly kind: 'abort'; readonly id: number }

export type FromEngine =
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: ErrorRecord }
  | { readonly kind: 'outcome'; readonly item: number; readonly outcome: Outcome }
  | { readonly kind: 'trying'; readonly provider: ProviderId }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }

export function serveEngine(): void {
  const port = parentPort!
  const engine = new Engine()
  const aborts = new Map<number, AbortController>()
  const tell = (message: FromEngine): void => port.postMessage(message)
  const progressOf = (id: number) => ({ progress: (done: number, total: number): void => tell({ kind: 'progress', id, done, total }) })
  const trying = (provider: ProviderId): void => tell({ kind: 'trying', provider })

  const jobs: { readonly [Name in EngineJobName]: (argument: EngineJobs[Name]['argument'], id: number, signal: AbortSignal) => Promise<EngineJobs[Name]['result']> } = {
    inspect: ({ file }) => engine.inspect(file),
    instrument: (request) => engine.instrument(request),
    open: (argument, id) => engine.open(argument, { trying, progress: (done, total) => tell({ kind: 'progress', id, done, total }) }),
    probeProviders: (argument, id) => engine.probeProviders(argument, { trying, progress: (done, total) => tell({ kind: 'progress', id, done, total }) }),
    checkGradients: ({ layer, input, directions }) => engine.checkGradients(layer, input, directions),
    faithfulness: (argument, id, signal) => engine.faithfulness(argument, progressOf(id), signal),
    randomisedMaps: (argument, id, signal) => engine.randomisedMaps(argument, progressOf(id), signal),
    probeImage: (argument, id, signal) => engine.probeImage(argument, progressOf(id), signal),
    async analyze(items, _, signal) {
      await engine.analyze(items, (item, outcome) => tell({ kind: 'outcome', item, outcome }), signal)
      return null
    },
  }

  port.on('message', (message: ToEngine) => {
    if (message.kind === 'abort') aborts.get(message.id)?.abort()
    else void run(message.id, message.name, message.argument)
  })

  async function run(id: number, name: EngineJobName, argument: unknown): Promise<void> {
    const abort = new AbortController()
    aborts.set(id, abort)
    try {
      tell({ kind: 'done', id, result: await jobs[name](argument as never, id, abort.signal) })
    } catch (thrown) {
      tell({ kind: 'refused', id, error: errorRecord(thrown) })
    } finally {
      aborts.delete(id)
    }
  }
}
