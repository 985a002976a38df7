// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { NO_FILTER } from '../../../src-main/contract/records.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { PAGE_SIZE } from '../../../src-renderer/stores/row-pages.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { createFakeClient, type FakeClient, type FakeOptions } from '../fake-client.ts'

let client: FakeClient
async function opened(options: FakeOptions = {}) {
  client = createFakeClient(options)
  provideClient(client)
  await useAppStore().start()
  const list = useWorklistStore()
  await list.start()
  return list
}
const pagesAsked = () => client.calls.filter(({ method }) => method === 'cases.page').map(({ input }) => (input as { offset: number }).offset)

beforeEach(() => { setActivePinia(createPinia()) })

describe('work list', () => {
  test('opens on its first case and knows how many there are', async () => {
    const list = await opened({ cases: 1000 })
    expect([list.total, list.current, list.currentIndex]).toEqual([1000, 1, 0])
  })

  test('asks only for the pages that are looked at, and for each once', async () => {
    const list = await opened({ cases: 1000 })
    await list.show(0, 30)
    await list.show(10, 40)
    await list.show(650, 690)
    expect(pagesAsked()).toEqual([0, 600])
    expect(list.rowAt(650)?.id).toBe(651)
    expect(list.rowAt(2 * PAGE_SIZE)).toBeUndefined()
  })

  test('next at the end of the list stays there', async () => {
    const list = await opened({ cases: 3 })
    await list.goTo(2)
    expect(await list.next()).toBe(false)
    expect(list.current).toBe(3)
  })

  test('a filter keeps the case being read where it still is in the list', async () => {
    const list = await opened({ cases: 100 })
    await list.select(50)
    await list.setFilter({ conditions: [{ column: 'institution', op: 'in', value: ['North'] }] })
    expect([list.current, list.rowAt(list.currentIndex!)?.id]).toEqual([50, 50])
  })

  test('a filter without the case being read goes to its first case', async () => {
    const list = await opened({ cases: 100 })
    await list.select(51)
    await list.setFilter({ conditions: [{ column: 'institution', op: 'in', value: ['North'] }] })
    expect([list.current, list.currentIndex]).toEqual([2, 0])
  })

  test('a case that left the list is followed by the one that took its place', async () => {
    const list = await opened({ cases: 20 })
    await list.setFilter({ conditions: [{ column: 'verdict', op: 'empty', value: null }] })
    await list.goTo(2)
    const leaving = list.current!
    const following = list.rowAt(3)!.id
    await client.call('reviews.flag', { caseId: leaving, verdict: 'unsure' })
    await flushPromises()
    expect(list.current).toBe(leaving)
    expect(list.currentIndex).toBeNull()
    await list.next()
    expect(list.current).toBe(following)
  })

  test('a changed row is shown without losing the rows around it', async () => {
    const list = await opened({ cases: 300 })
    await list.show(0, 20)
    await client.call('reviews.flag', { caseId: 5, verdict: 'unsure' })
    expect(list.rowAt(4)?.id).toBe(5)
    await flushPromises()
    expect(list.rowAt(4)?.verdict).toBe('unsure')
  })

  test('a flag that is written while its page is being read shows all the same', async () => {
    const list = await opened({ cases: 300 })
    const slow = Promise.withResolvers<void>()
    const before = { ...client.rows[250], verdict: null }
    client.handlers['cases.page'] = async ({ offset, limit }) => {
      delete client.handlers['cases.page']
      await slow.promise
      return { rows: client.rows.slice(offset, offset + limit).map((row) => (row.id === 251 ? before : row)), total: 300 }
    }
    const reading = list.show(240, 260)
    await client.call('reviews.flag', { caseId: 251, verdict: 'unsure' })
    await flushPromises()
    slow.resolve()
    await reading
    expect(list.rowAt(250)?.verdict).toBe('unsure')
  })

  test('an answer to an older question never shows', async () => {
    const list = await opened({ cases: 100 })
    const slow = Promise.withResolvers<void>()
    client.handlers['cases.page'] = async ({ filter }) => {
      if (filter.text === 'first') await slow.promise
      return { rows: client.rows.slice(0, 1), total: filter.text === 'first' ? 11 : 22 }
    }
    const first = list.setFilter({ text: 'first' })
    await list.setFilter({ text: 'second' })
    slow.resolve()
    await first
    expect(list.total).toBe(22)
  })

  test('filter, order and case are there again after a restart', async () => {
    const list = await opened({ cases: 60 })
    await list.setFilter({ text: 'north' })
    await list.setSort({ column: 'confidence', descending: true })
    await list.goTo(4)
    const before = list.current
    await useAppStore().saveView()
    setActivePinia(createPinia())
    await useAppStore().start()
    const again = useWorklistStore()
    await again.start()
    expect([again.filter.text, again.sort, again.current, again.currentIndex]).toEqual(['north', { column: 'confidence', descending: true }, before, 4])
  })

  test('the filter of one project is not the filter of another', async () => {
    client = createFakeClient({ cases: 60 })
    provideClient(client)
    await client.call('app.settings', { view: { lists: { '/projects/other.rightreason': { filter: { ...NO_FILTER, text: 'north' }, sort: null, current: 9 } } } })
    await useAppStore().start()
    const list = useWorklistStore()
    await list.start()
    expect([list.isFiltered, list.current]).toEqual([false, 1])
  })

  test('a kept filter that this project does not know is let go instead of hiding its cases', async () => {
    client = createFakeClient({ cases: 10 })
    provideClient(client)
    await client.call('app.settings', { view: { lists: { '/projects/demo.rightreason': { filter: { ...NO_FILTER, conditions: [{ column: 'group:other', op: 'is', value: 'x' }] }, sort: null, current: null } } } })
    client.handlers['cases.page'] = ({ filter }) => {
      if (filter.conditions.length > 0) throw new ReviewError('bad-filter', 'This project has no column ‘other’.')
      return { rows: client.rows, total: 10 }
    }
    await useAppStore().start()
    const list = useWorklistStore()
    await list.start()
    expect([list.total, list.isFiltered, list.error]).toEqual([10, false, null])
  })

  test('a failed page is an error that a new try clears', async () => {
    const list = await opened({ cases: 500 })
    client.handlers['cases.page'] = () => { throw new ReviewError('internal', 'The disk was pulled out.') }
    await list.show(400, 420)
    expect(list.error?.message).toBe('The disk was pulled out.')
    delete client.handlers['cases.page']
    await list.reload()
    expect(list.error).toBeNull()
    expect(list.rowAt(410)?.id).toBe(411)
  })

  test('the first case is chosen when cases appear in an empty project', async () => {
    const list = await opened({ cases: 5, handlers: { 'cases.page': () => ({ rows: [], total: 0 }), 'cases.position': () => null } })
    expect(list.current).toBeNull()
    client.handlers = {}
    client.emit('cases', { caseIds: null })
    await flushPromises()
    expect(list.current).toBe(1)
  })
})
