import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Profile } from '../../../src-main/contract/profile.ts'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { analyseFile, readModelFile, type ModelFile } from '../../../src-main/model/inspect.ts'
import type { ModelAnalysis } from '../../../src-main/model/instrument.ts'
import { openClassifier } from '../../../src-main/model/open.ts'
import { largestDifference, probeRows, PROVIDER_TOLERANCE } from '../../../src-main/model/probe.ts'
import { failureReason, providerOrder, providerSentence } from '../../../src-main/model/providers.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier } from '../../fixtures/onnx/tiny-classifier.ts'

/** SwiftShader, a Vulkan driver in software, comes with the Chromium of the end-to-end tests. */
function softwareVulkan(): string | null {
  const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))
  for (const folder of [...readdirSyncOrNone(cache).filter((name) => name.startsWith('chromium')).map((name) => join(cache, name)), tmpdir()])
    if (readdirSyncOrNone(folder).includes('vk_swiftshader_icd.json')) return join(folder, 'vk_swiftshader_icd.json')
  return null
}
function readdirSyncOrNone(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const folder = mkdtempSync(join(tmpdir(), 'right-reason-providers-'))
const profile: Profile = tinyProfile()
let model: ModelFile
let analysis: ModelAnalysis
beforeAll(async () => {
  writeFileSync(join(folder, 'tiny.onnx'), tinyClassifier())
  model = await readModelFile(join(folder, 'tiny.onnx'))
  analysis = await analyseFile(model, profile)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the order of providers', () => {
  it('is that of the platform, with CPU last', () => {
    expect(providerOrder('linux-x64')).toEqual(['cuda', 'webgpu', 'cpu'])
    expect(providerOrder('win32-x64')).toEqual(['dml', 'webgpu', 'cpu'])
    expect(providerOrder('darwin-arm64')).toEqual(['coreml', 'webgpu', 'cpu'])
    expect(providerOrder('linux-arm64')).toEqual(['cpu'])
  })
})

describe('a provider that cannot be used', () => {
  it('is told in plain words, with what to install', () => {
    expect(failureReason('cuda', new Error('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library'))).toBe('no CUDA libraries; docs/gpu.md says which to install')
    expect(failureReason('webgpu', new Error('Failed to get a WebGPU adapter: No supported adapters'))).toMatch(/needs a GPU with a Vulkan/)
    expect(failureReason('dml', new Error('something\nnobody has seen'))).toBe('it could not be started: something nobody has seen')
  })

  it('is refused when it is forced, and left out when the choice is automatic', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
    await expect(openClassifier(model, analysis, profile, { provider: absent })).rejects.toMatchObject({ code: 'provider-unavailable', message: expect.stringMatching(/Choose automatic or CPU/) as string })
    const excluded = { cuda: 'it ended the process', webgpu: 'it ended the process', coreml: 'it ended the process', dml: 'it ended the process' }
    const { classifier, providers } = await openClassifier(model, analysis, profile, { provider: null, excluded })
    expect(classifier.provider).toBe('cpu')
    expect(providerSentence(providers)).toMatch(/^CPU runs.*it ended the process/)
    await classifier.close()
  })
})

describe('the comparison on the probe', () => {
  it('sees a difference in scores, activations and gradients alike', async () => {
    const classifier = new Classifier({ ...model, analysis, profile, provider: 'cpu' })
    const runs = () => classifier.run(probeRows(classifier), { layer: 'relu_last' })
    const expected = await runs()
    expect(largestDifference(await runs(), expected)).toBeLessThan(1e-6)
    for (const spoil of [(run: Awaited<ReturnType<typeof runs>>[0]) => run.logits, (run: Awaited<ReturnType<typeof runs>>[0]) => run.layer!.activations.data, (run: Awaited<ReturnType<typeof runs>>[0]) => run.layer!.gradients.data]) {
      const changed = await runs()
      const values = spoil(changed[1])
      values[0] += 0.01 * Math.max(...values.map(Math.abs))
      expect(largestDifference(changed, expected)).toBeGreaterThan(PROVIDER_TOLERANCE)
    }
    await classifier.close()
  })
})

const driver = softwareVulkan()
if (driver === null) console.log('The WebGPU provider is not tested: there is no SwiftShader driver in node_modules/.cache (the end-to-end tests unpack it).')

describe.skipIf(driver === null || process.platform !== 'linux')('WebGPU on a software driver', () => {
  it('gives CPU\'s scores, maps and input gradients within 1e-3, or is refused with the reason', async () => {
    process.env.VK_ICD_FILENAMES = driver!
    const opened = await openClassifier(model, analysis, profile, { provider: 'webgpu' }).catch((error: { code: string; message: string }) => error)
    if (!('classifier' in opened)) {
      console.log(`WebGPU was refused: ${opened.message}`)
      return expect(opened.code).toMatch(/^provider-/)
    }
    const { classifier } = opened
    const cpu = new Classifier({ ...model, analysis, profile, provider: 'cpu' })
    const request = { layer: null, inputGradient: true }
    const rows = probeRows(cpu)
    const outcome = await classifier.run(rows, request).catch((error: { code: string }) => error.code)
    if (typeof outcome === 'string') expect(outcome).toBe('provider-mismatch')
    else expect(largestDifference(outcome, await cpu.run(rows, request))).toBeLessThan(PROVIDER_TOLERANCE)
  }, 120_000)
})
