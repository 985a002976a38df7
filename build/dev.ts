import { createServer } from 'vite'
import { createService } from '../src-main/service/service.ts'
import { startBrowserShell } from '../src-main/server/browser-shell.ts'
import { serverOptions } from '../src-main/server/options.ts'
import { browserPlatform } from '../src-main/server/platform.ts'
import { electronIsHere, whyNoDesktop } from './electron.ts'
import { run } from './programs.ts'

/**
 * `npm run dev`: the page with hot reload, in Electron where it is installed and can run, else in the browser shell (there
 * without the page's Content-Security-Policy, which hot reload cannot keep). A change of src-main needs a restart.
 */
if (electronIsHere() && (await whyNoDesktop()) === null) {
  process.exitCode = await run('electron-vite', ['dev'])
} else {
  const options = serverOptions(process.argv.slice(2))
  const { default: config } = await import('../electron.vite.config.ts')
  const vite = await createServer({ ...(config as { renderer: object }).renderer, configFile: false, server: { middlewareMode: true } })
  const service = createService(browserPlatform(options))
  const shell = await startBrowserShell({ service, page: vite.middlewares, port: options.port })
  console.log(`RightReason: ${shell.newAddress()}`)
  const end = () => void Promise.allSettled([vite.close(), shell.close().then(() => service.close())]).then(() => process.exit(0))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
}
