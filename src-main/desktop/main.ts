import { app, BrowserWindow, dialog, session } from 'electron'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { errorRecord } from '../contract/errors.ts'
import { createService } from '../service/service.ts'
import { places, programFolder } from '../service/shell/places.ts'
import { answerCalls } from './calls.ts'
import { utilityHost } from './compute-host.ts'
import { pick } from './dialogs.ts'
import { guardContents, guardSession } from './guard.ts'
import { setMenu } from './menu.ts'
import { registerScheme, servePage } from './protocol.ts'
import { openWindow } from './window.ts'

/** The desktop shell. `--config DIR` and `--projects DIR` as in the browser shell; Chromium's own options pass. */
const { values: told } = parseArgs({ args: process.argv.slice(1), options: { config: { type: 'string' }, projects: { type: 'string' } }, strict: false })
const text = (value: unknown) => typeof value === 'string' ? value : undefined
const { config, projects } = { config: text(told.config), projects: text(told.projects) }

registerScheme()
app.enableSandbox()
app.commandLine.appendSwitch('disable-background-networking')
if (config) app.setPath('userData', join(config, 'chromium'))
app.on('web-contents-created', (_event, contents) => guardContents(contents))

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start).catch((thrown: unknown) => {
    dialog.showErrorBox('RightReason could not start', errorRecord(thrown).message)
    app.exit(1)
  })
} else {
  app.quit()
}

function start(): void {
  const out = join(programFolder(), 'out')
  const devTools = !app.isPackaged
  const where = places({ config, projects })
  const service = createService({
    shell: 'desktop',
    computeHost: utilityHost(join(out, 'main', 'compute.js')),
    pick: (what, suggested) => pick(BrowserWindow.getFocusedWindow(), what, suggested),
    ...where,
  })
  guardSession(session.defaultSession)
  servePage(service, join(out, 'renderer'))
  answerCalls(service)
  setMenu({ platform: process.platform, devTools })

  const open = () => openWindow({ preload: join(out, 'preload', 'preload.cjs'), configFolder: where.configFolder, devTools })
  open()
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())

  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void service.close().finally(() => {
      closed = true
      app.quit()
    })
  })
}
