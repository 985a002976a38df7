import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyseFile, readModelFile } from '../../src-main/model/inspect.ts'
import { RuntimeSession } from '../../src-main/model/runtime.ts'
import { sharedData } from '../fixtures/shared-data.ts'
import { median, timed, type BenchReport, type BenchRow } from './measure.ts'

const THREADS = 2
const BATCH = 8
const ROUNDS = 3
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

function analyze(model: string, studies: string, preset: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'right-reason-bench-'))
  return timed(() => new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [at('src-main/cli/main.ts'), 'analyze', '--model', model, '--studies', studies, ...preset, '--provider', 'cpu', '--project', join(folder, 'bench.rightreason')], { stdio: 'ignore', env: { ...process.env, RIGHT_REASON_THREADS: String(THREADS) } })
    child.once('exit', (code) => code === 0 ? resolve() : reject(new Error(`analyze ended with ${code}`)))
  })).finally(() => rmSync(folder, { recursive: true, force: true }))
}

/** Images a second that the untouched model does in batches, its input ready in memory. */
async function bareRate(file: string): Promise<number> {
  const model = await readModelFile(file)
  const analysis = await analyseFile(model, null)
  const session = await RuntimeSession.create(model.bytes, { provider: 'cpu', threads: THREADS })
  const { channels, height, width } = analysis.inputSize
  const feed = { [analysis.inputs[0].name]: { data: new Float32Array(BATCH * channels * height * width), dims: [BATCH, channels, height, width] } }
  const run = () => session.run(feed, [analysis.outputs[0].name])
  await run()
  const times = []
  for (let i = 0; i < 15; i++) times.push(await timed(run))
  await session.release()
  return BATCH / (median(times) / 1000)
}

/** `right-reason analyze` as a user runs it: start, import, decoding, preparing, Grad-CAM and storing included. */
export async function bench(): Promise<BenchReport> {
  const rows: BenchRow[] = []
  const sets = [{ name: 'demo', model: at('resources/demo/demo-cnn.onnx'), studies: at('resources/demo/studies'), preset: [] as string[] }]
  if (sharedData) sets.push({ name: 'kermany on cxr-nih', model: join(sharedData, 'models', 'kermany_pneumonia_mobilenetv2.onnx'), studies: join(sharedData, 'cxr-nih'), preset: ['--profile', 'keras'] })
  for (const { name, model, studies, preset } of sets) {
    const count = readdirSync(studies).filter((file) => file.endsWith('.dcm')).length
    const times: number[] = []
    const bare: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      bare.push(await bareRate(model))
      times.push(await analyze(model, studies, preset))
    }
    const rate = count / (median(times) / 1000)
    rows.push({ what: `${name}: studies a second, the whole command on ${count} studies`, value: rate, unit: '1/s' })
    rows.push({ what: `${name}: images a second, bare forward in batches of ${BATCH}`, value: median(bare), unit: '1/s' })
    rows.push({ what: `${name}: analyze ÷ bare forward`, value: rate / median(bare), unit: '×' })
  }
  return { name: `analyze, CPU, ${THREADS} threads, medians of ${ROUNDS}`, rows }
}
