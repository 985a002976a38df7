import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'

/** The browser shell beside this program: a file of the bundle, or of the sources. */
const SERVER = ['./server.js', '../server.js', '../../server/main.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(path))

/** `right-reason serve`: the browser shell, as the program of its own that it is. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the window to a browser on this machine, or through a forwarded port')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes any free one', '0')
    .option('--config <folder>', 'settings and the list of recent projects')
    .option('--projects <folder>', 'where new projects are kept')
    .option('--static <folder>', 'the built page, where it is not the one of this program')
    .option('--no-open', 'do not open a browser')
    .action(async ({ open, ...options }: { open: boolean; port: string; config?: string; projects?: string; static?: string }) => {
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
      process.exitCode = await new Promise<number>((resolve, reject) => {
        const server = spawn(process.execPath, [SERVER!, ...args, ...(open ? [] : ['--no-open'])], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
        // Ctrl+C in a terminal reaches it by itself; the channel tells it when this process is gone
        process.on('SIGINT', () => {})
        for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal))
        server.once('error', reject)
        server.once('exit', (code) => resolve(code ?? 1))
      })
    })
}
