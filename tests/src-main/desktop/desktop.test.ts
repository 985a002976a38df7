import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeService } from '../server/fake-service.ts'
import { fakeElectron } from './fake-electron.ts'

const electron = fakeElectron()
vi.mock('electron', () => electron.module)

const { answerCalls } = await import('../../../src-main/desktop/calls.ts')
const { utilityHost } = await import('../../../src-main/desktop/compute-host.ts')
const { pick } = await import('../../../src-main/desktop/dialogs.ts')
const { guardContents, guardSession } = await import('../../../src-main/desktop/guard.ts')
const { isOwn } = await import('../../../src-main/desktop/origin.ts')
const { answer, registerScheme } = await import('../../../src-main/desktop/protocol.ts')
const { openWindow } = await import('../../../src-main/desktop/window.ts')
const { readWindowState } = await import('../../../src-main/desktop/window-bounds.ts')
const { REPLIES, REQUESTS } = await import('../../../src-main/desktop/channel.ts')

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-desktop-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the window', () => {
  const open = () => openWindow({ preload: '/program/preload.cjs', configFolder: folder, devTools: false }) as unknown as InstanceType<typeof electron.module.BrowserWindow>

  it('gives its page neither Node nor Electron, and a process in the sandbox', () => {
    expect(open().options.webPreferences).toEqual({
      preload: '/program/preload.cjs', contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInSubFrames: false, webviewTag: false, webSecurity: true, spellcheck: false, devTools: false,
    })
  })

  it('shows itself with the first frame, on a dark ground', () => {
    const window = open()
    expect([window.url, window.shown, window.options.backgroundColor]).toEqual(['app://right-reason/', false, '#161616'])
    window.emit('ready-to-show')
    expect(window.shown).toBe(true)
  })

  it('comes back where it was closed', () => {
    open().emit('close')
    expect(open().options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 })
  })

  it.each([
    ['lay on a screen that is gone', '{"bounds":{"x":5000,"y":0,"width":1000,"height":700},"isMaximized":false}'],
    ['is not known', 'nonsense'],
    ['would be too small to use', '{"bounds":{"x":0,"y":0,"width":3,"height":2},"isMaximized":false}'],
  ])('opens in the middle where its place %s', (_what, stored) => {
    writeFileSync(join(folder, 'window.json'), stored)
    expect(readWindowState(join(folder, 'window.json'), [{ x: 0, y: 0, width: 1920, height: 1080 }])).toBeNull()
    expect(open().options).not.toHaveProperty('x')
  })
})

describe('guards', () => {
  it('know the own origin from others, look-alikes too', () => {
    expect(isOwn('app://right-reason/assets/a.js')).toBe(true)
    for (const url of ['app://right-reason.evil/', 'app://evil/', 'https://right-reason/', 'file:///etc/passwd', 'about:blank', 'javascript:alert(1)', '']) expect([url, isOwn(url)]).toEqual([url, false])
    expect(isOwn('http://localhost:5173/', undefined)).toBe(false)
    expect(isOwn('http://localhost:5173/x', 'http://localhost:5173')).toBe(true)
  })

  it('open no window, leave the page for no other, embed nothing', () => {
    const contents = new electron.FakeContents()
    guardContents(contents as never)
    expect(contents.openHandler!()).toEqual({ action: 'deny' })
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      const away = { url: 'https://example.org/', preventDefault: vi.fn() }
      const own = { url: 'app://right-reason/', preventDefault: vi.fn() }
      contents.emit(event, away)
      contents.emit(event, own)
      expect([event, away.preventDefault.mock.calls.length, own.preventDefault.mock.calls.length]).toEqual([event, 1, 0])
    }
    const webview = { preventDefault: vi.fn() }
    contents.emit('will-attach-webview', webview)
    expect(webview.preventDefault).toHaveBeenCalledOnce()
  })

  it('refuse every permission but copying', () => {
    guardSession(electron.session as never)
    const { permissionRequest, permissionCheck, devicePermission } = electron.session as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'clipboard-sanitized-write']) {
      const allowed = permission === 'clipboard-sanitized-write'
      permissionRequest(null, permission, (granted: boolean) => expect([permission, granted]).toEqual([permission, allowed]))
      expect(permissionCheck(null, permission)).toBe(allowed)
    }
    expect(devicePermission()).toBe(false)
  })

  it('let no request leave the program', () => {
    guardSession(electron.session as never)
    const cancelled = (url: string) => {
      let result: boolean | null = null
      ;(electron.session.beforeRequest as unknown as (details: { url: string }, answer: (answer: { cancel: boolean }) => void) => void)({ url }, ({ cancel }) => { result = cancel })
      return result
    }
    expect(cancelled('app://right-reason/bytes/image/1/0')).toBe(false)
    expect(cancelled('blob:app://right-reason/1')).toBe(false)
    for (const url of ['https://example.org/', 'http://127.0.0.1:80/', 'file:///etc/passwd', 'ws://example.org/', 'app://other/']) expect([url, cancelled(url)]).toEqual([url, true])
  })
})

