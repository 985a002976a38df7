import { expect, it, vi } from 'vitest'
import { fakeElectron } from './fake-electron.ts'

const electron = fakeElectron()
const service = { close: vi.fn(async () => {}), call: vi.fn(), bytes: vi.fn(), on: vi.fn() }
const createService = vi.fn((_platform: unknown) => service)
vi.mock('electron', () => electron.module)
vi.mock('../../../src-main/service/service.ts', () => ({ createService }))

it('one program at a time opens one window; a second start brings it to the front, and quitting closes the service first', async () => {
  await import('../../../src-main/desktop/main.ts')
  const { app } = electron.module
  expect(app.enableSandbox).toHaveBeenCalledOnce()
  await vi.waitFor(() => expect(electron.windows).toHaveLength(1))
  expect(createService).toHaveBeenCalledWith(expect.objectContaining({ shell: 'desktop', pick: expect.any(Function) as unknown }))

  app.emit('second-instance')
  expect(electron.windows).toHaveLength(1)
  expect(electron.windows[0].restore).toHaveBeenCalledOnce()
  expect(electron.windows[0].focus).toHaveBeenCalledOnce()

  const contents = new electron.FakeContents()
  app.emit('web-contents-created', {}, contents)
  expect(contents.openHandler!()).toEqual({ action: 'deny' })

  const quitting = { preventDefault: vi.fn() }
  app.emit('will-quit', quitting)
  expect(quitting.preventDefault).toHaveBeenCalledOnce()
  await vi.waitFor(() => expect(app.quit).toHaveBeenCalledOnce())
  expect(service.close).toHaveBeenCalledOnce()
  const second = { preventDefault: vi.fn() }
  app.emit('will-quit', second)
  expect(second.preventDefault).not.toHaveBeenCalled()
})
