import { completeParameters, methodNamed } from '../attribution/methods.ts'
import type { AttributionMap, AttributionMethod, Parameters } from '../attribution/types.ts'
import { errorRecord, ReviewError } from '../contract/errors.ts'
import type { ModelInspection, ProviderId, ProviderInfo } from '../contract/records.ts'
import type { Classifier } from '../model/classifier.ts'
import { checkGradients } from '../model/gradient-check.ts'
import { classNames, filledProfile } from '../model/guess-profile.ts'
import { analyseFile, inspectionOf, inspectModel, readModelFile, type ModelFile } from '../model/inspect.ts'
import { measureProviders, openClassifier } from '../model/open.ts'
import type { ModelInput } from '../model/preprocess.ts'
import type { RunResult } from '../model/rows.ts'
import { checkedProfile, checkProfileFits } from '../model/profile.ts'
import { measureFaithfulness } from './faithfulness.ts'
import { modelRuns, requireLayer } from './model-runs.ts'
import type { ComputeCalls, GradientCheckRow, Outcome } from './protocol.ts'
import { randomisedMaps } from './randomised-maps.ts'
import type { AttributionSpec, ComputedAttribution, OpenedModel } from './types.ts'

/** An item whose image is decoded and prepared. */
export interface PreparedItem {
  readonly id: number
  readonly input: ModelInput
  readonly pixelSha256: string
  readonly attributions: readonly AttributionSpec[]
}

export interface EngineNotes {
  trying(provider: ProviderId): void
  progress(done: number, total: number): void
}

interface Task { readonly method: AttributionMethod; readonly parameters: Parameters; readonly layer: string | null; readonly classIndex: number | 'predicted' }

/** One row of a run: an image, and the class whose gradients are wanted. */
interface Row { readonly item: PreparedItem; readonly classIndex: number | 'predicted' }

/** The model at work: opens it, runs prepared items through it and makes their maps. One at a time. */
export class Engine {
  #model: ModelFile | null = null
  #classifier: Classifier | null = null

  /** `classifier`: one that is open already, whose file is not known. */
  constructor(classifier: Classifier | null = null) {
    this.#classifier = classifier
  }

  async inspect(file: string): Promise<ModelInspection> {
    return (await inspectModel(await readModelFile(file))).inspection
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

  /** Every run that is shared by items: a layer's rows in one go. Key: item, layer and class. */
  async #baseRuns(items: readonly PreparedItem[]): Promise<Map<string, RunResult>> {
    const classifier = this.#opened()
    const byLayer = new Map<string | null, Map<string, Row>>()
    const add = (layer: string | null, row: Row): void => {
      const rows = byLayer.get(layer) ?? new Map<string, Row>()
      byLayer.set(layer, rows.set(rowKey(row.item.id, layer, row.classIndex), row))
    }
    for (const item of items) {
      const tasks = this.#tasks(item).filter(({ method }) => method.needs === 'layer')
      for (const { layer, classIndex } of tasks) add(requireLayer(layer), { item, classIndex })
      if (tasks.length === 0) add(classifier.everydayLayer, { item, classIndex: 'predicted' })
    }
    const results = new Map<string, RunResult>()
    for (const [layer, rows] of byLayer) {
      const keys = [...rows.keys()]
      const runs = await classifier.run([...rows.values()].map(({ item, classIndex }) => ({ input: item.input.data, seed: classIndex === 'predicted' ? null : classifier.seedOf(classIndex) })), { layer })
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
        attributions.push(await this.#attribution(item, task, runs, base.predicted, signal))
      }
    } catch (thrown) {
      return { state: 'failed', error: errorRecord(thrown, 'run-failed') }
    }
    const { affine, width, height } = item.input
    return {
      state: 'done',
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

  async #attribution(item: PreparedItem, { method, parameters, layer, classIndex }: Task, runs: ReadonlyMap<string, RunResult>, predicted: number, signal: AbortSignal): Promise<ComputedAttribution> {
    const target = classIndex === 'predicted' ? predicted : classIndex
    const map = method.needs === 'layer'
      ? method.map(runs.get(rowKey(item.id, layer, classIndex))!.layer!, parameters)
      : await method.map(modelRuns(this.#opened(), item.input.data, layer, target, signal), parameters)
    checkFinite(map, method)
    return { method: method.id, layer: method.resolution === 'layer' ? layer : null, classIndex: target, grid: map.grid, signed: map.signed, values: map.values, diagnostics: map.diagnostics }
  }

  #tasks({ attributions }: PreparedItem): Task[] {
    const { defaultLayer } = this.#opened()
    return attributions.map(({ method: id, layer, classIndex, parameters }) => {
      const method = methodNamed(id)
      return { method, parameters: completeParameters(method, parameters), layer: layer ?? defaultLayer, classIndex }
    })
  }

  #opened(): Classifier {
    if (!this.#classifier) throw new ReviewError('not-ready', 'No model is open. Choose a model first.')
    return this.#classifier
  }
}

function rowKey(id: number, layer: string | null, classIndex: number | 'predicted'): string {
  return `${id}|${classIndex}|${layer ?? ''}`
}

function checkFinite({ values }: AttributionMap, method: AttributionMethod): void {
  if (!values.every(Number.isFinite)) throw new ReviewError('non-finite', `${method.name} gave NaN or infinity for this image. Choose another layer or method.`)
}
