import { defineStore } from 'pinia'
import { ref } from 'vue'

export const VIEWS = { compare: 'Review', patterns: 'Patterns', data: 'Data', labels: 'Labels', model: 'Model', protocol: 'Protocol', calibration: 'Calibration' } as const
export type View = keyof typeof VIEWS
export const DIALOGS = ['export', 'settings', 'keys', 'about', 'sample', 'filter', 'evidence', 'suspects', 'report', 'flags'] as const
export type Dialog = (typeof DIALOGS)[number]

/** Which screen and which dialog are shown. */
export const useNavigationStore = defineStore('navigation', () => {
  const view = ref<View>('compare')
  const dialog = ref<Dialog | null>(null)

  function show(next: View): void {
    view.value = next
    dialog.value = null
  }
  function openDialog(next: Dialog): void {
    dialog.value = next
  }
  function closeDialog(): void {
    dialog.value = null
  }

  return { view, dialog, show, openDialog, closeDialog }
})
