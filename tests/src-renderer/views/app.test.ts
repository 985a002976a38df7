// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import App from '../../../src-renderer/App.vue'
import { allCommands, conflicts } from '../../../src-renderer/composables/use-keys.ts'
import { useNavigationStore } from '../../../src-renderer/stores/navigation.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { createFakeClient, type FakeClient, type FakeOptions } from '../fake-client.ts'

let wrapper: VueWrapper | null = null
let client: FakeClient
/** happy-dom paints nothing, so there are no pictures here; the browser tests look at them. */
const noPicture = () => { throw new ReviewError('not-ready', 'There are no pictures in this test.') }
async function started(options: FakeOptions = {}) {
  client = createFakeClient({ ...options, handlers: { 'cases.image': noPicture, 'attribution.get': noPicture, ...options.handlers } })
  provideClient(client)
  wrapper = mount(App, { attachTo: document.body, global: { plugins: [createPinia()] } })
  await flushPromises()
  return wrapper
}
afterEach(() => {
  wrapper?.unmount()
  wrapper = null
  document.body.innerHTML = ''
})
const press = async (key: string, init: KeyboardEventInit = {}) => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...init }))
  await flushPromises()
}

describe('window', () => {
  test('with a project it shows the list, the counts and what computes', async () => {
    const app = await started({ cases: 60 })
    expect(app.text()).toContain('60 cases')
    expect(app.text()).toContain('1 of 60')
    expect(app.find('.status-bar').text()).toContain('CPU · 6.4 ms an image')
    expect(app.find('[role=grid]').attributes('aria-rowcount')).toBe('61')
  })

  test('arrows and Home and End go from case to case', async () => {
    await started({ cases: 60 })
    const list = useWorklistStore()
    await press('ArrowDown')
    await press('ArrowRight')
    expect(list.current).toBe(3)
    await press('End')
    expect(list.current).toBe(60)
    await press('ArrowUp')
    await press('Home')
    expect(list.current).toBe(1)
  })

  test('no key has two meanings, in the frame and the review together', async () => {
    await started()
    await vi.waitFor(() => expect(allCommands().some(({ group }) => group === 'Image')).toBe(true), { timeout: 20_000 })
    expect(conflicts(allCommands())).toEqual([])
    const keys = allCommands().flatMap((command) => command.keys)
    for (const known of ['r', 'l', 'h', 'v', 'i', 'z', '-', '=', 'Space', '1', '2', '3', '4', 'q', 'w', 'e', 'u', '$mod+z', '$mod+y']) expect(keys, known).toContain(known)
  })

  test('the sheet of keys opens by ? and has every command that has a key', async () => {
    await started()
    await press('?', { shiftKey: true })
    expect(useNavigationStore().dialog).toBe('keys')
    const sheet = document.querySelector('[role=dialog]')!
    for (const command of allCommands()) expect(sheet.textContent).toContain(command.title)
  })

  test('without a project it offers the recent ones, a new one and the demo', async () => {
    const app = await started({ open: false })
    expect(app.text()).toContain('Recent projects')
    expect(app.text()).toContain('ward')
    await app.findAll('button').find((button) => button.text() === 'Open the demo')!.trigger('click')
    await flushPromises()
    expect(app.find('[role=grid]').exists()).toBe(true)
  })

  test('a start that fails says why and can be tried again', async () => {
    const app = await started({ handlers: { 'app.state': () => { throw new ReviewError('internal', 'The settings cannot be read.') } } })
    expect(app.text()).toContain('The settings cannot be read.')
    delete client.handlers['app.state']
    await app.findAll('button').find((button) => button.text() === 'Try again')!.trigger('click')
    await flushPromises()
    expect(app.find('[role=grid]').exists()).toBe(true)
  })

  test('a filter that nothing fits says so and can be taken away there', async () => {
    const app = await started()
    await useWorklistStore().setFilter({ text: 'no such thing' })
    await flushPromises()
    expect(app.text()).toContain('No case fits')
    await app.findAll('button').find((button) => button.text() === 'Clear all filters')!.trigger('click')
    await flushPromises()
    expect(useWorklistStore().total).toBe(60)
  })
})
