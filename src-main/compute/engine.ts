import { completeParameters, methodNamed } from '../attribution/methods.ts'
import { errorRecord, ReviewError } from '../contract/errors.ts'
import type { InstrumentedFile, ModelInspection, ProviderId, ProviderInfo } from '../contract/records.ts'
import type { Classifier } from '../model/classifier.ts'
import { checkGradients } from '../model/gradient-check.ts'
import { classNames, filledProfile } from '../model/guess-profile.ts'
import { analyseFile, inspectionOf, inspectModel, readModelFile, type ModelFile } from '../model/inspect.ts'
import { measureProviders, openClassifier } from '../model/open.ts'
import type { Planes, RunResult } from '../model/rows.ts'
import { checkedProfile, checkProfileFits } from '../model/profile.ts'
import { saveInstrumented } from '../model/save-instrumented.ts'
import { probeImage } from './causal.ts'
import { measureFaithfulness } from './faithfulness.ts'
import { methodMap, type MapTask } from './method-maps.ts'
import { requireLayer } from './model-runs.ts'
import type { ComputeCalls, GradientCheckRow } from './protocol.ts'
import { randomisedMaps } from './randomised-maps.ts'
import type { Analyzer, ComputedAttribution, OpenedModel, Outcome, PreparedItem } from './types.ts'

export interface EngineNotes {
  trying(provider: ProviderId): void
  progress(done: number, total: number): void
}

interface Task extends MapTask { readonly classIndex: number | 'predicted'; readonly minus?: number }

/** One row of a run: an image, and the class whose gradients are wanted. */
interface Row extends Pick<Task, 'layers' | 'classIndex' | 'minus'> { readonly item: PreparedItem }

/** The model at work: opens it, runs prepared items through it and makes their maps. One at a time. */
export class Engine implements Analyzer {
  #model: ModelFile | null = null
  #classifier: Classifier | null = null

  /** `classifier`: one that is open already, whose file is not known. */
  constructor(classifier: Classifier | null = null) {
    this.#classifier = classifier
  }

  async inspect(file: string): Promise<ModelInspection> {
    return (await inspectModel(await readModelFile(file))).inspection
  }

  async instrument({ file, ...request }: ComputeCalls['instrument']['argument']): Promise<InstrumentedFile> {
    const model = await readModelFile(file)
    const { inspection: { profile } } = await inspectModel(model)
    return saveInstrumented(model, await analyseFile(model, profile), profile, request)
  }

  async open({ file, profile: given, provider, excluded }: ComputeCalls['open']['argument'], notes: EngineNotes): Promise<OpenedModel> {
    const profile = checkedProfile(given, 'The profile')
    const model = await readModelFile(file)
    const analysis = await analyseFile(model, profile)
    checkProfileFits(profile, analysis)
    const filled = filledProfile(profile, analysis)
    await this.#classifier?.close()
    this.#classifier = null
    const { classifier, providers } = await openClassifier(model, analysis, filled, { provider, excluded, onTry: notes.trying })
    this.#model = model
    this.#classifier = classifier
    return {
      sha256: model.sha256,
      classes: classNames(filled, analysis),
      provider: classifier.provider,
      inspection: inspectionOf(file, model.sha256, model.bytes.length, analysis, filled, 'project'),
      providers,
    }
  }

