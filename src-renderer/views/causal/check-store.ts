import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { takenOutBy, type CausalCheck, type CheckRequest, type OperationId, type OperationInfo, type SpreadReport } from '../../../src-main/contract/causal.ts'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { Job, ReasonCode, Region } from '../../../src-main/contract/records.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { client } from '../../transport/client.ts'
import { useFlagDraftStore } from '../compare/flag-draft-store.ts'
import { reasonOf, zoneLabel } from './causal-words.ts'
import { useCaseEvidenceStore } from './evidence-case-store.ts'
import { regionOf, zoneWithin } from './outline.ts'

/** What a check is made of. `suspect`: nobody chose it, it is the zone that looks worst. */
export interface Target { readonly kind: 'region' | 'zone' | 'suspect' | 'image'; readonly region: Region | null; readonly zone: string | null; readonly label: string }
type Parameters = Readonly<Record<string, number | string>>

/** where to begin on a case that nobody looked at: small things first */
const FIRST_ZONES = ['markers', 'text', 'lines', 'corners', 'border', 'collimation', 'outside-body', 'lungs']

/** Checks by perturbation of the case being read: what is changed, how, and what came of it. */
export const useCheckStore = defineStore('check', () => {
  const draft = useFlagDraftStore()
  const jobs = useJobsStore()
  const stored = useCaseEvidenceStore()
  const worklist = useWorklistStore()

  const operations = shallowRef<readonly OperationInfo[]>([])
  const operationId = ref<OperationId>('erase')
  const parameters = shallowRef<Readonly<Partial<Record<OperationId, Parameters>>>>({})
  const donorCaseId = ref<number | null>(null)
  /** a zone chosen by the reader, after any region was drawn */
  const picked = ref<string | null>(null)
  const busy = ref(false)
  const error = shallowRef<ErrorRecord | null>(null)
  const shownId = ref<number | null>(null)
  const spreadJob = shallowRef<Job | null>(null)
  const spread = shallowRef<SpreadReport | null>(null)
  let control = new AbortController()

  const operation = computed(() => operations.value.find(({ id }) => id === operationId.value) ?? null)
  const checks = computed(() => stored.evidence?.checks ?? [])
  /** the one chosen from the history, else the newest */
  const shown = computed(() => checks.value.find(({ id }) => id === shownId.value) ?? checks.value.at(-1) ?? null)
  const target = computed<Target | null>(() => {
    if (operation.value && !operation.value.needsRegion) return { kind: 'image', region: null, zone: null, label: 'the whole image' }
    const there = stored.zones.filter(({ outline }) => outline.length > 0).map(({ name }) => name)
    if (picked.value && there.includes(picked.value)) return { kind: 'zone', region: null, zone: picked.value, label: zoneLabel(picked.value) }
    if (draft.region) return { kind: 'region', region: draft.region, zone: null, label: 'the region you drew' }
    const worst = stored.evidence?.terms.find(({ term, value }) => value > 0 && there.includes(term))
    const name = worst?.term ?? FIRST_ZONES.find((zone) => there.includes(zone))
    const region = worst?.region ?? null
    return name === undefined ? null : { kind: 'suspect', region, zone: region === null ? name : null, label: zoneLabel(name) }
  })
  /** what the one key does with the target */
  const keyOperationId = computed(() => takenOutBy(target.value?.zone ?? ''))
  /** what the shown check changed, as a region */
  const spreadRegion = computed<Region | null>(() => shown.value?.region ?? regionOf(stored.zones.find(({ name }) => name === shown.value?.zone)?.outline ?? []))
  /** Of the newest check that speaks for a reason. A proposal: nothing is flagged by it. */
  const suggestion = computed<{ readonly reason: ReasonCode; readonly check: CausalCheck } | null>(() => {
    for (const check of [...checks.value].reverse()) {
      const reason = reasonOf(check, check.region ? zoneWithin(check.region, stored.zones) : null)
      if (reason) return { reason, check }
    }
    return null
  })
  const why = computed(() => {
    if (stored.wanted === null) return 'A check needs a readable case and a model'
    if (operation.value?.needsDonor && donorCaseId.value === null) return 'Choose the case to paste from'
    return target.value === null ? 'Draw a region or choose a zone first' : ''
  })

  async function loadOperations(): Promise<void> {
    if (operations.value.length === 0) operations.value = await client.call('causal.operations')
  }
  const parametersOf = (info: OperationInfo): Parameters => Object.fromEntries(info.parameters.map(({ name, default: value }) => [name, parameters.value[info.id]?.[name] ?? value]))
  function setParameter(name: string, value: number | string): void {
    parameters.value = { ...parameters.value, [operationId.value]: { ...parameters.value[operationId.value], [name]: value } }
  }

  /** Runs what is chosen; `take-out`: the one key, whatever stands in the form. */
  async function run(only?: 'take-out'): Promise<CausalCheck | null> {
    const caseId = worklist.current
    if (caseId === null || busy.value || stored.wanted === null) return null
    // the form does not keep what the key does with one zone: the next may be another
    if (only) operationId.value = 'erase'
    error.value = null
    busy.value = true
    control = new AbortController()
    const { signal } = control
    try {
      await loadOperations()
      const wanted = only ? keyOperationId.value : operationId.value
      const info = operations.value.find(({ id }) => id === wanted)!
      const what = target.value
      if (why.value !== '' || what === null) {
        error.value = { code: 'not-ready', message: `${why.value}.` }
        return null
      }
      const request: CheckRequest = { caseId, operation: info.id, region: what.region, zone: what.zone, parameters: parametersOf(info), donorCaseId: info.needsDonor ? donorCaseId.value : null, controls: 24, seed: 1 }
      const check = await client.call('causal.check', request, { signal })
      if (signal.aborted || worklist.current !== caseId) return null
      stored.addCheck(check)
      shownId.value = check.id
      return check
    } catch (thrown) {
      if (!signal.aborted && worklist.current === caseId) error.value = errorRecord(thrown)
      return null
    } finally {
      if (control.signal === signal) busy.value = false
    }
  }
  function cancel(): void {
    control.abort()
    busy.value = false
  }
  /** The region of the shown check in cases of another answer. */
  async function spreadOut(sample = 32): Promise<void> {
    const region = spreadRegion.value
    const caseId = worklist.current
    if (caseId === null || region === null) return
    error.value = null
    try {
      spreadJob.value = await client.call('causal.spread', { caseId, region, sample })
      const job = await jobs.finished(spreadJob.value)
      if (job.state === 'done' && worklist.current === caseId) spread.value = job.result as SpreadReport
    } catch (thrown) {
      error.value = errorRecord(thrown)
    } finally {
      spreadJob.value = null
    }
  }

  watch(() => worklist.current, () => {
    cancel()
    picked.value = null
    shownId.value = null
    error.value = null
    spread.value = null
    donorCaseId.value = null
  }, { flush: 'sync' })
  watch(() => draft.region, (region) => { if (region) picked.value = null })

  return {
    operations, operationId, operation, keyOperationId, donorCaseId, picked, busy, error, shownId, shown, checks, target, spreadRegion, spread, spreadJob, suggestion, why,
    loadOperations, parametersOf, setParameter, run, cancel, spreadOut,
  }
})
