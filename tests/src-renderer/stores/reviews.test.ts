// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useCaseStore } from '../../../src-renderer/stores/case.ts'
import { useNotificationsStore } from '../../../src-renderer/stores/notifications.ts'
import { useReviewsStore } from '../../../src-renderer/stores/reviews.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { createFakeClient, type FakeClient } from '../fake-client.ts'

let client: FakeClient
beforeEach(async () => {
  setActivePinia(createPinia())
  client = createFakeClient({ cases: 20 })
  provideClient(client)
  await useAppStore().start()
  await useWorklistStore().start()
  useCaseStore()
  await flushPromises()
})

describe('flags', () => {
  test('flag and next writes the flag and shows the following case', async () => {
    const list = useWorklistStore()
    expect(await useReviewsStore().flagAndNext({ verdict: 'wrong-reason', reasons: ['device'], note: 'tube' })).toBe(true)
    expect(client.rows[0]).toMatchObject({ verdict: 'wrong-reason', reasons: ['device'], note: 'tube' })
    expect(list.current).toBe(2)
  })

  test('flag and next does not skip a case when the flag takes this one out of the filter', async () => {
    const list = useWorklistStore()
    await list.setFilter({ conditions: [{ column: 'verdict', op: 'empty', value: null }] })
    const unflagged = client.rows.filter(({ verdict }) => verdict === null).map(({ id }) => id)
    const read: number[] = []
    for (let step = 0; step < 4; step++) {
      read.push(list.current!)
      await useReviewsStore().flagAndNext({ verdict: 'unsure' })
      await flushPromises()
    }
    expect(read).toEqual(unflagged.slice(0, 4))
  })

  test('undo goes back to the case whose flag it took', async () => {
    const list = useWorklistStore()
    const before = client.rows[0].verdict
    const reviews = useReviewsStore()
    await reviews.flagAndNext({ verdict: 'wrong' })
    await reviews.undo()
    await flushPromises()
    expect(list.current).toBe(1)
    expect(useCaseStore().detail?.verdict ?? null).toBe(before)
  })

  test('undo of a flag on many cases leaves the reader at the case they are at, and shows it as it is now', async () => {
    const list = useWorklistStore()
    await list.select(5)
    await flushPromises()
    client.handlers['reviews.undo'] = () => {
      for (const id of [5, 9]) client.rows[id - 1] = { ...client.rows[id - 1], verdict: null, reasons: [], note: '', flaggedAt: null }
      return { caseId: 9, cases: 2, what: '2 cases flagged wrong' }
    }
    expect(await useReviewsStore().undo()).toBe(true)
    expect(list.current).toBe(5)
    expect(useCaseStore().detail?.verdict).toBeNull()
    expect(useNotificationsStore().items.at(-1)?.text).toBe('Undone: 2 cases flagged wrong')
  })

  test('a flag that could not be written is told, and the case stays', async () => {
    client.handlers['reviews.flag'] = () => { throw new ReviewError('disk-full', 'The disk is full.') }
    expect(await useReviewsStore().flagAndNext({ verdict: 'wrong' })).toBe(false)
    expect(useWorklistStore().current).toBe(1)
    expect(useNotificationsStore().items.map(({ kind, text }) => [kind, text])).toEqual([['bad', 'The disk is full.']])
  })

  test('a second press while a flag is being written is not a second flag', async () => {
    const reviews = useReviewsStore()
    await Promise.all([reviews.flagAndNext({ verdict: 'wrong' }), reviews.flagAndNext({ verdict: 'unsure' })])
    expect(client.calls.filter(({ method }) => method === 'reviews.flag')).toHaveLength(1)
  })
})
