import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { ReasonCode, Region, Verdict } from '../../src-main/contract/records.ts'
import { client } from '../transport/client.ts'
import { useAppStore } from './app.ts'
import { useCaseStore } from './case.ts'
import { useNavigationStore } from './navigation.ts'
import { useNotificationsStore } from './notifications.ts'
import { usePlanSessionStore } from './plan-session.ts'
import { VERDICT_LABELS } from './words.ts'
import { useWorklistStore } from './worklist.ts'

export interface FlagChoice {
  readonly verdict: Verdict
  readonly reasons?: readonly ReasonCode[]
  readonly note?: string
  readonly region?: Region | null
}

/** Flags of the case being read. Each is on disk when its call returns; failures are told and the flag stays as it was. */
export const useReviewsStore = defineStore('reviews', () => {
  const app = useAppStore()
  const navigation = useNavigationStore()
  const session = usePlanSessionStore()
  const worklist = useWorklistStore()
  const cases = useCaseStore()
  const notifications = useNotificationsStore()
  const busy = ref(false)
  let asked = false

  async function guarded(work: () => Promise<boolean>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      return await work()
    } catch (thrown) {
      notifications.fail(thrown)
      return false
    } finally {
      busy.value = false
    }
  }

  async function write({ verdict, reasons = [], note = '', region = null }: FlagChoice, caseId: number): Promise<void> {
    if (session.item?.caseId === caseId) {
      cases.put((await session.judge({ verdict, reasons, note, region })).detail)
      return
    }
    cases.put(await client.call('reviews.flag', { caseId, verdict, reasons: [...reasons], note, region }))
    askForReader()
  }

  /** Once a session: flags carry their reader's name, and it is still empty. */
  function askForReader(): void {
    if (asked || app.settings.reader.trim() !== '') return
    asked = true
    notifications.notify('warn', 'The flag was saved without a reader’s name.', { action: { label: 'Enter a name', run: () => navigation.openDialog('settings') }, sticky: true })
  }

  /** False where there is no case, another flag is being written, or it failed. */
  function flag(choice: FlagChoice): Promise<boolean> {
    return guarded(async () => {
      if (worklist.current === null) return false
      await write(choice, worklist.current)
      return true
    })
  }

  /** The next case is found before the flag is written, because the flag may take this one out of the filter. */
  function flagAndNext(choice: FlagChoice): Promise<boolean> {
    return guarded(async () => {
      const caseId = worklist.current
      if (caseId === null) return false
      if (session.item?.caseId === caseId) {
        await write(choice, caseId)
        await session.next()
        return true
      }
      const index = worklist.currentIndex
      if (index !== null && index + 1 < worklist.total) await worklist.ensure(index + 1, index + 1)
      const following = index === null ? undefined : worklist.rowAt(index + 1)?.id
      await write(choice, caseId)
      if (following !== undefined) await worklist.select(following)
      else notifications.notify('ok', `${VERDICT_LABELS[choice.verdict]}. That was the last case of this list.`)
      return true
    })
  }

  function clear(): Promise<boolean> {
    return guarded(async () => {
      if (worklist.current === null) return false
      if (session.item) {
        notifications.notify('info', 'A verdict by plan is changed by giving another one, or taken back by undo.')
        return false
      }
      cases.put(await client.call('reviews.clear', { caseId: worklist.current }))
      notifications.notify('info', 'The flag was removed.', { action: { label: 'Undo', run: async () => { await undo() } } })
      return true
    })
  }

  function step(method: 'reviews.undo' | 'reviews.redo', done: string, nothing: string): Promise<boolean> {
    return guarded(async () => {
      const result = await client.call(method)
      if (!result) {
        notifications.notify('info', nothing)
        return false
      }
      notifications.notify('info', `${done}: ${result.what}`)
      // of many cases none is the one to go to: the reader stays where they are
      if (result.cases > 1) {
        await cases.load()
        return true
      }
      if (await session.again(result.caseId)) return true
      if (result.caseId === worklist.current) await cases.load()
      else await worklist.select(result.caseId)
      return true
    })
  }
  const undo = () => step('reviews.undo', 'Undone', 'There is nothing to undo.')
  const redo = () => step('reviews.redo', 'Done again', 'There is nothing to do again.')

  return { busy, flag, flagAndNext, clear, undo, redo }
})
