import { BrowserWindow, screen } from 'electron'
import { join } from 'node:path'
import { DEVELOPMENT_URL, ORIGIN } from './origin.ts'
import { readWindowState, writeWindowState } from './window-bounds.ts'

/** the ground of the dark theme: no white flash before the first frame */
const GROUND = '#161616'

/** Opens the one window where the last one was. The page has no Node, no Electron and a process in the sandbox. */
export function openWindow({ preload, configFolder, devTools }: { preload: string; configFolder: string; devTools: boolean }): BrowserWindow {
  const file = join(configFolder, 'window.json')
  const last = readWindowState(file, screen.getAllDisplays().map(({ workArea }) => workArea))
  const window = new BrowserWindow({
    ...(last?.bounds ?? { width: 1600, height: 950 }),
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'RightReason',
    backgroundColor: GROUND,
    autoHideMenuBar: true,
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInSubFrames: false, webviewTag: false, webSecurity: true, spellcheck: false, devTools },
  })
  if (last?.isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeWindowState(file, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() }))
  void window.loadURL(DEVELOPMENT_URL ?? `${ORIGIN}/`)
  return window
}
