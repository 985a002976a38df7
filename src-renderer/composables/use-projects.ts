import { errorRecord } from '../../src-main/contract/errors.ts'
import { useAppStore } from '../stores/app.ts'
import { useFileBrowserStore } from '../stores/file-browser.ts'
import { useNavigationStore } from '../stores/navigation.ts'
import { useNotificationsStore } from '../stores/notifications.ts'
import { client } from '../transport/client.ts'

/** Opening, making and closing a project, with failures told. */
export function useProjects() {
  const app = useAppStore()
  const files = useFileBrowserStore()
  const navigation = useNavigationStore()
  const notifications = useNotificationsStore()

  async function told(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      notifications.fail(thrown)
    }
  }

  /** A damaged project is offered to be saved as far as it can be read. */
  async function opened(file: string): Promise<void> {
    try {
      await app.openProject(file)
    } catch (thrown) {
      if (errorRecord(thrown).code !== 'project-damaged') throw thrown
      notifications.notify('bad', errorRecord(thrown).message, { action: { label: 'Save what can be read', run: () => salvage(file) }, sticky: true })
      return
    }
    navigation.show('compare')
  }
  const salvage = (file: string) => told(async () => {
    const out = await files.pick('save-project', file.replace(/(\.rightreason)?$/, '-saved.rightreason'))
    if (out === null) return
    const { cases, flags, tables } = await client.call('project.salvage', { file, out })
    const lossy = tables.filter(({ damaged }) => damaged).map(({ name }) => name)
    await app.openProject(out)
    navigation.show('compare')
    notifications.notify(lossy.length === 0 ? 'ok' : 'warn', `${cases} cases and ${flags} flags were saved.`, { detail: lossy.length === 0 ? '' : `Rows are missing of: ${lossy.join(', ')}.`, sticky: true })
  })

  return {
    create: () => told(async () => {
      const file = await files.pick('save-project', `${app.state?.projectsFolder ?? ''}/Untitled.rightreason`)
      if (file === null) return
      await app.createProject(file)
      navigation.show('data')
    }),
    open: () => told(async () => {
      const file = await files.pick('project', app.state?.projectsFolder ?? '')
      if (file !== null) await opened(file)
    }),
    openFile: (file: string) => told(() => opened(file)),
    openDemo: () => told(async () => {
      await app.openDemo()
      navigation.show('compare')
    }),
    close: () => told(() => app.closeProject()),
  }
}
