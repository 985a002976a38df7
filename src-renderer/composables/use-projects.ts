import { useAppStore } from '../stores/app.ts'
import { useFileBrowserStore } from '../stores/file-browser.ts'
import { useNavigationStore } from '../stores/navigation.ts'
import { useNotificationsStore } from '../stores/notifications.ts'

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

  return {
    create: () => told(async () => {
      const file = await files.pick('save-project', `${app.state?.projectsFolder ?? ''}/Untitled.rightreason`)
      if (file === null) return
      await app.createProject(file)
      navigation.show('data')
    }),
    open: () => told(async () => {
      const file = await files.pick('project', app.state?.projectsFolder ?? '')
      if (file === null) return
      await app.openProject(file)
      navigation.show('compare')
    }),
    openFile: (file: string) => told(async () => {
      await app.openProject(file)
      navigation.show('compare')
    }),
    openDemo: () => told(async () => {
      await app.openDemo()
      navigation.show('compare')
    }),
    close: () => told(() => app.closeProject()),
  }
}
