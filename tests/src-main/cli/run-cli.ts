import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url))

export interface CliRun { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** The command line in a process of its own. `interrupt`: SIGINT as soon as this stands on standard error. */
export function runCli(args: readonly string[], { interrupt }: { interrupt?: string } = {}): Promise<CliRun> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  let interrupted = false
  child.stdout.on('data', (chunk) => { stdout += String(chunk) })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
    if (interrupt === undefined || interrupted || !stderr.includes(interrupt)) return
    interrupted = true
    child.kill('SIGINT')
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}
