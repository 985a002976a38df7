/**
 * Damaged models in any number: `node tests/reference/autodiff/fuzz.ts FIRST COUNT [MODEL.onnx …]`, by default the small networks that are committed.
 *
 * Each mutant (tests/fixtures/onnx/mutate.ts) is analysed, instrumented and run at its default layer and with the gradient at its input; it must run or
 * be refused with a ReviewError. Mutants run in a process of their own, which is started again behind one that ends it. Prints how many came to what,
 * and each that ended the process, took longer than 10 s or threw something else.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { filledProfile, guessProfile } from '../../../src-main/model/guess-profile.ts'
import { analyseModel } from '../../../src-main/model/instrument.ts'
import { runProbe } from '../../../src-main/model/runtime.ts'
import { mutant } from '../../fixtures/onnx/mutate.ts'

const SLOW_MS = 10_000
const MOST_VALUES = 1e6
/** Mutants of one process. */
const AT_ONCE = 200

async function tried(bytes: Uint8Array): Promise<string> {
  let classifier: Classifier | null = null
  try {
    const analysis = await analyseModel(bytes, { runProbe })
    classifier = new Classifier({ bytes, analysis, profile: filledProfile(guessProfile(analysis), analysis), provider: 'cpu' })
    await classifier.prepare()
    const { channels, height, width } = analysis.inputSize
    if (channels * height * width > MOST_VALUES) return 'valid, too large to run here'
    const rows = [{ input: new Float32Array(channels * height * width).fill(0.3), seed: null }]
    await classifier.run(rows, { layer: classifier.everydayLayer })
    await classifier.run(rows, { layer: null, inputGradient: true })
    return 'valid'
  } catch (thrown) {
    return thrown instanceof ReviewError ? thrown.code : `THREW ${thrown instanceof Error ? thrown.stack?.split('\n').slice(0, 3).join(' | ') : String(thrown)}`
  } finally {
    await classifier?.close()
  }
}

async function runFrom(first: number, end: number, files: readonly string[]): Promise<void> {
  for (let seed = first; seed < end; seed++) {
    const file = files[seed % files.length]
    writeSync(1, `${seed}\t`)
    const started = performance.now()
    const outcome = await tried(mutant(readFileSync(file), seed))
    writeSync(1, `${outcome}${performance.now() - started > SLOW_MS ? ' (SLOW)' : ''}\n`)
  }
}

function supervise(first: number, count: number, files: readonly string[]): void {
  const outcomes = new Map<string, number>()
  const end = first + count
  for (let next = first; next < end;) {
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--from', String(next), String(Math.min(end, next + AT_ONCE)), ...files], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 600_000, maxBuffer: 1 << 26 })
    for (const line of child.stdout.split('\n').filter(Boolean)) {
      const [seed, found] = line.split('\t')
      const outcome = found || `ENDED (${child.signal ?? child.status})`
      next = Number(seed) + 1
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      if (/^(THREW|ENDED)|SLOW/.test(outcome)) console.log(`mutant ${seed} of ${basename(files[Number(seed) % files.length])}: ${outcome}`)
    }
    if (child.stdout === '') throw new Error(`Nothing ran from mutant ${next} on.`)
  }
  console.log(`${count} mutants from ${first}: ${[...outcomes].sort((a, b) => b[1] - a[1]).map(([outcome, times]) => `${outcome.slice(0, 60)} ${times}`).join(', ')}`)
}

const networks = fileURLToPath(new URL('../../fixtures/onnx/networks', import.meta.url))
const [first, count, ...files] = process.argv.slice(2)
if (first === '--from') await runFrom(Number(count), Number(files[0]), files.slice(1))
else supervise(Number(first), Number(count), files.length > 0 ? files : readdirSync(networks).filter((name) => name.endsWith('.onnx')).map((name) => join(networks, name)))
