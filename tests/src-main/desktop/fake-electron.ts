import { EventEmitter } from 'node:events'
import { vi } from 'vitest'

type Handler = (...args: never[]) => unknown

/** As much of Electron as the desktop shell uses, remembering what it was told. */
export function fakeElectron() {
  const windows: FakeWindow[] = []
  class FakeContents extends EventEmitter {
    openHandler: Handler | null = null
    mainFrame = { url: 'app://right-reason/' }
    sent: [string, unknown][] = []
    setWindowOpenHandler(handler: Handler) { this.openHandler = handler }
    send(channel: string, message: unknown) { this.sent.push([channel, message]) }
    isDestroyed() { return false }
  }
  class FakeWindow extends EventEmitter {
    static getAllWindows = () => windows
    static getFocusedWindow = () => windows[0] ?? null
    webContents = new FakeContents()
    shown = false
    url = ''
    options: Record<string, unknown> & { webPreferences: Record<string, unknown> }
    constructor(options: FakeWindow['options']) {
      super()
      this.options = options
      windows.push(this)
    }
    show() { this.shown = true }
    maximize = vi.fn()
    restore = vi.fn()
    focus = vi.fn()
    isMinimized() { return true }
    isMaximized() { return false }
    getNormalBounds() { return { x: 10, y: 20, width: 1000, height: 700 } }
    async loadURL(url: string) { this.url = url }
  }
  const session = {
    permissionRequest: null as Handler | null, permissionCheck: null as Handler | null, devicePermission: null as Handler | null, beforeRequest: null as Handler | null,
    setPermissionRequestHandler(handler: Handler) { this.permissionRequest = handler },
    setPermissionCheckHandler(handler: Handler) { this.permissionCheck = handler },
    setDevicePermissionHandler(handler: Handler) { this.devicePermission = handler },
    setSpellCheckerEnabled: vi.fn(),
    webRequest: { onBeforeRequest: (handler: Handler) => { session.beforeRequest = handler } },
  }
  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    locked: true,
    enableSandbox: vi.fn(),
    commandLine: { appendSwitch: vi.fn() },
    setPath: vi.fn(),
    requestSingleInstanceLock: () => app.locked,
    whenReady: () => Promise.resolve(),
    quit: vi.fn(),
    exit: vi.fn(),
  })
  const contextBridge = { exposeInMainWorld: vi.fn() }
  const ipcRenderer = Object.assign(new EventEmitter(), { send: vi.fn() })
  const child = Object.assign(new EventEmitter(), { pid: 42, postMessage: vi.fn(), kill: vi.fn() })
  return {
    windows, FakeContents, session, child,
    module: {
      app, session: { defaultSession: session }, BrowserWindow: FakeWindow, ipcMain: new EventEmitter(), ipcRenderer, contextBridge, webUtils: { getPathForFile: vi.fn((file: { name: string }) => `/dropped/${file.name}`) },
      dialog: { showErrorBox: vi.fn(), showOpenDialog: vi.fn(), showSaveDialog: vi.fn() },
      protocol: { registerSchemesAsPrivileged: vi.fn(), handle: vi.fn() },
      net: { fetch: vi.fn() },
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      Menu: { buildFromTemplate: vi.fn((template: unknown) => template), setApplicationMenu: vi.fn() },
      utilityProcess: { fork: vi.fn(() => child) },
    },
  }
}
