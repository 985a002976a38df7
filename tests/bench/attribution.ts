import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { methodNamed } from '../../src-main/attribution/methods.ts'
import type { LayerMethod } from '../../src-main/attribution/types.ts'
import { Classifier } from '../../src-main/model/classifier.ts'
import { filledProfile, guessProfile } from '../../src-main/model/guess-profile.ts'
import { analyseFile, readModelFile } from '../../src-main/model/inspect.ts'
import { RuntimeSession } from '../../src-main/model/runtime.ts'
import { uniform } from '../../src-main/tensor/random.ts'
import { sharedData } from '../fixtures/shared-data.ts'
import { interleaved, timed, type BenchReport, type BenchRow } from './measure.ts'
import { exportNetwork, torchPeer, type TorchPeer } from './torch-peer.ts'

const THREADS = 2
const ROUNDS = 11
const CACHE = fileURLToPath(new URL('.cache', import.meta.url))

/** What the issue of speed is about, and the bound on (Grad-CAM run ÷ bare forward run). */
const NETWORKS: readonly { readonly name: string; readonly bound: number }[] = [{ name: 'resnet50', bound: 1.05 }, { name: 'densenet121', bound: 1.05 }, { name: 'efficientnet_b0', bound: 1.1 }]

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
  }
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
        for (const { layer } of results) map.map(layer!, {})
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
