import { useKeys } from '../../composables/use-keys.ts'
import { useCheckStore } from './check-store.ts'
import { useCaseEvidenceStore } from './evidence-case-store.ts'
import { useSuspectsStore } from './suspects-store.ts'

/** Proof by one key, and the look at a case by another. */
export function useCausalCommands(): void {
  const checks = useCheckStore()
  const stored = useCaseEvidenceStore()
  const suspects = useSuspectsStore()
  useKeys([
    { id: 'evidence.check', title: 'Prove it: erase the region or zone and ask again', group: 'Evidence', keys: ['k'], when: () => stored.wanted !== null && !checks.busy, run: () => void checks.run('take-out') },
    { id: 'evidence.look', title: 'How suspect is this case?', group: 'Evidence', keys: ['Shift+k'], when: () => stored.wanted !== null && suspects.running === null, run: () => void suspects.find('case') },
  ])
}
