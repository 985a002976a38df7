import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { FaithfulnessReport, MetricInfo, RandomisationReport } from '../../../src-main/contract/evidence.ts'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { Job, Region } from '../../../src-main/contract/records.ts'
import { useAppStore } from '../../stores/app.ts'
import { useAttributionStore } from '../../stores/attribution.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { client } from '../../transport/client.ts'

export const SCOPES = { case: 'This case', sample: 'A sample of the list' } as const
export type Scope = keyof typeof SCOPES

/** A finding with what it was made of: it is shown for nothing else. */
interface Found<T> { readonly key: string; readonly result: T }

/** Checks of the map being read. What was found stays while the dialog is closed, until the map, the case or the list is another one. */
export const useEvidenceStore = defineStore('evidence', () => {
  const app = useAppStore()
  const attribution = useAttributionStore()
  const jobs = useJobsStore()
  const worklist = useWorklistStore()

  const metrics = shallowRef<readonly MetricInfo[]>([])
  const scope = ref<Scope>('case')
  const chosen = ref<readonly string[]>(['deletion', 'insertion', 'road'])
  const sample = ref(20)
  const randomSample = ref(8)
  const seed = ref(1)
  const faithfulness = shallowRef<Found<readonly FaithfulnessReport[]> | null>(null)
  const randomisation = shallowRef<Found<RandomisationReport> | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)

  const map = computed(() => JSON.stringify([app.project?.file, app.model?.sha256, app.model?.profileSha256, attribution.request]))
  const list = computed(() => JSON.stringify([map.value, worklist.filter, seed.value]))
  const keys = computed(() => ({
    case: JSON.stringify([map.value, 'case', worklist.current]),
    sample: JSON.stringify([list.value, 'sample', sample.value]),
    random: JSON.stringify([list.value, 'random', randomSample.value]),
  }))
  const reports = computed(() => faithfulness.value?.key === keys.value[scope.value] ? faithfulness.value.result : null)
  const cascade = computed(() => randomisation.value?.key === keys.value.random ? randomisation.value.result : null)
  const running = computed(() => jobs.running.find((job) => job.kind === 'evidence') ?? null)

  async function load(): Promise<void> {
    if (metrics.value.length === 0) metrics.value = await client.call('evidence.metrics')
  }

  async function follow<T>(key: string, begin: () => Promise<Job>, keep: (found: Found<T>) => void): Promise<void> {
    error.value = null
    try {
      const job = await jobs.finished(await begin())
      if (job.state === 'done') keep({ key, result: job.result as T })
    } catch (thrown) {
      error.value = errorRecord(thrown)
    }
  }

  /** `region`: in image pixels, for this case; over a sample each case's own flag counts. */
  async function measure(region: Region | null): Promise<void> {
    const cases = scope.value === 'case' ? { caseIds: [worklist.current!], region } : { filter: worklist.filter, sample: sample.value, seed: seed.value }
    await follow<readonly FaithfulnessReport[]>(keys.value[scope.value], () => client.call('evidence.faithfulness', { ...cases, attribution: attribution.request, metrics: [...chosen.value] }), (found) => { faithfulness.value = found })
  }
  async function randomise(): Promise<void> {
    await follow<RandomisationReport>(keys.value.random, () => client.call('evidence.randomisation', { filter: worklist.filter, sample: randomSample.value, seed: seed.value, attribution: attribution.request }), (found) => { randomisation.value = found })
  }
  function toggle(id: string): void {
    chosen.value = chosen.value.includes(id) ? chosen.value.filter((other) => other !== id) : metrics.value.map((metric) => metric.id).filter((other) => other === id || chosen.value.includes(other))
  }
  async function cancel(): Promise<void> {
    if (running.value) await jobs.cancel(running.value.id)
  }

  return { metrics, scope, chosen, sample, randomSample, seed, error, reports, cascade, running, load, measure, randomise, toggle, cancel }
})
