import { shallowRef, watch, type Ref } from 'vue'
import type { Input } from '../../../src-main/contract/api.ts'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { ExportPreview } from '../../../src-main/contract/interchange.ts'
import { client } from '../../transport/client.ts'

/** What the export would hold as it is chosen now; asked again at each change, and only the last answer counts. null: nothing is asked for. */
export function useExportPreview(wanted: Ref<Input<'export.preview'> | null>) {
  const preview = shallowRef<ExportPreview | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  let asking = 0
  watch(wanted, async (request) => {
    const mine = ++asking
    if (request === null) return
    try {
      const answer = await client.call('export.preview', request)
      if (mine !== asking) return
      preview.value = answer
      error.value = null
    } catch (thrown) {
      if (mine !== asking) return
      preview.value = null
      error.value = errorRecord(thrown)
    }
  }, { immediate: true, deep: true })
  return { preview, error }
}
