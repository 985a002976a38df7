import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { ProviderId, ProviderInfo } from '../contract/records.ts'
import { Classifier } from './classifier.ts'
import type { ModelAnalysis } from './instrument.ts'
import type { ModelFile } from './inspect.ts'
import { largestDifference, probeRows, PROVIDER_TOLERANCE } from './probe.ts'
import { failureReason, PROVIDERS, providerOrder, type ProviderSettings } from './providers.ts'
import type { RunResult } from './rows.ts'

export interface OpenOptions {
  /** forced; null: the first usable one in the platform's order */
  readonly provider: ProviderId | null
  /** providers that ended the process before, with the words for the status */
  readonly excluded?: Readonly<Partial<Record<ProviderId, string>>>
  /** called before a provider is tried: a driver may end the process */
  readonly onTry?: (provider: ProviderId) => void
}

interface Candidate { readonly classifier: Classifier; readonly maxRelativeError: number }

/**
 * A classifier on the first provider that reproduces CPU's results, and every provider with the reason.
 * Throws `provider-unavailable` or `provider-mismatch` where a forced provider is refused, and what CPU throws on the model.
 */
export async function openClassifier(model: ModelFile, analysis: ModelAnalysis, profile: Profile, options: OpenOptions): Promise<{ classifier: Classifier; providers: ProviderInfo[] }> {
  const cpu = newClassifier(model, analysis, profile, 'cpu')
  const expected = await runProbeInput(cpu)
  const infos = new Map<ProviderId, ProviderInfo>()
  let chosen: Candidate | null = null
  for (const id of options.provider ? [options.provider] : providerOrder()) {
    if (chosen) {
      infos.set(id, info(id, 'not-tried', `${PROVIDERS[chosen.classifier.provider].name} runs`))
      continue
    }
    if (id === 'cpu') {
      chosen = { classifier: cpu, maxRelativeError: 0 }
      infos.set(id, info(id, 'in-use', 'the reference'))
      continue
    }
    const tried = options.excluded?.[id] ?? await tryProvider(model, analysis, profile, id, expected, options.onTry)
    if (typeof tried === 'string') infos.set(id, info(id, 'refused', tried))
    else {
      chosen = tried
      infos.set(id, { ...info(id, 'in-use', 'gives the same results as CPU on the probe'), maxRelativeError: tried.maxRelativeError })
    }
  }
  if (!chosen) {
    await cpu.close()
    const { reason } = infos.get(options.provider!)!
    throw new ReviewError(reason.startsWith(DIFFERS) ? 'provider-mismatch' : 'provider-unavailable', `${PROVIDERS[options.provider!].name} cannot be used for this model: ${reason}. Choose automatic or CPU.`)
  }
  if (chosen.classifier !== cpu) await cpu.close()
  const ids = Object.keys(PROVIDERS) as ProviderId[]
  return { classifier: chosen.classifier, providers: ids.map((id) => infos.get(id) ?? notTried(id, options.provider)) }
}

/** Every provider of this platform tried and measured on a model: the median of batch-1 runs. */
export async function measureProviders(model: ModelFile, analysis: ModelAnalysis, profile: Profile, inUse: ProviderId, options: { excluded?: OpenOptions['excluded']; onTry?: OpenOptions['onTry']; onProgress: (done: number, total: number) => void }): Promise<ProviderInfo[]> {
  const order = providerOrder()
  const cpu = newClassifier(model, analysis, profile, 'cpu')
  const expected = await runProbeInput(cpu)
  const infos = new Map<ProviderId, ProviderInfo>()
  for (const [done, id] of order.entries()) {
    options.onProgress(done, order.length)
    const tried = id === 'cpu' ? { classifier: cpu, maxRelativeError: 0 } : options.excluded?.[id] ?? await tryProvider(model, analysis, profile, id, expected, options.onTry)
    if (typeof tried === 'string') {
      infos.set(id, info(id, 'refused', tried))
      continue
    }
    const msPerImage = await medianRunMs(tried.classifier)
    await tried.classifier.close()
    infos.set(id, { ...info(id, id === inUse ? 'in-use' : 'usable', id === 'cpu' ? 'the reference' : 'gives the same results as CPU on the probe'), msPerImage, maxRelativeError: tried.maxRelativeError })
  }
  options.onProgress(order.length, order.length)
  return (Object.keys(PROVIDERS) as ProviderId[]).map((id) => infos.get(id) ?? notTried(id, null))
}

const DIFFERS = 'its results differ'

async function tryProvider(model: ModelFile, analysis: ModelAnalysis, profile: Profile, id: ProviderId, expected: readonly RunResult[], onTry?: (provider: ProviderId) => void): Promise<Candidate | string> {
  if (!providerOrder().includes(id)) return PROVIDERS[id].elsewhere
  onTry?.(id)
  let smallest = Infinity
  for (const settings of PROVIDERS[id].settings) {
    const classifier = newClassifier(model, analysis, profile, id, settings)
    try {
      const difference = largestDifference(await runProbeInput(classifier), expected)
      if (difference <= PROVIDER_TOLERANCE) return { classifier, maxRelativeError: difference }
      smallest = Math.min(smallest, difference)
      await classifier.close()
    } catch (thrown) {
      await classifier.close()
      return failureReason(id, thrown)
    }
  }
  return `${DIFFERS} from CPU's by ${smallest.toPrecision(2)} relative on the probe (allowed: ${PROVIDER_TOLERANCE})`
}

function newClassifier({ bytes, externalData }: ModelFile, analysis: ModelAnalysis, profile: Profile, provider: ProviderId, settings?: ProviderSettings): Classifier {
  return new Classifier({ bytes, externalData, analysis, profile, provider, settings })
}

/** The probe through the everyday session, which this makes. */
async function runProbeInput(classifier: Classifier): Promise<RunResult[]> {
  await classifier.prepare()
  return classifier.run(probeRows(classifier), { layer: classifier.everydayLayer })
}

async function medianRunMs(classifier: Classifier, runs = 7): Promise<number> {
  const [row] = probeRows(classifier)
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    await classifier.run([row], { layer: classifier.everydayLayer })
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)]
}

function info(id: ProviderId, state: ProviderInfo['state'], reason: string): ProviderInfo {
  return { id, name: PROVIDERS[id].name, state, reason, msPerImage: null, maxRelativeError: null }
}

function notTried(id: ProviderId, forced: ProviderId | null): ProviderInfo {
  return providerOrder().includes(id) ? info(id, 'not-tried', forced ? `${PROVIDERS[forced].name} was chosen` : '') : info(id, 'refused', PROVIDERS[id].elsewhere)
}
