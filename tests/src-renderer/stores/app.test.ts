// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import type { Job } from '../../../src-main/contract/records.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useAttributionStore } from '../../../src-renderer/stores/attribution.ts'
import { useJobsStore } from '../../../src-renderer/stores/jobs.ts'
import { useNotificationsStore } from '../../../src-renderer/stores/notifications.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { createFakeClient } from '../fake-client.ts'

beforeEach(() => { setActivePinia(createPinia()) })

describe('attribution', () => {
  test('a class chosen for one model is not taken for another', async () => {
    provideClient(createFakeClient({}))
    const app = useAppStore()
    const attribution = useAttributionStore()
    await app.start()
    attribution.choose({ classIndex: 0 })
    expect(attribution.request.classIndex).toBe(0)
    const { project } = app
    app.project = null
    app.project = { ...project!, model: { ...project!.model!, sha256: 'f'.repeat(64) } }
    expect(attribution.request.classIndex).toBe('predicted')
  })
})

describe('app', () => {
  test('the demo opens when nothing was ever opened', async () => {
    provideClient(createFakeClient({ open: false, recent: false }))
    const app = useAppStore()
    await app.start()
    expect(await app.openAtStart()).toBe(true)
    expect(app.project?.isDemo).toBe(true)
  })

  test('the demo does not open for someone who has projects', async () => {
    provideClient(createFakeClient({ open: false, recent: true }))
    const app = useAppStore()
    await app.start()
    expect(await app.openAtStart()).toBe(false)
    expect(app.project).toBeNull()
  })

  test('what was open when the program ended is open again, unless it was closed', async () => {
    const file = '/projects/demo.rightreason'
    provideClient(createFakeClient({ open: false, handlers: { 'project.recent': () => [{ file, name: 'Demo', openedAt: '2026-11-20T09:30:00Z', exists: true }] } }))
    const app = useAppStore()
    await app.start()
    await app.openProject(file)
    app.project = null
    expect(await app.openAtStart()).toBe(true)
    expect(app.project).not.toBeNull()
    await app.closeProject()
    expect(await app.openAtStart()).toBe(false)
  })

  test('what the window remembers is written once, and is not lost to an older event', async () => {
    const client = createFakeClient()
    provideClient(client)
    const app = useAppStore()
    await app.start()
    const width = app.memory('list.width', 460)
    width.value = 500
    width.value = 510
    client.emit('settings', { theme: 'light', reader: 'Dr Reader', provider: null, view: { 'list.width': 460 } })
    expect(width.value).toBe(510)
    await app.saveView()
    expect(client.calls.filter(({ method }) => method === 'app.settings').map(({ input }) => input)).toEqual([{ view: { 'list.width': 510 } }])
  })

  test('a start that fails says why', async () => {
    provideClient(createFakeClient({ handlers: { 'app.state': () => { throw new ReviewError('internal', 'Broken.') } } }))
    const app = useAppStore()
    await app.start()
    expect(app.startError?.message).toBe('Broken.')
  })

  test('a kept layer of another model falls back to the default', async () => {
    provideClient(createFakeClient())
    await useAppStore().start()
    const attribution = useAttributionStore()
    attribution.choose({ layer: '/gone', classIndex: 7, method: 'gone' })
    expect(attribution.request).toEqual({ method: 'gradcam', layer: null, classIndex: 'predicted', parameters: {} })
  })
})

describe('jobs', () => {
  const job = (state: Job['state'], error: Job['error'] = null): Job => ({ id: '1', kind: 'run', title: 'Run', state, done: 1, total: 2, message: '', itemErrors: 0, error, result: null })

  test('an end that was told before the call returned is not missed', async () => {
    const client = createFakeClient()
    provideClient(client)
    const jobs = useJobsStore()
    await jobs.start()
    client.emit('job', job('done'))
    expect((await jobs.finished(job('running'))).state).toBe('done')
    expect(jobs.running).toEqual([])
  })

  test('a failed job is its error', async () => {
    const client = createFakeClient()
    provideClient(client)
    const jobs = useJobsStore()
    await jobs.start()
    const ended = jobs.finished(job('running'))
    client.emit('job', job('failed', { code: 'disk-full', message: 'The disk is full.' }))
    await expect(ended).rejects.toThrow('The disk is full.')
  })
})

describe('notifications', () => {
  test('an error says what to do; what the user cancelled is no news', () => {
    const notifications = useNotificationsStore()
    notifications.fail(new ReviewError('busy', 'Another run is going on.'))
    notifications.fail(new ReviewError('cancelled', 'Cancelled.'))
    expect(notifications.items).toHaveLength(1)
    expect(notifications.items[0]).toMatchObject({ kind: 'bad', sticky: true, detail: expect.stringContaining('cancel it in the status bar') })
  })

  test('the same news twice is shown once', () => {
    const notifications = useNotificationsStore()
    notifications.notify('info', 'Saved.')
    notifications.notify('info', 'Saved.')
    expect(notifications.items).toHaveLength(1)
  })
})
