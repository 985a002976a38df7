import { buildIfChanged } from './sources.ts'
import { whyNoDesktop } from './electron.ts'
import { at, run } from './programs.ts'

/** what a program ends with that finds no shared library, or that the system will not run */
const CANNOT_RUN = new Set([126, 127])

/**
 * `npm start`: the desktop shell where it can be had, otherwise one line why and the browser shell.
 * `npm start -- --browser` chooses the browser shell; other options are the shell's (docs/cli.md, serve).
 */
async function start(args: readonly string[]): Promise<number> {
  const built = await buildIfChanged()
  if (built !== 0) return built
  const rest = args.filter((arg) => arg !== '--browser')
  const why = args.includes('--browser') ? 'as asked' : await whyNoDesktop()
  if (why === null) {
    const code = await run('electron', [at('.'), ...rest])
    if (!CANNOT_RUN.has(code)) return code
  }
  console.error(`Serving the browser shell in place of the desktop window: ${why ?? "Electron's program does not run on this system"}.`)
  return run(at('out/main/server.js'), rest)
}

process.exitCode = await start(process.argv.slice(2))
