import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { errorRecord, type ErrorRecord } from '../../src-main/contract/errors.ts'
import type { CaseDetail } from '../../src-main/contract/records.ts'
import { client } from '../transport/client.ts'
import { usePlanSessionStore } from './plan-session.ts'
import { useWorklistStore } from './worklist.ts'

/** All that is known of the case being read. The one before stays until the next one is there. */
export const useCaseStore = defineStore('case', () => {
  const session = usePlanSessionStore()
  const worklist = useWorklistStore()
  const detail = shallowRef<CaseDetail | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)

  async function load(): Promise<void> {
    const id = worklist.current
    if (id === null) {
      detail.value = null
      error.value = null
      return
    }
    if (session.item?.caseId === id) {
      detail.value = session.item.detail
      error.value = null
      return
    }
    try {
      const next = await client.call('cases.get', { caseId: id })
      if (worklist.current !== id || session.item?.caseId === id) return
      detail.value = next
      error.value = null
    } catch (thrown) {
      if (worklist.current !== id) return
      detail.value = null
      error.value = errorRecord(thrown)
    }
  }
  /** What a call gave back of a case; other cases than the one being read are left out. */
  function put(next: CaseDetail): void {
    if (next.id === worklist.current) detail.value = next
  }

  watch(() => worklist.current, load, { immediate: true })
  // by plan a reader sees of a case what the plan lets them see
  watch(() => session.item, load)
  client.on('cases', ({ caseIds }) => {
    if (worklist.current !== null && (caseIds === null || caseIds.includes(worklist.current))) void load()
  })

  return { detail, error, load, put }
})
