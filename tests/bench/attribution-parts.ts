import { execFileSync } from 'node:child_process'
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
import { interleavedFor, timed, type BenchRow, type Timing } from './measure.ts'
import type { TorchPeer } from './torch-peer.ts'

export const THREADS = 2
const STEPS = 50
/** Time for the rounds of one part; what is slow has five rounds all the same. */
const SECONDS = 20

export interface Compared { readonly name: string; readonly file: string; readonly bound: number; readonly peer: TorchPeer | null }

/** The ratio of medians, and that of the fastest runs, which other work on the machine disturbs least. */
function ratioRows(what: string, own: Timing, other: Timing, goal: number): BenchRow[] {
  return [
    { what, value: own.median / other.median, unit: '×', goal },
    { what: `${what}, fastest of ${own.rounds}`, value: own.fastest / other.fastest, unit: '×', goal },
  ]
}

async function opened(file: string) {
  const model = await readModelFile(file)
  const analysis = await analyseFile(model, null)
  const classifier = new Classifier({ ...model, analysis, profile: filledProfile(guessProfile(analysis), analysis), provider: 'cpu' })
  return { model, analysis, classifier }
}

/** One run with the finished maps of a batch. */
export async function* compareRuns({ name, file, bound, peer }: Compared, batch: number): AsyncGenerator<BenchRow> {
  const { model, analysis, classifier } = await opened(file)
  const bare = await RuntimeSession.create(model.bytes, { provider: 'cpu', threads: THREADS })
  await classifier.prepare()
  const { channels, height, width } = analysis.inputSize
  const size = channels * height * width
  const map = methodNamed('gradcam') as LayerMethod
  const random = uniform(7)
  const data = Float32Array.from({ length: batch * size }, () => random() * 2 - 1)
  const dims = analysis.inputLayout === 'NHWC' ? [batch, height, width, channels] : [batch, channels, height, width]
  const inputs = Array.from({ length: batch }, (_, i) => ({ input: data.slice(i * size, (i + 1) * size), seed: null }))
  const gradcam = () => timed(async () => {
    const results = await classifier.run(inputs, { layer: classifier.defaultLayer })
    for (const { layer } of results) map.map(requireFiniteLayer(layer!), {})
  })
  const times = await interleavedFor(SECONDS, {
    forward: () => timed(() => bare.run({ [analysis.inputs[0].name]: { data, dims } }, [analysis.outputs[0].name])),
    gradcam,
  })
  await bare.release()
  const what = (of: string): string => `${name}, batch ${batch}: ${of}`
  yield { what: what('bare forward'), value: times.forward.median, unit: 'ms' }
  yield { what: what('Grad-CAM run, maps finished'), value: times.gradcam.median, unit: 'ms' }
  yield* ratioRows(what('Grad-CAM run ÷ bare forward'), times.gradcam, times.forward, bound)
  if (peer) {
    const against = await interleavedFor(SECONDS, { gradcam, hooks: () => peer.time(name, batch, 'hooks'), tail: () => peer.time(name, batch, 'tail') })
    yield* ratioRows(what("÷ PyTorch's hooks and full backward"), against.gradcam, against.hooks, 0.25)
    yield* ratioRows(what('÷ PyTorch with a tail-only backward'), against.gradcam, against.tail, 0.5)
  }
  await classifier.close()
}

/** Fifty steps from black with the convergence delta, against a loop of batches in PyTorch. */
export async function* compareIntegratedGradients({ name, file, peer }: Compared): AsyncGenerator<BenchRow> {
  const { analysis, classifier } = await opened(file)
  const { channels, height, width } = analysis.inputSize
  const random = uniform(7)
  const image = Float32Array.from({ length: channels * height * width }, () => random() * 2 - 1)
  const own = () => timed(() => integratedGradients.map(modelRuns(classifier, image, null, { index: 0 }, new AbortController().signal), { steps: STEPS, baseline: 'black' }))
  const works: Record<string, () => Promise<number>> = peer ? { own, torch: () => peer.time(name, 1, 'ig') } : { own }
  const times = await interleavedFor(SECONDS, works)
  await classifier.close()
  yield { what: `${name}: integrated gradients, ${STEPS} steps`, value: times.own.median, unit: 'ms' }
  if (peer) yield* ratioRows(`${name}: integrated gradients ÷ PyTorch's loop`, times.own, times.torch, 0.7)
}

/** From the bytes of the file to those of the instrumented model, shapes and layers learnt anew, against a session of the untouched model. */
export async function* compareInstrumenting({ name, file }: Compared): AsyncGenerator<BenchRow> {
  const { bytes } = await readModelFile(file)
  const times = await interleavedFor(SECONDS, {
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
  yield* ratioRows(`${name}, ${Math.round(bytes.length / 1e6)} MB: instrumenting ÷ making its bare session`, times.instrumented, times.bare, 1.5)
}

/** Peak memory of a process that computes integrated gradients once. */
export async function* compareMemory({ name, file }: Compared): AsyncGenerator<BenchRow> {
  const script = fileURLToPath(new URL('processes/ig-memory.ts', import.meta.url))
  const [few, many] = [20, 200].map((steps) => Number(execFileSync(process.execPath, [script, file, String(steps)], { encoding: 'utf8' })))
  yield { what: `${name}: peak memory of integrated gradients, 200 steps`, value: many / 2 ** 20, unit: 'MiB' }
  yield { what: `${name}: peak memory at 200 steps ÷ at 20`, value: many / few, unit: '×', goal: 1.05 }
}
