import type { Pass } from '../../../src-main/contract/protocol.ts'
import { useAppStore } from '../../stores/app.ts'
import { useNotificationsStore } from '../../stores/notifications.ts'
import { usePlanSessionStore } from '../../stores/plan-session.ts'

/** Reading by plan, begun or gone on with under a reader's name; failures are told. */
export function useReading() {
  const app = useAppStore()
  const notifications = useNotificationsStore()
  const session = usePlanSessionStore()

  /** Makes it the name of the reader at work. False where there is none. */
  async function named(typed: string): Promise<boolean> {
    const name = typed.trim()
    if (name === '') {
      notifications.notify('warn', 'Enter your name first, beside ‘Reader’: a review by plan tells its readers apart.')
      return false
    }
    if (name !== app.settings.reader) await app.setReader(name)
    return true
  }
  async function read(planId: number, pass: Pass, name = app.settings.reader): Promise<void> {
    try {
      if (await named(name)) await session.begin(planId, pass)
    } catch (thrown) {
      notifications.fail(thrown)
    }
  }
  return { named, read }
}
