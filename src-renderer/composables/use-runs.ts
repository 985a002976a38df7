import { computed } from 'vue'
import { NO_FILTER, type Filter } from '../../src-main/contract/records.ts'
import { useAttributionStore } from '../stores/attribution.ts'
import { useJobsStore } from '../stores/jobs.ts'
import { useNotificationsStore } from '../stores/notifications.ts'
import { client } from '../transport/client.ts'

/** Runs of the model over many cases: scores and the map that is chosen. */
export function useRuns() {
  const attribution = useAttributionStore()
  const jobs = useJobsStore()
  const notifications = useNotificationsStore()
  const isRunning = computed(() => jobs.running.some((job) => job.kind === 'run'))

  async function runAll(filter: Filter = NO_FILTER): Promise<void> {
    try {
      const job = await jobs.finished(await client.call('run.start', { filter, attribution: attribution.request }))
      const failed = job.itemErrors > 0 ? ` ${job.itemErrors} failed; each says why in its row.` : ''
      if (job.state === 'cancelled') notifications.notify('info', `The run was cancelled after ${job.done} cases. What was computed is kept.`)
      else if (job.done === 0) notifications.notify('info', 'There was nothing left to run: every case has its scores and this map.')
      else notifications.notify(failed ? 'warn' : 'ok', `The run is done: ${job.done} cases.${failed}`)
    } catch (thrown) {
      notifications.fail(thrown)
    }
  }

  return { isRunning, runAll }
}