describe('the scheme of the page', () => {
  const request = (url: string, method = 'GET') => ({ url, method, signal: new AbortController().signal })
  const page = () => {
    mkdirSync(join(folder, 'page'), { recursive: true })
    writeFileSync(join(folder, 'page', 'index.html'), '<p>page __CSP_NONCE__</p>')
    writeFileSync(join(folder, 'secret.json'), '"outside"')
    return join(folder, 'page')
  }

  it('is secure and standard, so that the page has an origin', () => {
    registerScheme()
    expect(electron.module.protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }])
  })

  it('serves the page under the strict policy, and nothing outside of its folder', async () => {
    const { service } = fakeService()
    const response = await answer(service, page(), request('app://right-reason/'))
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(await response.text()).toMatch(/page [\w-]{20,}/)
    for (const url of ['app://right-reason/..%2fsecret.json', 'app://right-reason/%2e%2e/secret.json', 'app://right-reason/none.js', 'app://other/']) expect([url, (await answer(service, page(), request(url))).status]).toEqual([url, 404])
    expect((await answer(service, page(), request('app://right-reason/', 'POST'))).status).toBe(405)
  })

  it('gives bytes, and an error record where there are none', async () => {
    const { service } = fakeService()
    const bytes = await answer(service, page(), request('app://right-reason/bytes/image/1/0?v=2'))
    expect([...new Uint8Array(await bytes.arrayBuffer())]).toEqual([1, 2, 3])
    const missing = await answer(service, page(), request('app://right-reason/bytes/image/9/0'))
    expect([missing.status, await missing.json()]).toEqual([404, { code: 'no-such-case', message: 'There is no such image.' }])
  })
})

describe('calls of the page', () => {
  const fake = fakeService()
  answerCalls(fake.service)
  const send = (contents: InstanceType<typeof electron.FakeContents>, message: unknown, senderFrame: unknown = contents.mainFrame) => electron.module.ipcMain.emit(REQUESTS, { sender: contents, senderFrame }, message)

  it('are answered on the page that asked', async () => {
    const contents = new electron.FakeContents()
    send(contents, { id: 1, method: 'app.state', input: {} })
    await vi.waitFor(() => expect(contents.sent).toEqual([[REPLIES, { id: 1, value: { version: '1.2.3' } }]]))
  })

  it('of a frame within it, or of another origin, are not heard', async () => {
    const before = fake.calls.length
    const contents = new electron.FakeContents()
    send(contents, { id: 1, method: 'app.state', input: {} }, { url: 'app://right-reason/' })
    contents.mainFrame = { url: 'https://example.org/' }
    send(contents, { id: 1, method: 'app.state', input: {} })
    send(contents, { id: 1, method: 'app.state', input: {} }, null)
    expect(fake.calls).toHaveLength(before)
  })

  it('end with the page, and a page that reloads begins anew', async () => {
    const contents = new electron.FakeContents()
    send(contents, { id: 5, method: 'jobs.list', input: {} })
    await vi.waitFor(() => expect(fake.calls.at(-1)).toMatchObject({ method: 'jobs.list' }))
    const { signal } = fake.calls.at(-1)!
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
    expect(signal!.aborted).toBe(false)
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    expect(signal!.aborted).toBe(true)
    send(contents, { id: 5, method: 'app.state', input: {} })
    await vi.waitFor(() => expect(contents.sent).toEqual([[REPLIES, { id: 5, value: { version: '1.2.3' } }]]))
  })
})

it('the preload script exposes messages, the path of a dropped file, and nothing else', async () => {
  await import('../../../src-main/desktop/preload.ts')
  const { contextBridge, ipcRenderer } = electron.module
  const [[name, bridge]] = contextBridge.exposeInMainWorld.mock.calls as [[string, { send: (message: unknown) => void; listen: (listener: (reply: unknown) => void) => () => void; pathOf: (file: File) => string }]]
  expect([name, Object.keys(bridge)]).toEqual(['rightReason', ['send', 'listen', 'pathOf']])
  expect(bridge.pathOf(new File([], 'a.dcm'))).toBe('/dropped/a.dcm')
  bridge.send({ cancel: 1 })
  expect(ipcRenderer.send).toHaveBeenCalledWith(REQUESTS, { cancel: 1 })
  const heard: unknown[] = []
  const stop = bridge.listen((reply) => heard.push(reply))
  ipcRenderer.emit(REPLIES, { sender: 'not for the page' }, { id: 1, value: 2 })
  stop()
  ipcRenderer.emit(REPLIES, {}, { id: 2, value: 3 })
  expect(heard).toEqual([{ id: 1, value: 2 }])
})

describe('dialogs', () => {
  it('give the path, null when cancelled, and null for what is never picked', async () => {
    const { dialog } = electron.module
    dialog.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/data/studies'] }).mockResolvedValueOnce({ canceled: true, filePaths: [] })
    dialog.showSaveDialog.mockResolvedValueOnce({ canceled: false, filePath: '/data/out.csv' })
    expect(await pick(null, 'studies')).toBe('/data/studies')
    expect(dialog.showOpenDialog).toHaveBeenCalledWith(expect.objectContaining({ properties: ['openDirectory'] }))
    expect(await pick(null, 'model')).toBeNull()
    expect(await pick(null, 'export-file', '/data/out.csv')).toBe('/data/out.csv')
    expect(await pick(null, 'constructor')).toBeNull()
  })
})

it('the compute process is a utility process whose messages and end are heard', () => {
  const host = utilityHost('/program/compute.js').start()
  const heard: unknown[] = []
  host.onMessage((message) => heard.push(message))
  host.onExit((code) => heard.push(code))
  host.send({ hello: 1 })
  electron.child.emit('message', { answer: 2 })
  electron.child.emit('exit', 9)
  host.kill()
  expect(electron.module.utilityProcess.fork).toHaveBeenCalledWith('/program/compute.js', [], expect.objectContaining({ stdio: 'ignore' }))
  expect(electron.child.postMessage).toHaveBeenCalledWith({ hello: 1 })
  expect([host.pid, heard]).toEqual([42, [{ answer: 2 }, 9]])
  expect(electron.child.kill).toHaveBeenCalledOnce()
})
