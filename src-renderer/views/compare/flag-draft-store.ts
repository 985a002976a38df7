import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Flag, ReasonCode, Region, Verdict } from '../../../src-main/contract/records.ts'
import { useCaseStore } from '../../stores/case.ts'
import { useReviewsStore } from '../../stores/reviews.ts'
import { useWorklistStore } from '../../stores/worklist.ts'

/**
 * Reasons, note and region of the case being read. Before a verdict they are a draft of the page; on a flagged case
 * every change is written at once, so that undo finds it.
 */
export const useFlagDraftStore = defineStore('flag-draft', () => {
  const cases = useCaseStore()
  const reviews = useReviewsStore()
  const worklist = useWorklistStore()
  const reasons = shallowRef<readonly ReasonCode[]>([])
  const note = ref('')
  const region = shallowRef<Region | null>(null)
  const beforeRegion = shallowRef<readonly (Region | null)[]>([])
  /** while it is drawn */
  const drawn = shallowRef<Region | null>(null)
  /** the verdict whose reasons are being picked; null: no picker */
  const picking = ref<Verdict | null>(null)

  const flag = computed<Flag | null>(() => cases.detail?.id === worklist.current ? cases.detail?.flag ?? null : null)
  const canFlag = computed(() => worklist.current !== null && !reviews.busy)

  function take(from: Flag | null): void {
    reasons.value = from?.reasons ?? []
    note.value = from?.note ?? ''
    region.value = from?.region ?? null
    beforeRegion.value = []
    drawn.value = null
  }
  watch(() => worklist.current, () => {
    picking.value = null
    take(flag.value)
  })
  // a draft stays while anything but the flag itself changes
  watch(() => flag.value && `${flag.value.time}:${flag.value.verdict}`, (now, before) => { if (now !== before && (now !== null || before !== undefined)) take(flag.value) }, { immediate: true })

  const content = () => ({ reasons: reasons.value, note: note.value.trim(), region: region.value })
  async function write(): Promise<void> {
    if (flag.value) await reviews.flag({ verdict: flag.value.verdict, ...content() })
  }

  /** One key: the verdict with what was chosen so far, then the next case. */
  async function decide(verdict: Verdict, stay = false): Promise<void> {
    picking.value = null
    const choice = { verdict, ...content() }
    await (stay ? reviews.flag(choice) : reviews.flagAndNext(choice))
  }
  function toggleReason(code: ReasonCode): void {
    reasons.value = reasons.value.includes(code) ? reasons.value.filter((other) => other !== code) : [...reasons.value, code]
    if (picking.value === null) void write()
  }
  function writeNote(): void {
    if (flag.value && flag.value.note !== note.value.trim()) void write()
  }
  function drawRegion(next: Region | null): void {
    drawn.value = next
  }
  function setRegion(next: Region | null): void {
    beforeRegion.value = [...beforeRegion.value, region.value]
    region.value = next
    void write()
  }
  function finishRegion(): void {
    if (drawn.value) setRegion(drawn.value)
    drawn.value = null
  }
  function removeRegion(): void {
    if (region.value) setRegion(null)
  }
  function undoRegion(): void {
    if (beforeRegion.value.length === 0) return
    region.value = beforeRegion.value.at(-1)!
    beforeRegion.value = beforeRegion.value.slice(0, -1)
    void write()
  }

  return { reasons, note, region, beforeRegion, drawn, picking, flag, canFlag, decide, toggleReason, writeNote, drawRegion, setRegion, finishRegion, removeRegion, undoRegion }
})
export type FlagDraft = ReturnType<typeof useFlagDraftStore>
