/**
 * The whole zoo by one command: `node tests/reference/autodiff/zoo.ts [name …] [--keep] [--markdown FILE]`.
 *
 * For each network: PyTorch exports it and writes its float64 numbers (export.py, needs Debian's python3-torch and
 * python3-torchvision; PYTHON says which interpreter), the graph is differentiated here, ONNX Runtime runs it, and a row of the table says how
 * far gradients are from the reference at the default layer, at an early layer and at the input, relative to the largest value.
 * The instrumented model is checked by the onnx package (check.py). Files go to .cache/zoo and are deleted after use unless --keep is given.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyseModel, instrument, type InstrumentedModel, type Layer, type ModelAnalysis } from '../../../src-main/model/instrument.ts'
import { asImage, loadReference, referenceFeeds, relativeError, type Reference, type ReferenceArray } from '../../fixtures/onnx/reference.ts'
import { openSession, runProbe, type Feed } from '../../fixtures/onnx/runtime.ts'

const HERE = dirname(fileURLToPath(import.meta.url))
const CACHE = process.env.RIGHT_REASON_ZOO ?? join(HERE, '.cache', 'zoo')
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'

/** Both sides agree on what is the same activation if it differs by less than this, relative to its largest value. */
const SAME_ACTIVATION = 2e-3
const SAME_ACTIVATION_HALF = 5e-2

interface Row { readonly name: string; readonly exporter: string; readonly opset: number; readonly nodes: number; readonly ms: number; readonly layer: string; readonly logits: string; readonly default: string; readonly early: string; readonly input: string; readonly exact: string; readonly checked: string; readonly problem?: string }

