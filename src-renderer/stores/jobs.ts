import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { ReviewError } from '../../src-main/contract/errors.ts'
import type { Job } from '../../src-main/contract/records.ts'
import { client } from '../transport/client.ts'

/** What runs in the background. A job's last state stays until the next job of its kind begins. */
export const useJobsStore = defineStore('jobs', () => {
  const byId = shallowRef<ReadonlyMap<string, Job>>(new Map())
  const waiting = new Map<string, { resolve: (job: Job) => void; reject: (thrown: unknown) => void }[]>()
  let stopListening: (() => void) | null = null

  const all = computed(() => [...byId.value.values()])
  const running = computed(() => all.value.filter((job) => job.state === 'running'))

  function put(job: Job): void {
    const known = byId.value.get(job.id)
    // an answer to a call may come after the event that tells of the end
    if (known && known.state !== 'running' && job.state === 'running') return
    const next = new Map([...byId.value].filter(([, other]) => other.id === job.id || other.kind !== job.kind || other.state === 'running'))
    next.set(job.id, job)
    byId.value = next
    if (job.state !== 'running') settle(job)
  }

  function settle(job: Job): void {
    for (const { resolve, reject } of waiting.get(job.id) ?? []) {
      if (job.error && job.state === 'failed') reject(ReviewError.fromRecord(job.error))
      else resolve(job)
    }
    waiting.delete(job.id)
  }

  async function start(): Promise<void> {
    stopListening ??= client.on('job', put)
    for (const job of await client.call('jobs.list')) put(job)
  }

  /** The job as it ended; a cancelled one too. Throws the job's error when it failed. */
  function finished(job: Job): Promise<Job> {
    put(job)
    return new Promise((resolve, reject) => {
      waiting.set(job.id, [...(waiting.get(job.id) ?? []), { resolve, reject }])
      const now = byId.value.get(job.id)
      if (now && now.state !== 'running') settle(now)
    })
  }

  function latest(kind: Job['kind']): Job | null {
    return all.value.filter((job) => job.kind === kind).at(-1) ?? null
  }

  async function cancel(id: string): Promise<void> {
    await client.call('jobs.cancel', { id })
  }

  return { all, running, start, put, finished, latest, cancel }
})
