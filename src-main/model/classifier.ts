import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { ProviderId } from '../contract/records.ts'
import type { ReadExternal } from '../onnx/external-data.ts'
import { withAttention, type AttentionModel } from './attention.ts'
import { instrument, type InstrumentedModel, type ModelAnalysis } from './instrument.ts'
import { largestDifference, probeRows, PROVIDER_TOLERANCE } from './probe.ts'
import { PROVIDERS, type ProviderSettings } from './providers.ts'
import { packInputs, packSeeds, unpackResult, type RunResult, type RunRow } from './rows.ts'
import { classCount, classSeed, toClassLogits, type ClassTarget } from './single-score.ts'
import { LayerTail } from './tail.ts'
import { RuntimeSession, runProbe, threadsFromEnvironment } from './runtime.ts'

export interface RunRequest {
  /** null: no activations and gradients */
  readonly layer: string | null
  /** several layers in one run, instead of `layer` */
  readonly layers?: readonly string[]
  readonly inputGradient?: boolean
}

interface Instrumented { readonly model: InstrumentedModel; readonly session: RuntimeSession }

/** Sessions kept beside one another; the least recently used one goes. */
const MOST_SESSIONS = 4

/**
 * A classifier on one execution provider. Everyday runs use one session with the gradients' tail of one layer;
 * others (another layer, the whole way back to the input) are made when first asked for.
 */
export class Classifier {
  readonly analysis: ModelAnalysis
  readonly profile: Profile
  readonly provider: ProviderId
  readonly #bytes: Uint8Array
  readonly #externalData: ReadExternal | undefined
  readonly #settings: ProviderSettings | undefined
  readonly #sessions = new Map<string, Instrumented>()
  #isTailRefused = false
  /** the last batch's input, to be written over: fresh memory costs more than the copy into it */
  #spare: Float32Array | null = null
  #attention: { readonly model: AttentionModel; readonly session: RuntimeSession } | null = null
  #tail: { readonly layer: string; readonly tail: LayerTail } | null = null

  constructor(model: { readonly bytes: Uint8Array; readonly analysis: ModelAnalysis; readonly profile: Profile; readonly provider: ProviderId; readonly settings?: ProviderSettings; readonly externalData?: ReadExternal }) {
    this.analysis = model.analysis
    this.profile = model.profile
    this.provider = model.provider
    this.#bytes = model.bytes
    this.#externalData = model.externalData
    this.#settings = model.settings
  }

  /** The layer of maps unless another is asked for; null: the model has none. */
  get defaultLayer(): string | null {
    return this.profile.layer ?? this.analysis.defaultLayer
  }

  /** The layer whose gradients come along with every run; null where it has none, or where they cannot be had. */
  get everydayLayer(): string | null {
    return this.#isTailRefused ? null : this.defaultLayer
  }

  /** Makes the everyday session. A tail without a gradient is no failure here: then everyday runs give scores alone. */
  async prepare(): Promise<void> {
    try {
      await this.#instrumented(layersOf({ layer: this.everydayLayer }), false)
    } catch (thrown) {
      if (!(thrown instanceof ReviewError) || (thrown.code !== 'unsupported-op' && thrown.code !== 'unsupported-graph')) throw thrown
      this.#isTailRefused = true
      await this.#instrumented([], false)
    }
  }

