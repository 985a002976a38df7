/** The only module that knows onnxruntime-node: sessions, tensors and what the native library calls its providers. */
import * as ort from 'onnxruntime-node'
import { ReviewError } from '../contract/errors.ts'
import type { ProviderId } from '../contract/records.ts'
import type { ProviderSettings } from './providers.ts'
import type { RunProbe } from '../autodiff/probe.ts'
import { halfToNumber, numberToHalf } from '../onnx/tensors.ts'

export interface RuntimeOptions {
  readonly provider: ProviderId
  /** the provider's own settings (providers.ts) */
  readonly settings?: ProviderSettings
  /** threads of one operator; undefined: ONNX Runtime's choice, the physical cores */
  readonly threads?: number
}

/** A tensor on its way in; float32 whatever the model's own type. */
export interface FeedTensor { readonly data: Float32Array; readonly dims: readonly number[] }
export interface FetchedTensor { readonly data: Float32Array; readonly dims: readonly number[] }

/** `RIGHT_REASON_THREADS`, where it is a whole number above zero. */
export function threadsFromEnvironment(): number | undefined {
  const threads = Number(process.env.RIGHT_REASON_THREADS)
  return Number.isInteger(threads) && threads > 0 ? threads : undefined
}

/** ONNX Runtime's severity 3: errors only. Its warnings about constants and placement are no user's concern. */
const QUIET = 3

export class RuntimeSession {
  readonly #session: ort.InferenceSession
  readonly #types: ReadonlyMap<string, string>

  private constructor(session: ort.InferenceSession) {
    this.#session = session
    this.#types = new Map(session.inputMetadata.flatMap((info) => info.isTensor ? [[info.name, info.type] as const] : []))
  }

  /** Throws `unsupported-graph` where CPU does not take the model, and ONNX Runtime's own error where another provider or its driver does not. */
  static async create(bytes: Uint8Array, { provider, settings, threads }: RuntimeOptions): Promise<RuntimeSession> {
    try {
      return new RuntimeSession(await ort.InferenceSession.create(bytes, {
        executionProviders: [{ name: provider, ...settings }],
        graphOptimizationLevel: 'all',
        logSeverityLevel: QUIET,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      }))
    } catch (cause) {
      if (provider !== 'cpu') throw cause
      throw new ReviewError('unsupported-graph', `ONNX Runtime cannot load the model: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames
  }

  /** Element type of an output; 'float32' where ONNX Runtime does not say. */
  outputType(name: string): string {
    const info = this.#session.outputMetadata.find((metadata) => metadata.name === name)
    return info?.isTensor ? info.type : 'float32'
  }

  /** Throws `run-failed` with ONNX Runtime's words. */
  async run(feeds: Readonly<Record<string, FeedTensor>>, fetches: readonly string[]): Promise<Record<string, FetchedTensor>> {
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toTensor(tensor, this.#types.get(name) ?? 'float32')]))
    try {
      const results = await this.#session.run(tensors, [...fetches])
      return Object.fromEntries(fetches.map((name) => [name, fromTensor(results[name])]))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ReviewError('run-failed', `The model run failed: ${reason}`, { cause })
    }
  }

  async release(): Promise<void> {
    await this.#session.release()
  }
}

/** How numbers become the element type that an input wants. */
const CONVERSIONS: Readonly<Record<string, (data: Float32Array) => ort.Tensor['data']>> = {
  float32: (data) => data,
  float64: (data) => Float64Array.from(data),
  float16: (data) => Uint16Array.from(data, numberToHalf),
  uint8: (data) => new Uint8Array(Uint8ClampedArray.from(data).buffer),
}

function toTensor({ data, dims }: FeedTensor, type: string): ort.Tensor {
  const convert = CONVERSIONS[type]
  if (!convert) throw new ReviewError('unsupported-model', `The model's input holds ${type}; float32, float16, float64 and uint8 are supported. Export it with a float32 input.`)
  // A plain object: the Tensor class refuses a Uint16Array as float16 where the engine has a Float16Array of its own.
  if (type === 'float16') return { type, data: convert(data), dims, location: 'cpu' } as unknown as ort.Tensor
  return new ort.Tensor(type as 'float32', convert(data) as Float32Array, dims)
}

function fromTensor({ data, dims, type }: ort.Tensor): FetchedTensor {
  if (data instanceof Float32Array) return { data, dims }
  if (type === 'float16' && data instanceof Uint16Array) return { data: Float32Array.from(data, halfToNumber), dims }
  return { data: Float32Array.from(data as Float64Array), dims }
}

/** Shapes and types of a model's outputs, for the analysis of its graph. */
export const runProbe: RunProbe = async (model, { graphOptimizationLevel }) => {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['cpu'], graphOptimizationLevel, logSeverityLevel: QUIET, intraOpNumThreads: 1 })
  const outputs = session.outputMetadata.flatMap((info) => info.isTensor ? [{ name: info.name, type: info.type, shape: info.shape }] : [])
  await session.release()
  return { outputs }
}
