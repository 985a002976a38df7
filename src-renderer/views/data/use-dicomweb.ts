import { computed, ref, shallowRef } from 'vue'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { DicomWebServer, RemoteStudy } from '../../../src-main/contract/remote.ts'
import { useAppStore } from '../../stores/app.ts'
import { client } from '../../transport/client.ts'

export const ACCESS_WORDS = { none: 'Nothing', basic: 'User and password', bearer: 'Token' } as const
export type AccessKind = keyof typeof ACCESS_WORDS

/** A search on a DICOMweb server. The address is remembered on this machine; what gives access is forgotten with the dialog. */
export function useDicomweb() {
  const app = useAppStore()
  const url = app.memory('dicomweb.url', '')
  const kind = ref<AccessKind>('none')
  const secrets = ref({ user: '', password: '', token: '' })
  const query = ref({ studyDate: '', patientId: '', accession: '', modality: '' })
  const found = shallowRef<readonly RemoteStudy[] | null>(null)
  const chosen = ref<ReadonlySet<string>>(new Set())
  const error = shallowRef<ErrorRecord | null>(null)
  const searching = ref(false)

  const server = computed<DicomWebServer>(() => {
    const { user, password, token } = secrets.value
    const access = { none: { kind: 'none' }, basic: { kind: 'basic', user, password }, bearer: { kind: 'bearer', token } } as const
    return { url: url.value, access: access[kind.value] }
  })
  /** so that a password is not typed into what anyone on the way can read */
  const isOpenToOthers = computed(() => kind.value !== 'none' && /^http:\/\/(?!(localhost|127\.|\[::1\]))/i.test(url.value.trim()))

  async function search(): Promise<void> {
    searching.value = true
    error.value = null
    try {
      found.value = await client.call('dicomweb.search', { server: server.value, query: query.value })
      chosen.value = new Set(found.value.length <= 20 ? found.value.map(({ studyInstanceUid }) => studyInstanceUid) : [])
    } catch (thrown) {
      error.value = errorRecord(thrown)
    } finally {
      searching.value = false
    }
  }
  function choose(uid: string, on: boolean): void {
    const next = new Set(chosen.value)
    if (on) next.add(uid)
    else next.delete(uid)
    chosen.value = next
  }
  function chooseAll(on: boolean): void {
    chosen.value = new Set(on ? (found.value ?? []).map(({ studyInstanceUid }) => studyInstanceUid) : [])
  }
  function forget(): void {
    secrets.value = { user: '', password: '', token: '' }
    found.value = null
    error.value = null
  }

  return { url, kind, secrets, query, found, chosen, error, searching, server, isOpenToOthers, search, choose, chooseAll, forget }
}
