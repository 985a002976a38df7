import type { ProviderId, ProviderInfo } from '../contract/records.ts'

/** ONNX Runtime's own settings of a provider. */
export type ProviderSettings = Readonly<Record<string, string>>

interface ProviderRow {
  readonly name: string
  /** `platform-arch` pairs for which ONNX Runtime's npm package has it */
  readonly platforms: readonly string[]
  /** why it is not there elsewhere */
  readonly elsewhere: string
  /** settings to try one after the other, until one reproduces CPU's results */
  readonly settings: readonly ProviderSettings[]
  /** ONNX Runtime's words → what is missing and what to do, in plain words */
  readonly failures: readonly { readonly pattern: RegExp; readonly reason: string }[]
}

/** Execution providers in the order in which they are tried (docs/gpu.md). */
export const PROVIDERS: Readonly<Record<ProviderId, ProviderRow>> = {
  cuda: {
    name: 'CUDA',
    platforms: ['linux-x64'],
    elsewhere: 'CUDA is offered on Linux x64 only',
    settings: [{}],
    failures: [
      { pattern: /failed to load (shared )?library|cannot open shared object|providers_shared|cudnn|cublas|libcu/i, reason: 'no CUDA libraries; docs/gpu.md says which to install' },
      { pattern: /no cuda-capable device|cuda driver|cuda failure (35|100)|insufficient/i, reason: 'no NVIDIA GPU, or its driver is too old' },
    ],
  },
  dml: {
    name: 'DirectML',
    platforms: ['win32-x64', 'win32-arm64'],
    elsewhere: 'DirectML is offered on Windows only',
    settings: [{}],
    failures: [{ pattern: /887a0004|no suitable|device/i, reason: 'no GPU with DirectX 12' }],
  },
  coreml: {
    name: 'Core ML',
    platforms: ['darwin-x64', 'darwin-arm64'],
    elsewhere: 'Core ML is offered on macOS only',
    settings: [{}],
    failures: [],
  },
  webgpu: {
    name: 'WebGPU',
    platforms: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-x64', 'darwin-arm64'],
    elsewhere: 'WebGPU is not offered on this platform',
    // Its convolutions on channels-last tensors go wrong in silence for some sizes; those on channels-first do not.
    settings: [{}, { preferredLayout: 'NCHW' }],
    failures: [{ pattern: /adapter/i, reason: 'no graphics adapter: it needs a GPU with a Vulkan, Metal or DirectX 12 driver' }],
  },
  cpu: { name: 'CPU', platforms: [], elsewhere: '', settings: [{}], failures: [] },
}

/** Providers for this machine in the order in which they are tried; CPU, which is everywhere, is last. */
export function providerOrder(platform: string = `${process.platform}-${process.arch}`): ProviderId[] {
  const ids = Object.keys(PROVIDERS) as ProviderId[]
  return ids.filter((id) => id === 'cpu' || PROVIDERS[id].platforms.includes(platform))
}

/** Why a provider could not be started, in plain words; what is not recognised is quoted. */
export function failureReason(id: ProviderId, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const known = PROVIDERS[id].failures.find(({ pattern }) => pattern.test(message))
  return known?.reason ?? `it could not be started: ${message.replaceAll(/\s+/g, ' ').trim().slice(0, 300)}`
}

/** For the status bar: 'CPU runs; CUDA: no CUDA libraries; …' */
export function providerSentence(providers: readonly ProviderInfo[]): string {
  const inUse = providers.find(({ state }) => state === 'in-use')
  const refused = providers.filter(({ id, state }) => state === 'refused' && providerOrder().includes(id)).map(({ name, reason }) => `${name}: ${reason}`)
  return [inUse ? `${inUse.name} runs` : '', ...refused].filter(Boolean).join('; ')
}
