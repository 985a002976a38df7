import { computed, ref } from 'vue'
import { useFileBrowserStore, type PickWhat } from '../stores/file-browser.ts'
import { useNotificationsStore } from '../stores/notifications.ts'

/** Of a dialog that asks for a path: it steps aside while one is chosen, because there is one modal dialog at a time. */
export function usePathChoice(isOpen: () => boolean, close: () => void) {
  const files = useFileBrowserStore()
  const notifications = useNotificationsStore()
  const picking = ref(false)
  const open = computed({ get: () => isOpen() && !picking.value, set: (shown: boolean) => { if (!shown) close() } })

  /** null: cancelled, or told why not. */
  async function choosePath(what: PickWhat, suggested = ''): Promise<string | null> {
    picking.value = true
    try {
      return await files.pick(what, suggested)
    } catch (thrown) {
      notifications.fail(thrown)
      return null
    } finally {
      picking.value = false
    }
  }
  return { open, choosePath }
}
