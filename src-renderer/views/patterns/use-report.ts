import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { PatternKind } from '../../../src-main/contract/patterns.ts'
import type { Job } from '../../../src-main/contract/records.ts'
import { useAppStore } from '../../stores/app.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { client } from '../../transport/client.ts'

/**
 * One analysis: the newest report that the project keeps of it is shown at once, `run` makes a new one (from the service's own store where nothing
 * changed). While a job runs its progress is shown and it can be cancelled; the report before stays.
 */
export function useReport<R>(kind: PatternKind, begin: () => Promise<Job>) {
  const app = useAppStore()
  const jobs = useJobsStore()
  const report = shallowRef<R | null>(null)
  const computedAt = ref<string | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const loading = ref(true)
  const mine = ref<string | null>(null)
  let gone = false

  const job = computed(() => jobs.running.find(({ id }) => id === mine.value) ?? null)
  /** another analysis at work: one at a time */
  const busy = computed(() => jobs.running.some((other) => other.kind === 'patterns' && other.id !== mine.value))

  async function readKept(): Promise<void> {
    loading.value = true
    report.value = null
    error.value = null
    try {
      const newest = (await client.call('patterns.kept')).find((entry) => entry.kind === kind)
      if (newest && !gone) {
        report.value = await client.call('patterns.report', { id: newest.id }) as R
        computedAt.value = newest.computedAt
      }
    } catch (thrown) {
      error.value = errorRecord(thrown)
    } finally {
      loading.value = false
    }
  }
  watch(() => app.project?.file, () => void readKept(), { immediate: true })
  onBeforeUnmount(() => { gone = true })

  async function run(): Promise<void> {
    error.value = null
    try {
      const started = await begin()
      mine.value = started.id
      const ended = await jobs.finished(started)
      if (ended.state !== 'done') return
      report.value = ended.result as R
      computedAt.value = new Date().toISOString()
    } catch (thrown) {
      error.value = errorRecord(thrown)
    } finally {
      mine.value = null
    }
  }
  async function cancel(): Promise<void> {
    if (mine.value) await jobs.cancel(mine.value)
  }

  return { report, computedAt, error, loading, job, busy, run, cancel }
}
export type Report<R> = ReturnType<typeof useReport<R>>
