import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import { useAppStore } from '../../stores/app.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { useNavigationStore } from '../../stores/navigation.ts'
import { usePlanSessionStore } from '../../stores/plan-session.ts'
import { useFlagDraftStore } from '../compare/flag-draft-store.ts'
import { useCheckStore } from './check-store.ts'
import { useCaseEvidenceStore } from './evidence-case-store.ts'
import { useSuspectsStore } from './suspects-store.ts'

export const TOUR = ['see', 'prove', 'flag', 'export'] as const
export type TourStep = (typeof TOUR)[number]
interface Kept { readonly hidden: boolean; readonly done: readonly TourStep[] }

/** The five-minute path through the demo: see, prove, flag, export. A step is done when the thing itself was done, however. */
export const useTourStore = defineStore('tour', () => {
  const app = useAppStore()
  const checks = useCheckStore()
  const draft = useFlagDraftStore()
  const jobs = useJobsStore()
  const navigation = useNavigationStore()
  const session = usePlanSessionStore()
  const stored = useCaseEvidenceStore()
  const suspects = useSuspectsStore()
  const kept = app.memory<Kept>('demo.tour', { hidden: false, done: [] })

  const isDemo = computed(() => app.project?.isDemo ?? false)
  const shown = computed(() => isDemo.value && app.model !== null && !kept.value.hidden && session.item === null)
  const done = computed(() => new Set(kept.value.done))
  const current = computed<TourStep | null>(() => TOUR.find((step) => !done.value.has(step)) ?? null)

  const RUN: Readonly<Record<TourStep, () => void>> = {
    see: () => void suspects.find('case'),
    prove: () => void checks.run('take-out'),
    flag: () => { if (draft.canFlag) draft.picking = 'wrong-reason' },
    export: () => navigation.openDialog('export'),
  }
  const finish = (step: TourStep) => { if (isDemo.value && !done.value.has(step)) kept.value = { ...kept.value, done: [...kept.value.done, step] } }
  watch(() => stored.evidence?.suspicion ?? null, (suspicion) => { if (suspicion !== null) finish('see') })
  watch(() => checks.checks.length, (count) => { if (count > 0) finish('prove') })
  watch(() => app.project?.flagged ?? 0, (flagged) => { if (flagged > 0) finish('flag') })
  watch(() => jobs.latest('export')?.state, (state) => { if (state === 'done') finish('export') })

  function hide(): void {
    kept.value = { ...kept.value, hidden: true }
  }
  function begin(): void {
    kept.value = { hidden: false, done: [] }
    navigation.show('compare')
  }
  return { isDemo, shown, done, current, run: (step: TourStep) => RUN[step](), hide, begin }
})
