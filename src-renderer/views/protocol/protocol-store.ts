import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { Conflict, MergeReport, ModelComparison, Plan, ProjectModel, ReaderProgress, Results } from '../../../src-main/contract/protocol.ts'
import { useAppStore } from '../../stores/app.ts'
import { useAttributionStore } from '../../stores/attribution.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { client } from '../../transport/client.ts'

/** The plans of the project, and of the chosen one its progress, results and what is open. Reads afresh whenever a case changes. */
export const useProtocolStore = defineStore('protocol', () => {
  const app = useAppStore()
  const attribution = useAttributionStore()
  const jobs = useJobsStore()
  const plans = shallowRef<readonly Plan[] | null>(null)
  const planId = ref<number | null>(null)
  const reader = ref<string | null>(null)
  const by = ref<string | null>(null)
  const progress = shallowRef<readonly ReaderProgress[]>([])
  const results = shallowRef<Results | null>(null)
  const conflicts = shallowRef<readonly Conflict[]>([])
  const models = shallowRef<readonly ProjectModel[]>([])
  const pair = shallowRef<readonly [number, number] | null>(null)
  const comparison = shallowRef<ModelComparison | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const plan = computed(() => plans.value?.find(({ id }) => id === planId.value) ?? null)
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    try {
      const [nextPlans, nextModels] = await Promise.all([client.call('plans.list'), client.call('models.list')])
      if (mine !== asked) return
      plans.value = nextPlans
      models.value = nextModels
      if (!plan.value) planId.value = nextPlans.at(-1)?.id ?? null
      if (!pair.value && nextModels.length > 1) pair.value = [nextModels.at(-2)!.id, nextModels.at(-1)!.id]
      await Promise.all([loadPlan(mine), loadComparison(mine)])
      if (mine === asked) error.value = null
    } catch (thrown) {
      if (mine === asked) error.value = errorRecord(thrown)
    }
  }
  async function loadPlan(mine: number): Promise<void> {
    const id = planId.value
    if (id === null) {
      results.value = null
      return
    }
    const [nextProgress, nextConflicts] = await Promise.all([client.call('plans.progress', { planId: id }), client.call('plans.conflicts', { planId: id })])
    const nextResults = await client.call('results.get', { planId: id, reader: reader.value, by: by.value === null ? [] : [by.value] })
    if (mine !== asked) return
    ;[progress.value, conflicts.value, results.value] = [nextProgress, nextConflicts, nextResults]
  }
  async function loadComparison(mine: number): Promise<void> {
    const next = pair.value === null ? null : await client.call('models.compare', { before: pair.value[0], after: pair.value[1], attribution: attribution.request })
    if (mine === asked) comparison.value = next
  }

  async function make(request: Parameters<typeof client.call<'plans.make'>>[1]): Promise<void> {
    const made = await client.call('plans.make', request)
    planId.value = made.id
    reader.value = null
    await load()
  }
  async function remove(id: number): Promise<void> {
    await client.call('plans.remove', { id })
    await load()
  }
  async function merge(file: string): Promise<MergeReport> {
    const job = await jobs.finished(await client.call('readings.merge', { file }))
    await load()
    return job.result as MergeReport
  }

  watch([planId, reader, by, pair], () => { void load() })
  watch(() => app.project?.file, () => {
    ;[plans.value, planId.value, reader.value, by.value, pair.value, results.value, comparison.value] = [null, null, null, null, null, null, null]
  })
  return { plans, plan, planId, reader, by, progress, results, conflicts, models, pair, comparison, error, load, make, remove, merge }
})