  /**
   * Runs images through the model, in the order given. The model's fixed batch size, its layout and its element type are
   * dealt with here; a row whose predicted class is not that of the greatest logit (a threshold says so) is run again.
   * Throws `no-such-layer`, `unsupported-op`, `run-failed`, and `non-finite` where an output is NaN or infinite.
   */
  async run(rows: readonly RunRow[], request: RunRequest): Promise<RunResult[]> {
    const size = this.analysis.fixedBatch ?? rows.length
    const results: RunResult[] = []
    for (let start = 0; start < rows.length; start += size) results.push(...await this.#runBatch(rows.slice(start, start + size), request))
    // The graph weights the greatest logit; of a single one that is always the positive class.
    const isWrongClass = (i: number): boolean => rows[i].seed === null && (layersOf(request).length > 0 || request.inputGradient === true) &&
      (this.analysis.classes === 1 ? results[i].predicted === 0 : !isOnlyGreatest(results[i]))
    const again = rows.flatMap((row, i) => isWrongClass(i) ? [{ i, row: { ...row, seed: this.seedOf(results[i].predicted) } }] : [])
    if (again.length > 0) {
      const corrected = await this.run(again.map(({ row }) => row), request)
      again.forEach(({ i }, k) => { results[i] = corrected[k] })
    }
    return results
  }

  /** The weight of each logit for a class, or for the difference of two. Throws `no-such-class`. */
  seedOf(target: number | ClassTarget): Float32Array {
    const { index, minus }: ClassTarget = typeof target === 'number' ? { index: target } : target
    const seed = this.#classSeed(index)
    if (minus === undefined) return seed
    const less = this.#classSeed(minus)
    return seed.map((weight, i) => weight - less[i])
  }

  #classSeed(classIndex: number): Float32Array {
    const classes = classCount(this.analysis)
    if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes)
      throw new ReviewError('no-such-class', `The model has ${classes} classes, counted from 0; class ${classIndex} is not among them.`)
    return classSeed(classIndex, this.analysis)
  }

  /**
   * Logits of one image with other activations at a layer, each [channels, rows, columns]. The model from that layer on is
   * kept for the next call.
   */
  async logitsWithLayer(input: Float32Array, layer: string, alternatives: readonly Float32Array[]): Promise<Float32Array[]> {
    if (this.#tail?.layer !== layer) {
      await this.#tail?.tail.close()
      this.#tail = null
      this.#tail = { layer, tail: await LayerTail.create({ bytes: this.#bytes, externalData: this.#externalData, analysis: this.analysis, provider: this.provider, settings: this.#settings }, layer) }
    }
    return (await this.#tail.tail.logits(packInputs([{ input, seed: null }], 1, this.analysis), alternatives)).map(toClassLogits)
  }

  /** Softmax weights of every self-attention at one image. Throws `no-attention`. */
  async attention(input: Float32Array): Promise<{ readonly weights: readonly { readonly data: Float32Array; readonly heads: number; readonly tokens: number }[]; readonly grid: readonly [number, number]; readonly classTokens: number }> {
    this.#attention ??= await this.#openAttention()
    const { model: { inputName, names, grid, classTokens }, session } = this.#attention
    const once = this.analysis.fixedBatch ?? 1
    const outputs = await session.run({ [inputName]: packInputs([{ input, seed: null }], once, this.analysis) }, names)
    const weights = names.map((name) => {
      const { data, dims } = outputs[name]
      const tokens = dims.at(-1)!
      const size = data.length / once
      return { data: data.slice(0, size), heads: size / tokens ** 2, tokens }
    })
    return { weights, grid, classTokens }
  }

  async #openAttention(): Promise<{ readonly model: AttentionModel; readonly session: RuntimeSession }> {
    const model = await withAttention(this.#bytes, { runProbe, ...this.#understanding })
    // On CPU: what a provider gives out of these was never compared.
    return { model, session: await RuntimeSession.create(model.bytes, { provider: 'cpu', threads: threadsFromEnvironment() }) }
  }

  /** How the model is read, as when it was analysed. */
  get #understanding() {
    const { inputSize: { width, height } } = this.analysis
    return { inputSize: { width, height }, output: this.profile.output.name ?? undefined, externalData: this.#externalData }
  }

  async #runBatch(rows: readonly RunRow[], request: RunRequest): Promise<RunResult[]> {
    const layers = layersOf(request)
    return this.#runOn(await this.#instrumented(layers, request.inputGradient ?? false), rows, layers)
  }

  async #runOn({ model, session }: Instrumented, rows: readonly RunRow[], layers: readonly string[]): Promise<RunResult[]> {
    const { names } = model
    const fetches = [names.scores, ...(this.analysis.scoreIsBeforeActivation && names.rawOutput !== names.scores ? [names.rawOutput] : []),
      ...layers.flatMap((layer) => [names.activations[layer], names.gradients[layer]]), ...(names.inputGradient ? [names.inputGradient] : [])]
    const batch = this.analysis.fixedBatch ?? rows.length
    const spare = this.#spare
    this.#spare = null
    const feed = packInputs(rows, batch, this.analysis, spare)
    const outputs = await session.run({ [model.inputName]: feed, [model.seedName]: packSeeds(rows, batch, this.analysis) }, fetches)
    if (feed.data !== rows[0].input) this.#spare = feed.data
    return rows.map((_, index) => unpackResult(outputs, index, { names, analysis: this.analysis, output: this.profile.output, layers, batch }))
  }

  async #instrumented(layers: readonly string[], inputGradient: boolean): Promise<Instrumented> {
    const key = JSON.stringify([inputGradient, layers])
    const known = this.#sessions.get(key)
    if (known) {
      this.#sessions.delete(key)
      this.#sessions.set(key, known)
      return known
    }
    if (this.#sessions.size >= MOST_SESSIONS) {
      const [oldest, { session }] = this.#sessions.entries().next().value!
      this.#sessions.delete(oldest)
      await session.release()
    }
    const model = await instrument(this.#bytes, { layers, inputGradient, findsClass: layers.length > 0 || inputGradient, isCompact: true, runProbe, ...this.#understanding })
    const made = { model, session: await RuntimeSession.create(model.bytes, { provider: this.provider, settings: this.#settings, threads: threadsFromEnvironment() }) }
    // The everyday session was compared when the model was opened; whoever opens it decides then.
    if (this.provider !== 'cpu' && (inputGradient || layers.length !== 1 || layers[0] !== this.everydayLayer)) await this.#compareWithCpu(made, layers)
    this.#sessions.set(key, made)
    return made
  }

  /** Throws `provider-mismatch` where a session computes something else than CPU on the probe. */
  async #compareWithCpu(made: Instrumented, layers: readonly string[]): Promise<void> {
    const reference = { model: made.model, session: await RuntimeSession.create(made.model.bytes, { provider: 'cpu', threads: threadsFromEnvironment() }) }
    const rows = probeRows(this).slice(0, this.analysis.fixedBatch ?? undefined)
    try {
      const difference = largestDifference(await this.#runOn(made, rows, layers), await this.#runOn(reference, rows, layers))
      if (difference <= PROVIDER_TOLERANCE) return
      await made.session.release()
      throw new ReviewError('provider-mismatch', `${PROVIDERS[this.provider].name} computes the gradients at ${layers.length === 0 ? 'the input' : layers.map((layer) => `'${layer}'`).join(', ')} otherwise than CPU (by ${difference.toPrecision(2)} relative on the probe). Choose CPU for this method or layer.`)
    } finally {
      await reference.session.release()
    }
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const { session } of sessions) await session.release()
    await this.#tail?.tail.close()
    this.#tail = null
    await this.#attention?.session.release()
    this.#attention = null
  }
}

function layersOf({ layer, layers }: RunRequest): readonly string[] {
  return layers ?? (layer === null ? [] : [layer])
}

/** The predicted class has the greatest logit, and no other has the same. */
function isOnlyGreatest({ logits, predicted }: RunResult): boolean {
  return logits.every((logit, i) => i === predicted || logit < logits[predicted])
}
