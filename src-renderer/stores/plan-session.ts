import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Pass, PlanItem, Sight } from '../../src-main/contract/protocol.ts'
import type { ReasonCode, Region, Verdict } from '../../src-main/contract/records.ts'
import { client } from '../transport/client.ts'
import { useAppStore } from './app.ts'
import { useNavigationStore } from './navigation.ts'
import { useNotificationsStore } from './notifications.ts'
import { useWorklistStore } from './worklist.ts'

export const PASS_LABELS: Record<Pass, string> = { first: 'First pass', second: 'Second look', adjudication: 'Adjudication' }

export interface Judgement { readonly verdict: Verdict; readonly reasons: readonly ReasonCode[]; readonly note: string; readonly region: Region | null }

/**
 * Reading by plan: the case at hand with what its reader may see of it now, and what was in sight so far. Another case than the plan's ends it; what was said is
 * kept, and the reading goes on under Protocol.
 */
export const usePlanSessionStore = defineStore('plan-session', () => {
  const app = useAppStore()
  const navigation = useNavigationStore()
  const notifications = useNotificationsStore()
  const worklist = useWorklistStore()
  const item = shallowRef<PlanItem | null>(null)
  /** the map is of the predicted class, and would tell it */
  const mapHidden = computed(() => item.value?.hidden.some((what) => what !== 'label') ?? false)
  const positions = new Map<number, number>()
  let seen: Sight[] = []
  let startedAt: number | null = null

  function show(next: PlanItem): void {
    item.value = next
    positions.set(next.caseId, next.position)
    seen = []
    startedAt = null
    navigation.show('compare')
    void worklist.select(next.caseId)
  }

  /** The first case that is not judged yet. False where all are, or it cannot be begun. */
  async function begin(planId: number, pass: Pass): Promise<boolean> {
    positions.clear()
    return goOn(planId, pass)
  }
  async function goOn(planId: number, pass: Pass): Promise<boolean> {
    const next = await client.call('plans.next', { planId, pass })
    if (next) {
      show(next)
      return true
    }
    leave()
    notifications.notify('ok', `${PASS_LABELS[pass]}: every case is judged.`)
    navigation.show('protocol')
    return false
  }
  async function next(): Promise<void> {
    if (item.value) await goOn(item.value.planId, item.value.pass)
  }

  /** Each once a case; times are from the first sight of its image. */
  function sight(what: Sight['what']): void {
    startedAt ??= performance.now()
    if (!seen.some((one) => one.what === what)) seen = [...seen, { what, atMs: Math.round(performance.now() - startedAt) }]
  }

  /** What the reader sees in the image; after it the rest is there. */
  async function answer(classIndex: number | null): Promise<void> {
    if (!item.value) return
    const { planId, caseId, pass, hidden } = item.value
    sight('answer')
    try {
      item.value = await client.call('plans.answer', { planId, caseId, pass, classIndex, seen })
      for (const what of hidden) if (what !== 'map') sight(what)
    } catch (thrown) {
      notifications.fail(thrown)
    }
  }

  /** On disk when it returns. Throws what it is refused with. */
  async function judge(judgement: Judgement): Promise<PlanItem> {
    const { planId, caseId, pass } = item.value!
    sight('verdict')
    item.value = await client.call('plans.judge', { planId, caseId, pass, ...judgement, reasons: [...judgement.reasons], seen, elapsedMs: seen.at(-1)?.atMs ?? null })
    return item.value
  }

  /** Shows a case of this reading again as it stands now, as after an undo; false where it was none of it. */
  async function again(caseId: number): Promise<boolean> {
    const position = positions.get(caseId)
    if (!item.value || position === undefined) return false
    show(await client.call('plans.item', { planId: item.value.planId, pass: item.value.pass, position }))
    return true
  }

  function leave(): void {
    item.value = null
  }
  watch(() => worklist.current, (caseId) => {
    if (item.value && caseId !== item.value.caseId) {
      leave()
      notifications.notify('info', 'Another case was opened, so the reading by plan was left. It goes on under Protocol.')
    }
  })
  watch(() => app.project?.file, leave)

  return { item, mapHidden, begin, next, sight, answer, judge, again, leave }
})