  async probeProviders({ excluded }: ComputeCalls['probeProviders']['argument'], notes: EngineNotes): Promise<readonly ProviderInfo[]> {
    const { analysis, profile, provider } = this.#opened()
    return measureProviders(this.#model!, analysis, profile, provider, { excluded, onTry: notes.trying, onProgress: notes.progress })
  }

  /** `input`: null takes the seeded probe image. */
  async checkGradients(layer: string | null, input: Float32Array | null, directions: number): Promise<readonly GradientCheckRow[]> {
    const classifier = this.#opened()
    return checkGradients(classifier, requireLayer(layer ?? classifier.defaultLayer), input, directions)
  }

  faithfulness(request: ComputeCalls['faithfulness']['argument'], { progress }: Pick<EngineNotes, 'progress'>, signal: AbortSignal): Promise<ComputeCalls['faithfulness']['result']> {
    return measureFaithfulness(this, this.#opened(), request, progress, signal)
  }

  randomisedMaps(request: ComputeCalls['randomisedMaps']['argument'], { progress }: Pick<EngineNotes, 'progress'>, signal: AbortSignal): Promise<ComputeCalls['randomisedMaps']['result']> {
    const trained = this.#opened()
    return randomisedMaps(this.#model!, trained, (classifier) => classifier === trained ? this : new Engine(classifier), request, progress, signal)
  }

  probeImage(request: ComputeCalls['probeImage']['argument'], { progress }: Pick<EngineNotes, 'progress'>, signal: AbortSignal): Promise<ComputeCalls['probeImage']['result']> {
    return probeImage(this.#opened(), request, progress, signal)
  }

  /** The profile that images are prepared by. */
  get profile(): Classifier['profile'] {
    return this.#opened().profile
  }

  /**
   * Scores and maps of some items; each is reported exactly once. Where a run of several fails, each is run by itself,
   * so that an error stays with the item that causes it.
   */
  async analyze(items: readonly PreparedItem[], onResult: (id: number, outcome: Outcome) => void, signal: AbortSignal): Promise<void> {
    const start = performance.now()
    try {
      const maps = await this.#baseRuns(items)
      const shared = (performance.now() - start) / items.length
      for (const item of items) onResult(item.id, await this.#outcome(item, maps, shared, signal))
    } catch (thrown) {
      if (items.length === 1) return onResult(items[0].id, { state: 'failed', error: errorRecord(thrown, 'run-failed') })
      for (const item of items) await this.analyze([item], onResult, signal)
    }
  }

  /** Every run that is shared by items: a layer's rows in one go. Key: item, class and layers. */
  async #baseRuns(items: readonly PreparedItem[]): Promise<Map<string, RunResult>> {
    const classifier = this.#opened()
    const byLayers = new Map<string, Map<string, Row>>()
    const add = (row: Row): void => {
      const key = JSON.stringify(row.layers)
      byLayers.set(key, (byLayers.get(key) ?? new Map<string, Row>()).set(rowKey(row.item.id, row), row))
    }
    for (const item of items) {
      const tasks = this.#tasks(item).filter(({ method }) => method.needs === 'layer')
      for (const { layers, classIndex, minus } of tasks) add({ item, layers, classIndex, minus })
      if (tasks.length === 0 || item.features) add({ item, ...everydayRow(classifier) })
    }
    const results = new Map<string, RunResult>()
    for (const rows of byLayers.values()) {
      const keys = [...rows.keys()]
      const [{ layers }] = rows.values()
      const runs = await classifier.run([...rows.values()].map(({ item, classIndex, minus }) => ({ input: item.input.data, seed: classIndex === 'predicted' ? null : classifier.seedOf({ index: classIndex, minus }) })), { layer: null, layers })
      runs.forEach((run, i) => results.set(keys[i], run))
    }
    return results
  }

  async #outcome(item: PreparedItem, runs: ReadonlyMap<string, RunResult>, sharedMs: number, signal: AbortSignal): Promise<Outcome> {
    const start = performance.now()
    const classifier = this.#opened()
    const base = [...runs].find(([key]) => key.startsWith(`${item.id}|`))![1]
    const attributions: ComputedAttribution[] = []
    try {
      for (const task of this.#tasks(item)) {
        if (signal.aborted) throw new ReviewError('cancelled', 'The run was cancelled.')
        const target = { index: task.classIndex === 'predicted' ? base.predicted : task.classIndex, minus: task.minus }
        attributions.push(await methodMap(classifier, task, item.input.data, runs.get(rowKey(item.id, task)), target, signal))
      }
    } catch (thrown) {
      return { state: 'failed', error: errorRecord(thrown, 'run-failed') }
    }
    const { affine, width, height } = item.input
    const everyday = item.features ? runs.get(rowKey(item.id, everydayRow(classifier)))?.layer : null
    return {
      state: 'done',
      ...(everyday && { features: channelMeans(everyday.activations) }),
      logits: base.logits,
      probabilities: base.probabilities,
      predicted: base.predicted,
      attributions,
      affine,
      inputWidth: width,
      inputHeight: height,
      pixelSha256: item.pixelSha256,
      provider: classifier.provider,
      elapsedMs: sharedMs + performance.now() - start,
    }
  }

  #tasks({ attributions }: PreparedItem): Task[] {
    const { defaultLayer } = this.#opened()
    return attributions.map(({ method: id, layer, layers = [layer ?? defaultLayer], classIndex, minus, parameters }) => {
      const method = methodNamed(id)
      const usesLayer = method.needs === 'layer' || method.usesLayer
      return { method, parameters: completeParameters(method, parameters), layers: usesLayer ? layers.map(requireLayer) : [], classIndex, minus }
    })
  }

  #opened(): Classifier {
    if (!this.#classifier) throw new ReviewError('not-ready', 'No model is open. Choose a model first.')
    return this.#classifier
  }
}

/** What every image is run with when nothing else is asked for. */
function everydayRow({ everydayLayer }: Classifier): Pick<Row, 'layers' | 'classIndex'> {
  return { layers: everydayLayer === null ? [] : [everydayLayer], classIndex: 'predicted' }
}

/** What a global mean would hand on to a linear layer. */
function channelMeans({ data, channels, rows, columns }: Planes): Float32Array {
  const cells = rows * columns
  return Float32Array.from({ length: channels }, (_, channel) => {
    let sum = 0
    for (let at = channel * cells; at < (channel + 1) * cells; at++) sum += data[at]
    return sum / cells
  })
}

function rowKey(id: number, { layers, classIndex, minus }: Pick<Task, 'layers' | 'classIndex' | 'minus'>): string {
  return `${id}|${JSON.stringify([classIndex, minus, layers])}`
}
