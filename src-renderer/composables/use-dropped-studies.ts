import { computed, shallowRef } from 'vue'
import { ReviewError } from '../../src-main/contract/errors.ts'
import { useAppStore } from '../stores/app.ts'
import { useJobsStore } from '../stores/jobs.ts'
import { useNavigationStore } from '../stores/navigation.ts'
import { useNotificationsStore } from '../stores/notifications.ts'
import { client } from '../transport/client.ts'
import { filesOf, pathsOf, plainFiles, sendFiles, type DroppedFile } from '../transport/dropped.ts'

/** what a drop of single files may name in one import */
const MAX_PATHS = 10_000

/** Files and folders dropped onto the window: imported where they lie where the shell knows it, else copied beside the project first. */
export function useDroppedStudies() {
  const app = useAppStore()
  const jobs = useJobsStore()
  const navigation = useNavigationStore()
  const notifications = useNotificationsStore()
  const images = app.memory('import.images', false)
  const sending = shallowRef<{ readonly sent: number; readonly control: AbortController } | null>(null)

  async function start(paths: readonly string[]): Promise<void> {
    const [folder, ...also] = paths
    if (folder === undefined) return
    if (also.length >= MAX_PATHS) throw new ReviewError('not-allowed', `More than ${MAX_PATHS} single files were dropped. Drop the folder that they lie in.`)
    navigation.show('data')
    await jobs.finished(await client.call('import.start', { folder, also, images: images.value }))
  }

  async function copyThenStart(dropped: AsyncIterable<DroppedFile>): Promise<void> {
    const control = new AbortController()
    sending.value = { sent: 0, control }
    try {
      const { id, folder } = await client.call('import.receive')
      const written = await sendFiles(id, dropped, { signal: control.signal, onSent: (sent) => { sending.value = { sent, control } } })
      // archives are opened where they are named, not where they lie in a folder
      await start([folder, ...written.filter((path) => /\.zip$/i.test(path)).map((path) => `${folder}/${path}`)])
    } finally {
      sending.value = null
    }
  }

  /** The drop's items have to be read before anything is waited for: afterwards they are gone. */
  async function drop(transfer: DataTransfer): Promise<void> {
    const files = [...transfer.files]
    const paths = pathsOf(files)
    const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
    try {
      if (sending.value) throw new ReviewError('busy', 'Files that were dropped before are still being copied. Wait for them, or cancel.')
      if (!app.project) throw new ReviewError('not-ready', 'Open a project first, or make a new one; then drop the studies onto it.')
      if (paths) await start(paths)
      else if (files.length > 0) await copyThenStart(entries.length > 0 ? filesOf(entries) : plainFiles(files))
    } catch (thrown) {
      notifications.fail(thrown)
    }
  }

  return { drop, sent: computed(() => sending.value?.sent ?? null), cancel: () => sending.value?.control.abort() }
}
