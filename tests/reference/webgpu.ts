/**
 * WebGPU beside the CPU, a table: `VK_ICD_FILENAMES=… node tests/reference/webgpu.ts [MODEL.onnx …]`.
 *
 * Without a driver of its own, SwiftShader's Vulkan is taken, which the end-to-end tests unpack (needs libvulkan1). The small networks of
 * tests/fixtures/onnx/networks and the demo's model are tried, each in a process of its own, because a driver may end it. A provider that is
 * accepted must give the CPU's Grad-CAM maps and gradients at the input within 1e-3 of their greatest value, on an image that is not the probe's.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { methodNamed } from '../../src-main/attribution/methods.ts'
import type { LayerMethod } from '../../src-main/attribution/types.ts'
import { errorRecord, ReviewError } from '../../src-main/contract/errors.ts'
import { Classifier } from '../../src-main/model/classifier.ts'
import { filledProfile, guessProfile } from '../../src-main/model/guess-profile.ts'
import { analyseFile, readModelFile } from '../../src-main/model/inspect.ts'
import { openClassifier } from '../../src-main/model/open.ts'
import { PROVIDER_TOLERANCE } from '../../src-main/model/probe.ts'
import { uniform } from '../../src-main/tensor/random.ts'
import { maxRelativeError } from '../../src-main/tensor/statistics.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

interface Outcome { readonly state: 'same' | 'refused' | 'WRONG'; readonly scores?: number; readonly map?: number; readonly input?: number | string; readonly cpuMs?: number; readonly webgpuMs?: number; readonly reason?: string }

async function compare(file: string): Promise<Outcome> {
  const model = await readModelFile(file)
  const analysis = await analyseFile(model, null)
  const profile = filledProfile(guessProfile(analysis), analysis)
  let opened: Awaited<ReturnType<typeof openClassifier>>
  try {
    opened = await openClassifier(model, analysis, profile, { provider: 'webgpu' })
  } catch (thrown) {
    if (thrown instanceof ReviewError && thrown.code.startsWith('provider-')) return { state: 'refused', reason: thrown.message }
    throw thrown
  }
  const webgpu = opened.classifier
  const cpu = new Classifier({ ...model, analysis, profile, provider: 'cpu' })
  const { channels, height, width } = analysis.inputSize
  const random = uniform(99)
  const rows = Array.from({ length: analysis.fixedBatch ?? 3 }, () => ({ input: Float32Array.from({ length: channels * height * width }, () => random() * 2 - 1), seed: null }))
  const gradcam = methodNamed('gradcam') as LayerMethod
  const run = async (classifier: Classifier) => {
    await classifier.run(rows, { layer: classifier.everydayLayer })
    const start = performance.now()
    const results = await classifier.run(rows, { layer: classifier.everydayLayer })
    const ms = (performance.now() - start) / rows.length
    return { ms, logits: results.map(({ logits }) => logits), maps: results.flatMap(({ layer }) => layer ? [gradcam.map(layer, { evidence: 'signed' }).values] : []) }
  }
  const [own, reference] = [await run(webgpu), await run(cpu)]
  const worst = (a: readonly Float32Array[], b: readonly Float32Array[]) => Math.max(...a.map((values, i) => maxRelativeError(values, b[i])))
  const [scores, map] = [worst(own.logits, reference.logits), worst(own.maps, reference.maps)]
  const request = { layer: null, inputGradient: true }
  const input = await webgpu.run(rows, request).then(async (results) => worst(results.map(({ inputGradient }) => inputGradient!), (await cpu.run(rows, request)).map(({ inputGradient }) => inputGradient!)), (thrown: unknown) => `refused: ${errorRecord(thrown).code}`)
  const isSame = scores <= PROVIDER_TOLERANCE && map <= PROVIDER_TOLERANCE && (typeof input === 'string' || input <= PROVIDER_TOLERANCE)
  return { state: isSame ? 'same' : 'WRONG', scores, map, input, cpuMs: reference.ms, webgpuMs: own.ms }
}

async function main(files: readonly string[]): Promise<void> {
  const cache = at('../../node_modules/.cache')
  const driver = existsSync(cache) ? readdirSync(cache).map((folder) => join(cache, folder, 'vk_swiftshader_icd.json')).find((path) => existsSync(path)) : undefined
  const icd = process.env.VK_ICD_FILENAMES ?? driver
  if (!icd) throw new Error('There is no Vulkan driver: set VK_ICD_FILENAMES, or run the end-to-end tests once, which unpack one.')
  const networks = at('../fixtures/onnx/networks')
  const all = files.length > 0 ? files : [...readdirSync(networks).filter((name) => name.endsWith('.onnx')).map((name) => join(networks, name)), at('../../resources/demo/demo-cnn.onnx')]
  const figure = (value: number | string | undefined) => typeof value === 'number' ? value.toExponential(1) : value ?? '–'
  console.log(`driver: ${basename(icd)}\n\n| model | WebGPU | scores | Grad-CAM | gradient at the input | CPU ms | WebGPU ms | reason |\n|---|---|---|---|---|---|---|---|`)
  for (const file of all) {
    const child = spawnSync(process.execPath, [at('webgpu.ts'), '--one', file], { encoding: 'utf8', timeout: 1_200_000, env: { ...process.env, VK_ICD_FILENAMES: icd } })
    const line = child.stdout.split('\n').find((text) => text.startsWith('{'))
    const outcome: Outcome = line ? JSON.parse(line) as Outcome : { state: 'refused', reason: `the process ended (${child.signal ?? child.status}): ${child.stderr.trim().split('\n').at(-1)}` }
    console.log(`| ${basename(file, '.onnx')} | ${outcome.state} | ${figure(outcome.scores)} | ${figure(outcome.map)} | ${figure(outcome.input)} | ${outcome.cpuMs?.toFixed(1) ?? '–'} | ${outcome.webgpuMs?.toFixed(1) ?? '–'} | ${outcome.reason ?? ''} |`)
    if (outcome.state === 'WRONG') process.exitCode = 1
  }
}

if (process.argv[2] === '--one') {
  console.log(JSON.stringify(await compare(process.argv[3])))
  process.exit(0)
}
await main(process.argv.slice(2))
