import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedData } from '../fixtures/shared-data.ts'
import { compareInstrumenting, compareIntegratedGradients, compareMemory, compareRuns, THREADS, type Compared } from './attribution-parts.ts'
import type { BenchReport, BenchRow } from './measure.ts'
import { exportNetwork, torchPeer, type TorchPeer } from './torch-peer.ts'

const CACHE = fileURLToPath(new URL('.cache', import.meta.url))

/** What the goals of speed are about; `file` is exported by PyTorch where it is not there yet. */
interface Network { readonly name: string; readonly file: string; readonly bound: number; readonly isExported: boolean; readonly isLarge?: boolean }

const exported = (name: string, bound: number, isLarge = false): Network => ({ name, file: join(CACHE, `${name}.onnx`), bound, isExported: true, isLarge })
const shipped = (name: string, file: string): Network => ({ name, file, bound: 1.1, isExported: false })

const NETWORKS: readonly Network[] = [
  shipped('demo-cnn', fileURLToPath(new URL('../../resources/demo/demo-cnn.onnx', import.meta.url))),
  ...(sharedData ? ['kermany_pneumonia_mobilenetv2', 'tm_covid_mobilenetv2'].map((name) => shipped(name, join(sharedData!, 'models', `${name}.onnx`))) : []),
  exported('resnet50', 1.05, true), exported('densenet121', 1.05), exported('efficientnet_b0', 1.1),
]

/** Each is a name that chooses it on the command line. */
const WORKS: Readonly<Record<string, { readonly fits: (network: Network) => boolean; readonly run: (compared: Compared) => AsyncGenerator<BenchRow> }>> = {
  batch1: { fits: () => true, run: (compared) => compareRuns(compared, 1) },
  batch8: { fits: () => true, run: (compared) => compareRuns(compared, 8) },
  ig: { fits: ({ isExported }) => isExported, run: compareIntegratedGradients },
  instrumenting: { fits: ({ isLarge }) => isLarge === true, run: compareInstrumenting },
  memory: { fits: ({ isLarge }) => isLarge === true, run: compareMemory },
}

/**
 * Scores, activations, gradients and the finished map in one run, against the untouched model in a session of the same settings, and against PyTorch.
 * `parts`: names of networks and of works (batch1, batch8, ig, instrumenting, memory); without a name of either kind, all of it.
 */
export async function bench(parts: readonly string[], onRow: (row: BenchRow) => void): Promise<BenchReport> {
  const known = [...NETWORKS.map(({ name }) => name), ...Object.keys(WORKS)]
  const unknown = parts.filter((part) => !known.includes(part))
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; there are ${known.join(', ')}.`)
  const chosen = <T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] => all.some((one) => parts.includes(nameOf(one))) ? all.filter((one) => parts.includes(nameOf(one))) : all
  process.env.RIGHT_REASON_THREADS = String(THREADS)
  const rows: BenchRow[] = []
  const peer = await torchPeer()
  try {
    for (const network of chosen(NETWORKS, ({ name }) => name))
      for (const [, { fits, run }] of chosen(Object.entries(WORKS), ([name]) => name)) {
        if (!fits(network) || !isThere(network, peer)) continue
        for await (const row of run({ ...network, peer: network.isExported ? peer : null })) {
          rows.push(row)
          onRow(row)
        }
      }
  } finally {
    peer?.close()
  }
  return { name: `Grad-CAM runs, CPU, ${THREADS} threads, interleaved${peer ? `, PyTorch ${peer.version}` : ''}`, rows }
}

function isThere({ name, file, isExported }: Network, peer: TorchPeer | null): boolean {
  if (!existsSync(file) && peer && isExported) exportNetwork(name, CACHE)
  if (existsSync(file)) return true
  console.log(`${name} is left out: PyTorch, which makes it, is not installed here (Debian: python3-torch python3-torchvision python3-onnx).`)
  return false
}
