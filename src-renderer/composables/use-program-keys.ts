import { useAppStore } from '../stores/app.ts'
import { useNavigationStore, VIEWS, type View } from '../stores/navigation.ts'
import { usePlanSessionStore } from '../stores/plan-session.ts'
import { useReviewsStore } from '../stores/reviews.ts'
import { useWorklistStore } from '../stores/worklist.ts'
import { useKeys, type Command } from './use-keys.ts'

const PAGE = 20

/** What the keyboard does in every view: from case to case, undo, and the way to every screen. */
export function useProgramKeys(actions: { focusSearch: () => void; toggleList: () => void; focusList: () => void }): void {
  const app = useAppStore()
  const navigation = useNavigationStore()
  const worklist = useWorklistStore()
  const reviews = useReviewsStore()
  const session = usePlanSessionStore()
  const isOpen = () => app.project !== null
  const reading = () => isOpen() && navigation.view === 'compare' && session.item === null
  const at = () => worklist.currentIndex ?? 0

  const ways = (Object.keys(VIEWS) as View[]).map((view, place): Command => ({
    id: `view.${view}`, title: `Show ${VIEWS[view]}`, group: 'Program', keys: [`Alt+Digit${place + 1}`], everywhere: true, when: isOpen, run: () => navigation.show(view),
  }))

  useKeys([
    { id: 'case.next', title: 'Next case', group: 'Cases', keys: ['ArrowRight', 'ArrowDown'], when: reading, run: () => void worklist.next() },
    { id: 'case.previous', title: 'Previous case', group: 'Cases', keys: ['ArrowLeft', 'ArrowUp'], when: reading, run: () => void worklist.previous() },
    { id: 'case.first', title: 'First case of the list', group: 'Cases', keys: ['Home'], when: reading, run: () => void worklist.goTo(0) },
    { id: 'case.last', title: 'Last case of the list', group: 'Cases', keys: ['End'], when: reading, run: () => void worklist.goTo(worklist.total - 1) },
    { id: 'case.page-down', title: 'A page down the list', group: 'Cases', keys: ['PageDown'], when: reading, run: () => void worklist.goTo(at() + PAGE) },
    { id: 'case.page-up', title: 'A page up the list', group: 'Cases', keys: ['PageUp'], when: reading, run: () => void worklist.goTo(at() - PAGE) },

    { id: 'review.undo', title: 'Undo the last flag', group: 'Flag', keys: ['$mod+z'], when: isOpen, run: () => void reviews.undo() },
    { id: 'review.redo', title: 'Do it again', group: 'Flag', keys: ['$mod+y', '$mod+Shift+z'], when: isOpen, run: () => void reviews.redo() },

    { id: 'list.search', title: 'Search the work list', group: 'List', keys: ['/', '$mod+f'], when: isOpen, run: actions.focusSearch },
    { id: 'list.focus', title: 'Go to the work list', group: 'List', keys: ['j'], when: isOpen, run: actions.focusList },
    { id: 'list.toggle', title: 'Show or hide the work list', group: 'List', keys: ['$mod+b'], when: isOpen, run: actions.toggleList },
    { id: 'list.filter', title: 'Add a filter', group: 'List', keys: ['$mod+Shift+f'], when: isOpen, run: () => navigation.openDialog('filter') },
    { id: 'list.sample', title: 'Draw a sample', group: 'List', keys: ['$mod+Shift+s'], when: isOpen, run: () => navigation.openDialog('sample') },

    ...ways,
    { id: 'program.export', title: 'Export', group: 'Program', keys: ['$mod+e'], when: isOpen, run: () => navigation.openDialog('export') },
    { id: 'program.settings', title: 'Settings', group: 'Program', keys: ['$mod+,'], run: () => navigation.openDialog('settings') },
    { id: 'program.theme', title: 'Light or dark', group: 'Program', keys: ['$mod+Shift+l'], run: () => void app.setTheme(app.settings.theme === 'dark' ? 'light' : 'dark') },
    { id: 'program.keys', title: 'This sheet of keys', group: 'Program', keys: ['[Shift]+?', 'F1'], run: () => navigation.openDialog('keys') },
  ])
}