function python(script: string, ...args: string[]): string {
  const run = spawnSync(PYTHON, [join(HERE, script), ...args], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${script} ${args.join(' ')}: ${run.stderr.trim().split('\n').slice(-3).join(' | ')}`)
  return run.stdout
}

async function measure(name: string): Promise<Row> {
  const { reference, array } = loadReference(CACHE, name)
  const bytes = readFileSync(join(CACHE, `${name}.onnx`))
  const [input, classes, logits] = [array('input')!, array('classes')!, array('logits')!]
  const size = { height: input.dims[2], width: input.dims[3] }
  const options = { runProbe, inputSize: size, externalData: (location: string) => readFileSync(join(CACHE, location)) }
  const analysis = await analyseModel(bytes, options)
  const base = { name, exporter: reference.exporter, opset: analysis.opset, nodes: analysis.nodeCount, layer: analysis.defaultLayer ?? '–' }
  const missing = analysis.operatorsWithoutGradient.map(({ op, node }) => `${op} (${node})`).join(', ')
  if (!analysis.defaultLayer) throw new Error('no default layer')
  const ms = await fastestOfThree(bytes, (copy) => instrument(copy, { ...options, layers: [analysis.defaultLayer!] }))
  const early = await findEarly(bytes, options, analysis.layers, array('early.activation'), (inputName, seedName) => referenceFeeds(reference, input, classes, analysis.classes, inputName, seedName))
  const layers = [...new Set([analysis.defaultLayer, ...(early ? [early] : [])])]
  const instrumented = await instrument(bytes, { ...options, layers, inputGradient: true })
  writeFileSync(join(CACHE, `${name}.instrumented.onnx`), instrumented.bytes)
  const session = await openSession(instrumented.bytes, { threads: 2 })
  const found = await session.run(referenceFeeds(reference, input, classes, analysis.classes, instrumented.inputName, instrumented.seedName))
  await session.release()
  const { names } = instrumented
  const same = reference.options.float16 ? SAME_ACTIVATION_HALF : SAME_ACTIVATION
  const compare = (label: 'default' | 'early', layerName: string | null): string => {
    const [activation, gradient] = [array(`${label}.activation`), array(`${label}.gradient`)]
    const layer = analysis.layers.find((candidate) => candidate.name === layerName)
    if (!activation || !gradient) return '–'
    if (!layer || !layerName) return 'layer not found'
    const [wantedActivation, wantedGradient] = [asImage(activation, layer), asImage(gradient, layer)]
    if (!wantedActivation || !wantedGradient || relativeError(found[names.activations[layerName]], wantedActivation) > same) return 'another layer'
    return withOwn(relativeError(found[names.gradients[layerName]], wantedGradient), reference.float32Error[`${label}.gradient`])
  }
  python('check.py', join(CACHE, `${name}.instrumented.onnx`))
  const exact = gradientsInDouble(name, reference, classes, analysis, instrumented)
  const expectedActivation = reference.options.activation ?? null
  const problem = [missing && `no gradient: ${missing}`, expectedActivation && analysis.scoreIsBeforeActivation !== expectedActivation && `the final ${expectedActivation} was not found`].filter(Boolean).join('; ')
  return {
    ...base,
    ms,
    logits: relativeError(found[names.scores], logits).toExponential(1),
    default: compare('default', analysis.defaultLayer),
    early: compare('early', early),
    input: withOwn(relativeError(found[names.inputGradient!], array('input.gradient')!), reference.float32Error['input.gradient']),
    exact,
    checked: 'yes',
    ...(problem && { problem }),
  }
}

/** From the file's bytes to the instrumented file, probes included: each run gets a copy, for what is learnt of the same bytes is kept. */
async function fastestOfThree(bytes: Uint8Array, run: (copy: Uint8Array) => Promise<unknown>): Promise<number> {
  let fastest = Infinity
  for (let i = 0; i < 3; i++) {
    const copy = Uint8Array.from(bytes)
    const started = performance.now()
    await run(copy)
    fastest = Math.min(fastest, performance.now() - started)
  }
  return fastest
}

/** The largest error of any of the gradients when the instrumented graph and PyTorch's autograd on it are both evaluated in float64 (evaluate.py). */
function gradientsInDouble(name: string, reference: Reference, classes: ReferenceArray, analysis: ModelAnalysis, instrumented: InstrumentedModel): string {
  if (reference.options.float16) return '–'
  const { names } = instrumented
  const shape = reference.arrays.find((entry) => entry.name === 'input')!.shape
  const files = join(CACHE, `${name}.evaluate.json`)
  writeFileSync(files, JSON.stringify({
    input: instrumented.inputName, seed: instrumented.seedName, scores: names.scores, shape, images: join(CACHE, `${name}.bin`),
    seeds: Array.from(classes.data, (chosen) => Array.from({ length: analysis.classes }, (_, i) => Number(i === chosen))),
    gradients: { ...names.gradients, [instrumented.inputName]: names.inputGradient },
    channelsLast: analysis.layers.filter(({ order }) => order === 'NHWC').map((layer) => layer.name),
  }))
  const errors = JSON.parse(python('evaluate.py', join(CACHE, `${name}.instrumented.onnx`), files)) as Record<string, number>
  rmSync(files)
  return Math.max(...Object.values(errors)).toExponential(1)
}

/** The error here, and in brackets that of PyTorch's own float32. */
function withOwn(error: number, own: number): string {
  return `${error.toExponential(1)} (${own.toExponential(1)})`
}

/** The layer whose activation is the reference's: exporters name tensors as they like, values do not lie. */
async function findEarly(bytes: Uint8Array, options: Parameters<typeof analyseModel>[1], layers: readonly Layer[], wanted: ReferenceArray | null, feed: (inputName: string, seedName: string) => Record<string, Feed>): Promise<string | null> {
  if (!wanted) return null
  const candidates = layers.filter((layer) => asImage(wanted, layer) !== null)
  if (candidates.length === 0) return null
  const instrumented = await instrument(bytes, { ...options, layers: candidates.map(({ name }) => name) })
  const session = await openSession(instrumented.bytes, { threads: 2 })
  const found = await session.run(feed(instrumented.inputName, instrumented.seedName))
  await session.release()
  const errors = candidates.map((layer) => relativeError(found[instrumented.names.activations[layer.name]], asImage(wanted, layer)!))
  return candidates[errors.indexOf(Math.min(...errors))].name
}

function print(rows: readonly Row[]): string {
  const head = '| architecture | exported by | opset | nodes | instrumented in ms | logits | default layer | early layer | input | same graph in float64 | onnx checker | default layer is |\n|---|---|---|---|---|---|---|---|---|---|---|---|'
  const lines = rows.map((row) => `| ${row.name} | ${row.exporter} | ${row.opset} | ${row.nodes} | ${row.ms.toFixed(0)} | ${row.logits} | ${row.default} | ${row.early} | ${row.input} | ${row.exact} | ${row.checked} | ${row.problem ? `**${row.problem}** ` : ''}${row.layer} |`)
  return [head, ...lines].join('\n')
}

async function main(args: readonly string[]): Promise<void> {
  const keep = args.includes('--keep')
  const markdown = args.includes('--markdown') ? args[args.indexOf('--markdown') + 1] : null
  const named = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--markdown')
  const listed = spawnSync(PYTHON, ['-c', 'from networks import ZOO; print(" ".join(ZOO))'], { cwd: HERE, encoding: 'utf8' })
  if (listed.status !== 0) throw new Error(`The zoo needs Python with torch 1.13 and torchvision 0.14 (Debian: python3-torch, python3-torchvision): ${listed.stderr.trim().split('\n').at(-1)}`)
  const names = named.length > 0 ? named : listed.stdout.trim().split(' ')
  mkdirSync(CACHE, { recursive: true })
  const rows: Row[] = []
  for (const name of names) {
    try {
      if (!existsSync(join(CACHE, `${name}.json`))) python('export.py', name, CACHE)
      rows.push(await measure(name))
    } catch (error) {
      rows.push({ name, exporter: '', opset: 0, nodes: 0, ms: 0, layer: '', logits: '', default: '', early: '', input: '', exact: '', checked: '', problem: error instanceof Error ? error.message.slice(0, 400) : String(error) })
    }
    console.log(print(rows.slice(-1)).split('\n').at(-1))
    if (!keep) for (const ending of ['onnx', 'bin', 'json', 'weights']) rmSync(join(CACHE, `${name}.${ending}`), { force: true })
    rmSync(join(CACHE, `${name}.instrumented.onnx`), { force: true })
  }
  console.log(`\n${print(rows)}`)
  if (markdown) writeFileSync(markdown, `${print(rows)}\n`)
  process.exitCode = rows.some(({ problem }) => problem) ? 1 : 0
}

await main(process.argv.slice(2))
