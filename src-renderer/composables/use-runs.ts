import { computed } from 'vue'
import { NO_FILTER, type Filter } from '../../src-main/contract/records.ts'
import { useAppStore } from '../stores/app.ts'
import { useAttributionStore } from '../stores/attribution.ts'
import { useJobsStore } from '../stores/jobs.ts'
import { useNotificationsStore } from '../stores/notifications.ts'
import { client } from '../transport/client.ts'

/** Runs of the model over many cases: scores and the map that is chosen, and the model's features where they are kept. */
export function useRuns() {
  const app = useAppStore()
  const attribution = useAttributionStore()
  const jobs = useJobsStore()
  const notifications = useNotificationsStore()
  /** the model's features as well, for the probe and for cases that are alike by features */
  const keepsFeatures = app.memory('run.features', false)
  const isRunning = computed(() => jobs.running.some((job) => job.kind === 'run'))

  async function runAll(filter: Filter = NO_FILTER): Promise<void> {
    try {
      const job = await jobs.finished(await client.call('run.start', { filter, attribution: attribution.request, features: keepsFeatures.value }))
      const failed = job.itemErrors > 0 ? ` ${job.itemErrors} failed; each says why in its row.` : ''
      if (job.state === 'cancelled') notifications.notify('info', `The run was cancelled after ${job.done} cases. What was computed is kept.`)
      else if (job.done === 0) notifications.notify('info', 'There was nothing left to run: every case has what was asked for.')
      else notifications.notify(failed ? 'warn' : 'ok', `The run is done: ${job.done} cases.${failed}`)
    } catch (thrown) {
      notifications.fail(thrown)
    }
  }

  return { isRunning, keepsFeatures, runAll }
}
