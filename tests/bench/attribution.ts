import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { integratedGradients } from '../../src-main/attribution/integrated-gradients.ts'
import { methodNamed } from '../../src-main/attribution/methods.ts'
import type { LayerMethod } from '../../src-main/attribution/types.ts'
import { modelRuns } from '../../src-main/compute/model-runs.ts'
import { Classifier } from '../../src-main/model/classifier.ts'
import { filledProfile, guessProfile } from '../../src-main/model/guess-profile.ts'
import { analyseFile, readModelFile } from '../../src-main/model/inspect.ts'
import { analyseModel, instrument } from '../../src-main/model/instrument.ts'
import { requireFiniteLayer } from '../../src-main/model/rows.ts'
import { runProbe, RuntimeSession } from '../../src-main/model/runtime.ts'
import { uniform } from '../../src-main/tensor/random.ts'
import { sharedData } from '../fixtures/shared-data.ts'
import { interleaved, timed, type BenchReport, type BenchRow } from './measure.ts'
import { exportNetwork, torchPeer, type TorchPeer } from './torch-peer.ts'

const THREADS = 2
const ROUNDS = 15
const LONG_ROUNDS = 3
const STEPS = 50
const CACHE = fileURLToPath(new URL('.cache', import.meta.url))

/** What the issue of speed is about, and the bound on (Grad-CAM run ÷ bare forward run). */
const NETWORKS: readonly { readonly name: string; readonly bound: number }[] = [{ name: 'resnet50', bound: 1.05 }, { name: 'densenet121', bound: 1.05 }, { name: 'efficientnet_b0', bound: 1.1 }]

/** The model of about 100 MB. */
const LARGE = 'resnet50'

/** Scores, activations, gradients and the finished map in one run, against the untouched model in a session of the same settings. */
export async function bench(): Promise<BenchReport> {
  process.env.RIGHT_REASON_THREADS = String(THREADS)
  const rows: BenchRow[] = []
  const peer = await torchPeer()
  try {
    await compareAll(rows, peer)
  } finally {
    peer?.close()
  }
  return { name: `Grad-CAM runs, CPU, ${THREADS} threads, medians of ${ROUNDS} interleaved rounds${peer ? `, PyTorch ${peer.version}` : ''}`, rows }
}

async function compareAll(rows: BenchRow[], peer: TorchPeer | null): Promise<void> {
  const demo = fileURLToPath(new URL('../../resources/demo/demo-cnn.onnx', import.meta.url))
  await compare(rows, 'demo-cnn', demo, [1, 8], 1.1)
  if (sharedData) for (const name of ['kermany_pneumonia_mobilenetv2', 'tm_covid_mobilenetv2']) await compare(rows, name, join(sharedData, 'models', `${name}.onnx`), [1, 8], 1.1)
  for (const { name, bound } of NETWORKS) {
    const file = join(CACHE, `${name}.onnx`)
    if (!existsSync(file) && peer) exportNetwork(name, CACHE)
    if (!existsSync(file)) {
      console.log(`${name} is left out: PyTorch, which makes it, is not installed here (Debian: python3-torch python3-torchvision python3-onnx).`)
      continue
    }
    await compare(rows, name, file, [1, 8], bound, peer ?? undefined)
    await compareIntegratedGradients(rows, name, file, peer)
    if (name === LARGE) {
      await compareInstrumenting(rows, name, file)
      compareMemory(rows, name, file)
    }
  }
}

/** Fifty steps from black with the convergence delta, against a loop of batches in PyTorch. */
async function compareIntegratedGradients(rows: BenchRow[], name: string, file: string, peer: TorchPeer | null): Promise<void> {
  const model = await readModelFile(file)
  const analysis = await analyseFile(model, null)
  const classifier = new Classifier({ ...model, analysis, profile: filledProfile(guessProfile(analysis), analysis), provider: 'cpu' })
  const { channels, height, width } = analysis.inputSize
  const random = uniform(7)
  const image = Float32Array.from({ length: channels * height * width }, () => random() * 2 - 1)
  const times = await interleaved(LONG_ROUNDS, {
    own: () => timed(() => integratedGradients.map(modelRuns(classifier, image, null, { index: 0 }, new AbortController().signal), { steps: STEPS, baseline: 'black' })),
    ...(peer ? { torch: () => peer.time(name, 1, 'ig') } : {}),
  } as Record<string, () => Promise<number>>)
  await classifier.close()
  rows.push({ what: `${name}: integrated gradients, ${STEPS} steps`, value: times.own, unit: 'ms' })
  if (peer) rows.push({ what: `${name}: integrated gradients ÷ PyTorch's loop`, value: times.own / times.torch, unit: '×', goal: 0.7 })
}

