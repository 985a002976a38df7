import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ReviewError, errorRecord } from '../contract/errors.ts'
import { createService } from '../service/service.ts'
import { programFolder } from '../service/shell/places.ts'
import { startBrowserShell } from './browser-shell.ts'
import { openBrowser } from './open-browser.ts'
import { serverOptions } from './options.ts'
import { browserPlatform } from './platform.ts'

/** how long connections and a run may take to end before the program ends without them */
const END_MS = 5_000

/**
 * The browser shell as a program of its own: prints one address on standard output and serves until SIGINT, SIGTERM or, where
 * a parent started it with a channel, until that parent is gone.
 */
async function main() {
  const options = serverOptions(process.argv.slice(2))
  const page = resolve(options.static ?? join(programFolder(), 'out', 'renderer'))
  if (!existsSync(join(page, 'index.html'))) throw new ReviewError('file-not-found', `There is no built page in ${page}. Run 'npm run build' first.`)
  const service = createService(browserPlatform(options))
  const shell = await startBrowserShell({ service, page, port: options.port })

  const address = shell.newAddress()
  console.log(`RightReason: ${address}`)
  if (process.stdin.isTTY) {
    console.error('The address works once. Enter prints a new one, Ctrl+C ends the program.')
    process.stdin.on('data', () => console.log(`RightReason: ${shell.newAddress()}`)).unref()
  }

  let ending = false
  const end = () => {
    if (ending) process.exit(130)
    ending = true
    setTimeout(() => process.exit(1), END_MS).unref()
    void shell.close().then(() => service.close()).then(() => process.exit(0), () => process.exit(1))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  process.on('disconnect', end)
  if (options.open) await openBrowser(address)
}

main().catch((thrown: unknown) => {
  console.error(errorRecord(thrown).message)
  process.exit(1)
})
