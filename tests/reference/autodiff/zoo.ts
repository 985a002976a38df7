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
import { analyseModel, instrument, type Layer } from '../../../src-main/model/instrument.ts'
import { openSession, runProbe, type Feed, type Fetched } from '../../fixtures/onnx/runtime.ts'

const HERE = dirname(fileURLToPath(import.meta.url))
const CACHE = process.env.RIGHT_REASON_ZOO ?? join(HERE, '.cache', 'zoo')
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'

/** Both sides agree on what is the same activation if it differs by less than this, relative to its largest value. */
const SAME_ACTIVATION = 2e-3
const SAME_ACTIVATION_HALF = 5e-2

interface Entry { readonly name: string; readonly type: string; readonly shape: readonly number[]; readonly offset: number }
interface Reference { readonly name: string; readonly opset: number; readonly exporter: string; readonly arrays: readonly Entry[]; readonly float32Error: Readonly<Record<string, number>>; readonly options: { readonly float16?: boolean; readonly external?: boolean; readonly activation?: string } }
interface Found { readonly dims: readonly number[]; readonly data: Float64Array }
export interface Row { readonly name: string; readonly exporter: string; readonly opset: number; readonly nodes: number; readonly ms: number; readonly layer: string; readonly logits: string; readonly default: string; readonly early: string; readonly input: string; readonly checked: string; readonly problem?: string }

