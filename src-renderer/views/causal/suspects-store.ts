import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { SUSPICION_THRESHOLD, type SuspectReport } from '../../../src-main/contract/causal.ts'
import { NO_FILTER, type Condition, type Job } from '../../../src-main/contract/records.ts'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import { useAppStore } from '../../stores/app.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { useNavigationStore } from '../../stores/navigation.ts'
import { useNotificationsStore } from '../../stores/notifications.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { client } from '../../transport/client.ts'
import { useCaseEvidenceStore } from './evidence-case-store.ts'
import { availableColumns, defaultWidth, FIRST_COLUMNS, usableColumns, type ShownColumn } from '../worklist/columns.ts'

export const SUSPECT_SCOPES = { all: 'All cases', list: 'The list as it is filtered', case: 'This case' } as const
export type SuspectScope = keyof typeof SUSPECT_SCOPES

export const ACCUSED: Condition = { column: 'suspicion', op: 'at-least', value: SUSPICION_THRESHOLD }
const isAccusedCondition = ({ column, op, value }: Condition): boolean => column === ACCUSED.column && op === ACCUSED.op && value === ACCUSED.value

/** The job that looks for wrong reasons, its report, and the work list ordered by it. */
export const useSuspectsStore = defineStore('suspects', () => {
  const app = useAppStore()
  const jobs = useJobsStore()
  const navigation = useNavigationStore()
  const notifications = useNotificationsStore()
  const stored = useCaseEvidenceStore()
  const worklist = useWorklistStore()

  const scope = ref<SuspectScope>('all')
  const again = ref(false)
  const kept = shallowRef<{ readonly key: string; readonly report: SuspectReport } | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const key = computed(() => `${app.project?.file}:${app.model?.sha256}:${app.model?.profileSha256}`)
  const report = computed(() => kept.value?.key === key.value ? kept.value.report : null)
  const running = computed<Job | null>(() => jobs.running.find(({ kind }) => kind === 'suspects') ?? null)
  const onlyAccused = computed(() => worklist.filter.conditions.some(isAccusedCondition))

  /** The same call goes on where one stopped: what was looked at is not looked at again. */
  async function find(which: SuspectScope = scope.value): Promise<void> {
    error.value = null
    const of = key.value
    const single = which === 'case'
    try {
      const cases = single ? { caseIds: [worklist.current!] } : { filter: which === 'list' ? worklist.filter : NO_FILTER }
      const job = await jobs.finished(await client.call('causal.suspect', { ...cases, again: single || again.value }))
      const result = job.result as SuspectReport | null
      if (!result) return
      if (single) {
        if (result.failed[0]) error.value = result.failed[0].error
        await stored.load()
        return
      }
      kept.value = { key: of, report: result }
      tell(result)
    } catch (thrown) {
      error.value = errorRecord(thrown)
      if (navigation.dialog !== 'suspects' && !single) notifications.fail(thrown)
    }
  }
  function tell({ accused, cases, cancelled, failed }: SuspectReport): void {
    if (navigation.dialog === 'suspects') return
    const end = cancelled ? `Stopped; what was found is kept. ${accused} of ${cases} cases looked at are accused.` : `${accused} of ${cases} cases are accused of a wrong reason.`
    notifications.notify(failed.length > 0 ? 'warn' : 'info', end + (failed.length > 0 ? ` ${failed.length} could not be looked at.` : ''), { action: { label: 'See the report', run: () => navigation.openDialog('suspects') }, sticky: true })
  }
  async function cancel(): Promise<void> {
    if (running.value) await jobs.cancel(running.value.id)
  }
  /** The most suspect first, their column beside the file's: an order that is not seen is none. */
  async function order(): Promise<void> {
    const [file, ...others] = usableColumns(app.recall<readonly ShownColumn[]>('list.columns', FIRST_COLUMNS), availableColumns(app.project?.groupColumns ?? []))
    const column = others.find(({ name }) => name === 'suspicion') ?? { name: 'suspicion', width: defaultWidth('suspicion') }
    if (file.name !== 'suspicion') app.remember('list.columns', [file, column, ...others.filter(({ name }) => name !== 'suspicion')])
    await worklist.setSort({ column: 'suspicion', descending: true })
  }
  function toggleAccused(): Promise<void> {
    return onlyAccused.value ? worklist.setFilter({ conditions: worklist.filter.conditions.filter((condition) => !isAccusedCondition(condition)) }) : worklist.addCondition(ACCUSED)
  }

  return { scope, again, report, error, running, onlyAccused, find, cancel, order, toggleAccused }
})
