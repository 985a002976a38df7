import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A path below the repository's root. */
export const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** The programs that the scripts start, run by the Node at hand and not by what a shebang finds. */
export const PROGRAMS = {
  'electron-vite': at('node_modules/electron-vite/bin/electron-vite.js'),
  electron: at('node_modules/electron/cli.js'),
  'install-electron': at('node_modules/electron/install.js'),
  eslint: at('node_modules/eslint/bin/eslint.js'),
  playwright: at('node_modules/@playwright/test/cli.js'),
  tsc: at('node_modules/typescript/bin/tsc'),
  vitest: at('node_modules/vitest/vitest.mjs'),
  'vue-tsc': at('node_modules/vue-tsc/bin/vue-tsc.js'),
} as const

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** standard output of the program onto standard error of this one */
  readonly quiet?: boolean
  readonly timeoutMs?: number
}

/**
 * Runs a program or a file in the repository's root and gives its exit code. Ctrl+C goes to it by itself, so this process waits
 * for its end; SIGTERM and SIGHUP are handed on. The channel lets it notice when this process is gone.
 */
export function run(program: keyof typeof PROGRAMS | (string & {}), args: readonly string[] = [], { env, quiet = false, timeoutMs }: RunOptions = {}): Promise<number> {
  const file = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program as keyof typeof PROGRAMS] : program
  const child = spawn(process.execPath, [file, ...args], { cwd: at('.'), env: { ...process.env, ...env }, stdio: ['inherit', quiet ? 2 : 'inherit', 'inherit', 'ipc'], timeout: timeoutMs })
  const hold = () => {}
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', hold)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, pass)
  return new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code, signal) => {
      process.off('SIGINT', hold)
      for (const name of ['SIGTERM', 'SIGHUP'] as const) process.off(name, pass)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143))
    })
  })
}