/** From the bytes of the file to those of the instrumented model, shapes and layers learnt anew, against a session of the untouched model. */
async function compareInstrumenting(rows: BenchRow[], name: string, file: string): Promise<void> {
  const { bytes } = await readModelFile(file)
  const times = await interleaved(ROUNDS, {
    bare: () => timed(async () => (await RuntimeSession.create(bytes, { provider: 'cpu', threads: THREADS })).release()),
    instrumented: () => {
      // what is learnt of the same bytes is kept
      const fresh = Uint8Array.from(bytes)
      return timed(async () => {
        const { defaultLayer } = await analyseModel(fresh, { runProbe })
        await instrument(fresh, { runProbe, layers: [defaultLayer!], findsClass: true })
      })
    },
  })
  rows.push({ what: `${name}, ${Math.round(bytes.length / 1e6)} MB: instrumenting ÷ making its bare session`, value: times.instrumented / times.bare, unit: '×', goal: 1.5 })
}

/** Peak memory of a process that computes integrated gradients once. */
function compareMemory(rows: BenchRow[], name: string, file: string): void {
  const script = fileURLToPath(new URL('processes/ig-memory.ts', import.meta.url))
  const [few, many] = [20, 200].map((steps) => Number(execFileSync(process.execPath, [script, file, String(steps)], { encoding: 'utf8' })))
  rows.push({ what: `${name}: peak memory of integrated gradients, 200 steps`, value: many / 2 ** 20, unit: 'MiB' })
  rows.push({ what: `${name}: peak memory at 200 steps ÷ at 20`, value: many / few, unit: '×', goal: 1.05 })
}

async function compare(rows: BenchRow[], name: string, file: string, batches: readonly number[], bound: number, peer?: TorchPeer): Promise<void> {
  const model = await readModelFile(file)
  const analysis = await analyseFile(model, null)
  const profile = filledProfile(guessProfile(analysis), analysis)
  const bare = await RuntimeSession.create(model.bytes, { provider: 'cpu', threads: THREADS })
  const classifier = new Classifier({ bytes: model.bytes, analysis, profile, provider: 'cpu', externalData: model.externalData })
  await classifier.prepare()
  const { channels, height, width } = analysis.inputSize
  const size = channels * height * width
  const map = methodNamed('gradcam') as LayerMethod
  for (const batch of batches) {
    const random = uniform(7)
    const data = Float32Array.from({ length: batch * size }, () => random() * 2 - 1)
    const dims = analysis.inputLayout === 'NHWC' ? [batch, height, width, channels] : [batch, channels, height, width]
    const inputs = Array.from({ length: batch }, (_, i) => ({ input: data.slice(i * size, (i + 1) * size), seed: null }))
    const works: Record<string, () => Promise<number>> = {
      forward: () => timed(() => bare.run({ [analysis.inputs[0].name]: { data, dims } }, [analysis.outputs[0].name])),
      gradcam: () => timed(async () => {
        const results = await classifier.run(inputs, { layer: classifier.defaultLayer })
        for (const { layer } of results) map.map(requireFiniteLayer(layer!), {})
      }),
      ...(peer ? { hooks: () => peer.time(name, batch, 'hooks'), tail: () => peer.time(name, batch, 'tail') } : {}),
    }
    const times = await interleaved(ROUNDS, works)
    const row = (what: string, value: number, unit: string, goal?: number) => rows.push({ what: `${name}, batch ${batch}: ${what}`, value, unit, ...(goal === undefined ? {} : { goal }) })
    row('bare forward', times.forward, 'ms')
    row('Grad-CAM run, maps finished', times.gradcam, 'ms')
    row('Grad-CAM run ÷ bare forward', times.gradcam / times.forward, '×', bound)
    if (peer) {
      row("÷ PyTorch's hooks and full backward", times.gradcam / times.hooks, '×', 0.25)
      row('÷ PyTorch with a tail-only backward', times.gradcam / times.tail, '×', 0.5)
    }
  }
  await bare.release()
  await classifier.close()
}
