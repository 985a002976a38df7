// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import type { PlanItem } from '../../../src-main/contract/protocol.ts'
import type { CaseDetail } from '../../../src-main/contract/records.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useCaseStore } from '../../../src-renderer/stores/case.ts'
import { useNavigationStore } from '../../../src-renderer/stores/navigation.ts'
import { usePlanSessionStore } from '../../../src-renderer/stores/plan-session.ts'
import { useReviewsStore } from '../../../src-renderer/stores/reviews.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { createFakeClient, type FakeClient } from '../fake-client.ts'

let client: FakeClient
let left: number[]
const HIDDEN = ['prediction', 'label', 'map'] as const

/** A plan of the cases 7 and 4, as its service would tell of them. */
function itemOf(caseId: number, part: Partial<PlanItem> = {}): PlanItem {
  const hidden = part.hidden ?? HIDDEN
  const detail = { ...client.rows[caseId - 1], flag: null, ...(hidden.length > 0 ? { predictedClass: null, label: null, outcome: 'not-run' } : {}) } as unknown as CaseDetail
  return { planId: 1, pass: 'first', position: [7, 4].indexOf(caseId), of: 2, caseId, hidden, answer: null, flag: null, detail, readings: [], ...part }
}

beforeEach(async () => {
  setActivePinia(createPinia())
  left = [7, 4]
  client = createFakeClient({ cases: 20, handlers: {
    'plans.next': () => left.length > 0 ? itemOf(left[0]) : null,
    'plans.answer': ({ caseId, classIndex }) => itemOf(caseId, { hidden: [], answer: { classIndex } }),
    'plans.judge': ({ caseId }) => {
      left = left.filter((id) => id !== caseId)
      return itemOf(caseId, { hidden: [], answer: { classIndex: 1 } })
    },
    'plans.item': ({ position }) => itemOf([7, 4][position], { hidden: [] }),
  } })
  provideClient(client)
  await useAppStore().start()
  await useWorklistStore().start()
  useCaseStore()
  await flushPromises()
})
const called = (method: string) => client.calls.filter((call) => call.method === method)

test('a case of a plan is shown as the plan lets it be seen, and never asked for whole', async () => {
  const session = usePlanSessionStore()
  await session.begin(1, 'first')
  await flushPromises()
  expect([useNavigationStore().view, useWorklistStore().current, session.mapHidden]).toEqual(['compare', 7, true])
  expect(useCaseStore().detail).toMatchObject({ id: 7, predictedClass: null, outcome: 'not-run' })
  client.emit('cases', { caseIds: null })
  await flushPromises()
  expect(called('cases.get').filter(({ input }) => (input as { caseId: number }).caseId === 7)).toEqual([])
})

test('answer, verdict, next: what was in sight goes with the verdict, in its order', async () => {
  const session = usePlanSessionStore()
  await session.begin(1, 'first')
  session.sight('image')
  session.sight('image')
  await session.answer(1)
  session.sight('map')
  expect(session.mapHidden).toBe(false)
  expect(await useReviewsStore().flagAndNext({ verdict: 'wrong-reason', reasons: ['device'] })).toBe(true)
  await flushPromises()
  const [{ input }] = called('plans.judge') as { input: { seen: { what: string; atMs: number }[]; elapsedMs: number } }[]
  expect(input).toMatchObject({ planId: 1, caseId: 7, verdict: 'wrong-reason', reasons: ['device'] })
  expect(input.seen.map(({ what }) => what)).toEqual(['image', 'answer', 'prediction', 'label', 'map', 'verdict'])
  expect(input.elapsedMs).toBe(input.seen.at(-1)!.atMs)
  expect(called('reviews.flag')).toEqual([])
  expect([session.item?.caseId, useWorklistStore().current]).toEqual([4, 4])
  await useReviewsStore().flagAndNext({ verdict: 'right-reason' })
  expect([session.item, useNavigationStore().view]).toEqual([null, 'protocol'])
})

test('undo shows the case of the reading whose verdict it took', async () => {
  const session = usePlanSessionStore()
  await session.begin(1, 'first')
  await useReviewsStore().flagAndNext({ verdict: 'wrong' })
  client.handlers['reviews.undo'] = () => ({ caseId: 7, cases: 1, what: 'flagged wrong' })
  await useReviewsStore().undo()
  await flushPromises()
  expect([session.item?.caseId, useWorklistStore().current]).toEqual([7, 7])
})

test('another case than the plan\'s ends the reading, and is shown whole', async () => {
  const session = usePlanSessionStore()
  await session.begin(1, 'first')
  await useWorklistStore().select(2)
  await flushPromises()
  expect([session.item, session.mapHidden]).toEqual([null, false])
  expect(useCaseStore().detail?.id).toBe(2)
  await useReviewsStore().flag({ verdict: 'unsure' })
  expect(called('reviews.flag')).toHaveLength(1)
})
