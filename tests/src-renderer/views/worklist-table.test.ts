// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import WorklistTable from '../../../src-renderer/views/worklist/WorklistTable.vue'
import type { ShownColumn } from '../../../src-renderer/views/worklist/columns.ts'
import { createFakeClient } from '../fake-client.ts'

const COLUMNS: readonly ShownColumn[] = [{ name: 'file', width: 150 }, { name: 'confidence', width: 70 }, { name: 'outcome', width: 90 }, { name: 'verdict', width: 120 }]

// happy-dom lays nothing out; the list is told that it is 400 pixels high
beforeAll(() => {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(500)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400)
})
afterAll(() => { vi.restoreAllMocks() })

async function shown(cases: number) {
  setActivePinia(createPinia())
  provideClient(createFakeClient({ cases }))
  await useAppStore().start()
  const list = useWorklistStore()
  await list.start()
  const wrapper = mount(WorklistTable, { attachTo: document.body, props: { 'columns': COLUMNS, 'onUpdate:columns': (columns: readonly ShownColumn[]) => wrapper.setProps({ columns }) } })
  await flushPromises()
  return { wrapper, list }
}
const rows = (wrapper: Awaited<ReturnType<typeof shown>>['wrapper']) => wrapper.findAll('.row')

beforeEach(() => { document.body.innerHTML = '' })

describe('work list table', () => {
  test('of 100,000 cases it draws only those in view', async () => {
    const { wrapper } = await shown(100_000)
    expect(wrapper.attributes('aria-rowcount')).toBe('100001')
    expect(rows(wrapper).length).toBeGreaterThan(10)
    expect(rows(wrapper).length).toBeLessThan(60)
    expect(rows(wrapper)[0].text()).toContain('south/study-00001.dcm')
  })

  test('outcome and verdict are words, not colours alone', async () => {
    const { wrapper } = await shown(60)
    expect(rows(wrapper)[0].text()).toContain('Correct')
    expect(rows(wrapper).some((row) => row.text().includes('Right reason'))).toBe(true)
  })

  test('a file that cannot be read says why on its row', async () => {
    const { wrapper } = await shown(60)
    const row = rows(wrapper)[16]
    expect(row.text()).toContain('Unreadable')
    expect(row.find('[aria-label]').attributes('aria-label')).toContain('ends within the pixel data')
  })

  test('a head sorts by click and by Enter, and says the order', async () => {
    const { wrapper, list } = await shown(60)
    const head = wrapper.findAll('[role=columnheader]')[1]
    await head.trigger('click')
    await flushPromises()
    expect(list.sort).toEqual({ column: 'confidence', descending: false })
    await head.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(head.attributes('aria-sort')).toBe('descending')
    const values = rows(wrapper).map((row) => row.findAll('.cell')[1].text()).filter(Boolean).map(Number)
    expect(values.length).toBeGreaterThan(5)
    expect(values).toEqual([...values].sort((a, b) => b - a))
  })

  test('Shift and an arrow on a head change its width', async () => {
    const { wrapper } = await shown(10)
    await wrapper.findAll('[role=columnheader]')[0].trigger('keydown', { key: 'ArrowRight', shiftKey: true })
    expect((wrapper.props('columns') as readonly ShownColumn[])[0].width).toBe(162)
  })

  test('Enter opens the case; page and end keys move in the list', async () => {
    const { wrapper, list } = await shown(1000)
    await wrapper.trigger('keydown', { key: 'PageDown' })
    await flushPromises()
    const page = list.currentIndex!
    expect(page).toBeGreaterThan(8)
    await wrapper.trigger('keydown', { key: 'PageUp' })
    await wrapper.trigger('keydown', { key: 'End' })
    await flushPromises()
    expect(list.current).toBe(1000)
    expect(wrapper.attributes('aria-activedescendant')).toBe('case-row-999')
    await wrapper.trigger('keydown', { key: 'Enter' })
    expect(wrapper.emitted('open')).toHaveLength(1)
  })

  test('a click chooses the case', async () => {
    const { wrapper, list } = await shown(60)
    await rows(wrapper)[4].trigger('click')
    await flushPromises()
    expect(list.current).toBe(5)
    expect(rows(wrapper)[4].attributes('aria-selected')).toBe('true')
  })
})
