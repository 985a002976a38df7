import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { CaseEvidence, CausalCheck, Zone, ZoneEvidence } from '../../../src-main/contract/causal.ts'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import { useAppStore } from '../../stores/app.ts'
import { useCaseStore } from '../../stores/case.ts'
import { usePlanSessionStore } from '../../stores/plan-session.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { client } from '../../transport/client.ts'

/** a reader who leafs through cases asks for none of it: zones cost a decoding where they are not known yet */
const AFTER_MS = 200

/** Suspicion, zones and checks of the case being read; nothing of the case before is ever shown. */
export const useCaseEvidenceStore = defineStore('case-evidence', () => {
  const app = useAppStore()
  const cases = useCaseStore()
  const session = usePlanSessionStore()
  const worklist = useWorklistStore()
  const found = shallowRef<CaseEvidence | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let control = new AbortController()

  /** null: nothing to look for, as without a model; a reader by plan gets no hint */
  const wanted = computed(() => {
    const readable = cases.detail?.id === worklist.current && cases.detail?.status === 'ready'
    return app.model && readable && session.item === null ? `${worklist.current}:${app.model.sha256}:${app.model.profileSha256}` : null
  })
  const evidence = computed(() => found.value?.caseId === worklist.current ? found.value : null)
  const zones = computed<readonly ZoneEvidence[]>(() => evidence.value?.zones ?? [])

  async function load(): Promise<void> {
    clearTimeout(timer)
    control.abort()
    control = new AbortController()
    const { signal } = control
    const caseId = worklist.current
    if (caseId === null || wanted.value === null) return
    try {
      const next = await client.call('causal.evidence', { caseId }, { signal })
      if (signal.aborted) return
      found.value = next
      error.value = null
    } catch (thrown) {
      if (!signal.aborted) error.value = errorRecord(thrown)
    }
  }
  function loadSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), AFTER_MS)
  }
  watch(wanted, (key) => {
    control.abort()
    found.value = null
    error.value = null
    if (key !== null) loadSoon()
    else clearTimeout(timer)
  }, { immediate: true })
  client.on('cases', ({ caseIds }) => {
    if (wanted.value !== null && (caseIds === null || caseIds.includes(worklist.current!))) loadSoon()
  })

  /** A new check; a reload would cost a moment without it. */
  function addCheck(check: CausalCheck): void {
    if (evidence.value?.caseId === check.caseId) found.value = { ...evidence.value, checks: [...evidence.value.checks.filter(({ id }) => id !== check.id), check] }
  }
  /** What a correction gave back; effects of another outline are gone with it. */
  function putZones(caseId: number, next: readonly Zone[]): void {
    if (evidence.value?.caseId !== caseId) return
    const before = new Map(zones.value.map((zone) => [zone.name, zone]))
    found.value = { ...evidence.value, zones: next.map((zone) => ({ ...zone, mass: before.get(zone.name)?.mass ?? null, effect: before.get(zone.name)?.effect ?? null })) }
  }

  return { wanted, evidence, zones, error, load, addCheck, putZones }
})
