import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'
const SCRIPT = fileURLToPath(new URL('../reference/speed/peer.py', import.meta.url))
const EXPORT = fileURLToPath(new URL('../reference/autodiff/export.py', import.meta.url))

export type TorchWork = 'forward' | 'hooks' | 'tail' | 'ig'
export interface TorchPeer {
  readonly version: string
  /** ms that PyTorch took */
  time(network: string, batch: number, what: TorchWork): Promise<number>
  close(): void
}

/** PyTorch in a process of its own, asked for one measurement at a time; null where it is not installed. */
export async function torchPeer(): Promise<TorchPeer | null> {
  if (spawnSync(PYTHON, ['-c', 'import torch, torchvision, onnx']).status !== 0) return null
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('PyTorch ended')
    return JSON.parse(value as string) as { torch: string; ms: number }
  }
  const { torch } = await answer()
  return {
    version: torch,
    async time(network, batch, what) {
      child.stdin.write(`${JSON.stringify({ network, batch, what })}\n`)
      return (await answer()).ms
    },
    close: () => { child.stdin.end() },
  }
}

/** Exports a network of the zoo with its seeded weights into a folder. */
export function exportNetwork(name: string, folder: string): void {
  const run = spawnSync(PYTHON, [EXPORT, name, folder], { encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  if (run.status !== 0) throw new Error(`Exporting ${name}: ${run.stderr.trim().split('\n').at(-1)}`)
}
