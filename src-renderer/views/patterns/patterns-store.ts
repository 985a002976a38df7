import { defineStore } from 'pinia'
import { computed } from 'vue'
import { DEFAULT_AGE_BANDS, type Grouping } from '../../../src-main/contract/patterns.ts'
import { NO_FILTER, type Filter } from '../../../src-main/contract/records.ts'
import { useAppStore } from '../../stores/app.ts'
import { useNavigationStore } from '../../stores/navigation.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { isCaseColumn } from '../../stores/words.ts'

export const PATTERN_TABS = { verdicts: 'Verdicts', subgroups: 'Subgroups', maps: 'Maps by group', clusters: 'Clusters', headers: 'Header only', exposure: 'Exposure' } as const
export type PatternTab = keyof typeof PATTERN_TABS

/** ids that one condition may name */
const MOST_IDS = 500

interface Choice { readonly tab: PatternTab; readonly scope: 'all' | 'list'; readonly first: string; readonly second: string; readonly ageBands: string; readonly filters: readonly number[] }
const FIRST: Choice = { tab: 'verdicts', scope: 'all', first: 'sex', second: '', ageBands: DEFAULT_AGE_BANDS.join(', '), filters: [] }

/** Ages where a band ends and the next begins, as typed: '18, 40'. null: not ascending numbers. */
export function bandsOf(text: string): number[] | null {
  const parts = text.split(/[,;\s]+/).filter(Boolean).map(Number)
  return parts.every((value, index) => Number.isFinite(value) && (index === 0 || value > parts[index - 1])) ? parts : null
}

/** What is looked at across the set, and over which cases; the same for every tab, and kept. */
export const usePatternsStore = defineStore('patterns', () => {
  const app = useAppStore()
  const navigation = useNavigationStore()
  const worklist = useWorklistStore()
  const kept = app.memory<Choice>('patterns', FIRST)
  const choice = computed<Choice>(() => ({ ...FIRST, ...kept.value }))

  function choose(change: Partial<Choice>): void {
    kept.value = { ...choice.value, ...change }
  }

  const isColumn = (name: string) => isCaseColumn(name) || (app.project?.groupColumns ?? []).some((column) => name === `group:${column}`)
  const columns = computed(() => [choice.value.first, choice.value.second].filter((name, index, all) => name !== '' && isColumn(name) && all.indexOf(name) === index))
  const bands = computed(() => bandsOf(choice.value.ageBands))
  const filters = computed(() => choice.value.filters.filter((id) => worklist.saved.some((saved) => saved.id === id)))
  /** null: nothing to split by */
  const grouping = computed<Grouping | null>(() => {
    if (columns.value.length + filters.value.length === 0) return null
    const ages: Record<string, number[]> = columns.value.includes('ageYears') && bands.value ? { ageYears: bands.value } : {}
    return { columns: columns.value, bands: ages, filters: [...filters.value] }
  })
  const filter = computed<Filter>(() => choice.value.scope === 'all' ? NO_FILTER : worklist.filter)

  /** The cases of a group in the work list. */
  async function openFilter(next: Filter): Promise<void> {
    await worklist.setFilter(next)
    navigation.show('compare')
  }
  /** These cases, the first 500 of them. */
  async function openCases(caseIds: readonly number[]): Promise<void> {
    await openFilter({ ...NO_FILTER, conditions: [{ column: 'id', op: 'in', value: caseIds.slice(0, MOST_IDS) }] })
  }
  async function openCase(caseId: number): Promise<void> {
    await worklist.reveal(caseId)
    navigation.show('compare')
  }

  return { choice, choose, columns, bands, filters, grouping, filter, openFilter, openCases, openCase, MOST_IDS }
})