function python(script: string, ...args: string[]): void {
  const run = spawnSync(PYTHON, [join(HERE, script), ...args], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${script} ${args.join(' ')}: ${run.stderr.trim().split('\n').slice(-3).join(' | ')}`)
}

function load(name: string): { reference: Reference; array: (key: string) => Found | null } {
  const reference = JSON.parse(readFileSync(join(CACHE, `${name}.json`), 'utf8')) as Reference
  const bytes = readFileSync(join(CACHE, `${name}.bin`))
  const array = (key: string): Found | null => {
    const entry = reference.arrays.find((candidate) => candidate.name === key)
    if (!entry) return null
    const count = entry.shape.reduce((product, dim) => product * dim, 1)
    const width = Number(entry.type.slice(2))
    const data = Float64Array.from({ length: count }, (_, i) => (width === 4 ? bytes.readFloatLE(entry.offset + i * 4) : bytes.readDoubleLE(entry.offset + i * 8)))
    return { dims: entry.shape, data }
  }
  return { reference, array }
}

/** A layer's reference values as [N, channels, rows, columns], as instrumented models give them; null if it cannot be this layer. */
function asImage({ dims, data }: Found, layer: Layer): Found | null {
  const [rows, columns] = layer.grid
  const { channels, classTokens } = layer
  const images = dims[0]
  const wanted = [images, channels, rows, columns]
  if (dims.length === 4 && dims.every((dim, i) => dim === wanted[i])) return { dims, data }
  const lastAxis = dims.at(-1) === channels && dims.slice(1, -1).reduce((product, dim) => product * dim, 1) === rows * columns + (layer.kind === 'tokens' ? classTokens : 0)
  if (!lastAxis) return null
  const tokens = rows * columns + classTokens
  const image = new Float64Array(images * channels * rows * columns)
  for (let n = 0; n < images; n++) for (let c = 0; c < channels; c++) for (let i = 0; i < rows * columns; i++) image[(n * channels + c) * rows * columns + i] = data[(n * tokens + classTokens + i) * channels + c]
  return { dims: wanted, data: image }
}

/** The largest difference, relative to the largest reference value. */
function relativeError(found: Fetched, wanted: Found): number {
  let difference = 0
  let largest = 0
  for (let i = 0; i < wanted.data.length; i++) {
    difference = Math.max(difference, Math.abs(found.data[i] - wanted.data[i]))
    largest = Math.max(largest, Math.abs(wanted.data[i]))
  }
  return Number.isNaN(difference) || found.data.length !== wanted.data.length ? Infinity : difference / largest
}

function feeds(reference: Reference, input: Found, classes: Found, classCount: number, inputName: string, seedName: string): Record<string, Feed> {
  const images = input.dims[0]
  const seed = new Float64Array(images * classCount)
  for (let n = 0; n < images; n++) seed[n * classCount + classes.data[n]] = 1
  return {
    [inputName]: { type: reference.options.float16 ? 'float16' : 'float32', dims: input.dims, data: input.data },
    [seedName]: { type: 'float32', dims: [images, classCount], data: seed },
  }
}

async function measure(name: string): Promise<Row> {
  const { reference, array } = load(name)
  const bytes = readFileSync(join(CACHE, `${name}.onnx`))
  const [input, classes, logits] = [array('input')!, array('classes')!, array('logits')!]
  const size = { height: input.dims[2], width: input.dims[3] }
  const options = { runProbe, inputSize: size, externalData: (location: string) => readFileSync(join(CACHE, location)) }
  const analysis = await analyseModel(bytes, options)
  const base = { name, exporter: reference.exporter, opset: analysis.opset, nodes: analysis.nodeCount, layer: analysis.defaultLayer ?? '–' }
  const missing = analysis.operatorsWithoutGradient.map(({ op, node }) => `${op} (${node})`).join(', ')
  if (!analysis.defaultLayer) throw new Error('no default layer')
  const started = performance.now()
  await instrument(bytes, { ...options, layers: [analysis.defaultLayer] })
  const ms = performance.now() - started
  const early = await findEarly(bytes, options, analysis.layers, array('early.activation'), (inputName, seedName) => feeds(reference, input, classes, analysis.classes, inputName, seedName))
  const layers = [...new Set([analysis.defaultLayer, ...(early ? [early] : [])])]
  const instrumented = await instrument(bytes, { ...options, layers, inputGradient: true })
  writeFileSync(join(CACHE, `${name}.instrumented.onnx`), instrumented.bytes)
  const session = await openSession(instrumented.bytes, { threads: 2 })
  const found = await session.run(feeds(reference, input, classes, analysis.classes, instrumented.inputName, instrumented.seedName))
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
  const expectedActivation = reference.options.activation ?? null
  const problem = [missing && `no gradient: ${missing}`, expectedActivation && analysis.scoreIsBeforeActivation !== expectedActivation && `the final ${expectedActivation} was not found`].filter(Boolean).join('; ')
  return {
    ...base,
    ms,
    logits: relativeError(found[names.scores], logits).toExponential(1),
    default: compare('default', analysis.defaultLayer),
    early: compare('early', early),
    input: withOwn(relativeError(found[names.inputGradient!], array('input.gradient')!), reference.float32Error['input.gradient']),
    checked: 'yes',
    ...(problem && { problem }),
  }
}

/** The error here, and in brackets that of PyTorch's own float32. */
function withOwn(error: number, own: number): string {
  return `${error.toExponential(1)} (${own.toExponential(1)})`
}

/** The layer whose activation is the reference's: exporters name tensors as they like, values do not lie. */
async function findEarly(bytes: Uint8Array, options: Parameters<typeof analyseModel>[1], layers: readonly Layer[], wanted: Found | null, feed: (inputName: string, seedName: string) => Record<string, Feed>): Promise<string | null> {
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
  const head = '| architecture | exported by | opset | nodes | instrumented in ms | logits | default layer | early layer | input | onnx checker | default layer is |\n|---|---|---|---|---|---|---|---|---|---|---|'
  const lines = rows.map((row) => `| ${row.name} | ${row.exporter} | ${row.opset} | ${row.nodes} | ${row.ms.toFixed(0)} | ${row.logits} | ${row.default} | ${row.early} | ${row.input} | ${row.checked} | ${row.problem ? `**${row.problem}** ` : ''}${row.layer} |`)
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
      rows.push({ name, exporter: '', opset: 0, nodes: 0, ms: 0, layer: '', logits: '', default: '', early: '', input: '', checked: '', problem: error instanceof Error ? error.message.slice(0, 400) : String(error) })
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
