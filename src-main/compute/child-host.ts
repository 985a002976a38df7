import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ComputeHost, ComputeProgram } from './types.ts'

const DEBUG = process.env.RIGHT_REASON_DEBUG !== undefined

/** Beside this source; in a bundle beside the programs, or one folder above the shared chunks. */
export function defaultProcessUrl(own: string = import.meta.url): URL {
  if (own.endsWith('.ts')) return new URL('process.ts', own)
  return new URL(new URL('.', own).pathname.endsWith('/chunks/') ? '../compute.js' : 'compute.js', own)
}

/** What each program is called beside its fellow: as a source, and in a bundle. */
const FILES: Readonly<Record<Exclude<ComputeProgram, 'compute'>, { readonly source: string; readonly bundle: string }>> = { patterns: { source: 'patterns-process.ts', bundle: 'patterns.js' } }

function beside(url: URL, program: ComputeProgram): URL {
  if (program === 'compute') return url
  const { source, bundle } = FILES[program]
  return new URL(url.pathname.endsWith('.ts') ? source : bundle, url)
}

/**
 * Starts the compute process as a child of Node's. Native libraries write to standard error what no user needs to see:
 * it is shown with RIGHT_REASON_DEBUG set. The child ends when this process does.
 */
export function childHost(url: URL = defaultProcessUrl()): ComputeHost {
  return {
    start(program = 'compute') {
      const child = fork(fileURLToPath(beside(url, program)), [], {
        serialization: 'advanced',
        execArgv: [],
        stdio: ['ignore', 'ignore', DEBUG ? 'inherit' : 'ignore', 'ipc'],
      })
      return {
        pid: child.pid,
        // After an exit there is nobody to send to; the exit itself is reported.
        send: (message) => void child.send(message as object, () => {}),
        onMessage: (listener) => void child.on('message', listener),
        onExit: (listener) => {
          let hasEnded = false
          const once = (code: number | null, signal: string | null): void => {
            if (hasEnded) return
            hasEnded = true
            listener(code, signal)
          }
          child.on('exit', once)
          child.on('error', () => once(null, null))
        },
        kill: () => void child.kill('SIGKILL'),
      }
    },
  }
}
