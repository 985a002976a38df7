import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { NO_FILTER, type Condition, type Filter, type Sample, type SavedFilter, type Sort } from '../../src-main/contract/records.ts'
import { client } from '../transport/client.ts'
import { useAppStore } from './app.ts'
import { rowPages } from './row-pages.ts'

/** What is kept of the list of each project that was open lately. */
interface KeptList { readonly filter: Filter; readonly sort: Sort | null; readonly current: number | null }
const LISTS_KEPT = 8

/**
 * The filtered, sorted list and the case that is being read. `current` is an id and survives its row leaving the list (as when a flag takes it out of the filter);
 * `currentIndex` is then null, and next() goes to what moved into its place.
 */
export const useWorklistStore = defineStore('worklist', () => {
  const app = useAppStore()
  const filter = shallowRef<Filter>(NO_FILTER)
  const sort = shallowRef<Sort | null>(null)
  const current = ref<number | null>(null)
  const currentIndex = ref<number | null>(null)
  const saved = shallowRef<readonly SavedFilter[]>([])
  const samples = shallowRef<readonly Sample[]>([])

  const pages = rowPages((offset, limit) => client.call('cases.page', { ...selection.value, offset, limit }))
  const { total, loading, loaded, error, rowAt, ensure, show } = pages
  /** counts the lists, so that an answer about an older one is known */
  let generation = 0
  let lastIndex = 0
  let stopListening: (() => void) | null = null

  const isFiltered = computed(() => filter.value.text !== '' || filter.value.conditions.length > 0 || filter.value.sampleId !== null)
  const selection = computed(() => ({ filter: filter.value, sort: sort.value }))
  const currentRow = computed(() => currentIndex.value === null ? null : rowAt(currentIndex.value) ?? null)

  /** All pages afresh; the case being read stays. */
  async function reload(): Promise<void> {
    generation++
    await pages.refreshAll()
    await locate()
    if (current.value === null && total.value > 0) await goTo(0)
  }

  /** Where the case being read stands in the list now. */
  async function locate(): Promise<void> {
    const id = current.value
    if (id === null) {
      currentIndex.value = null
      return
    }
    const asked = generation
    const index = await client.call('cases.position', { ...selection.value, caseId: id }).catch(() => null)
    if (asked !== generation || id !== current.value) return
    currentIndex.value = index
    if (index !== null) {
      lastIndex = index
      await ensure(index, index)
    }
  }

  function remember(): void {
    const file = app.project?.file
    if (!file) return
    const { [file]: _, ...others } = app.recall<Record<string, KeptList>>('lists', {})
    const kept = Object.entries(others).slice(-(LISTS_KEPT - 1))
    app.remember('lists', Object.fromEntries([...kept, [file, { ...selection.value, current: current.value }]]))
  }

  async function change(apply: () => void): Promise<void> {
    apply()
    remember()
    generation++
    pages.clear()
    await ensure(0, 0)
    await locate()
    if (currentIndex.value === null && total.value > 0) await goTo(0)
  }
  const setFilter = (next: Partial<Filter>) => change(() => { filter.value = { ...filter.value, ...next } })
  const setSort = (next: Sort | null) => change(() => { sort.value = next })
  const setSelection = (next: { filter: Filter; sort: Sort | null }) => change(() => {
    filter.value = next.filter
    sort.value = next.sort
  })
  /** What was there of this column goes. */
  function addCondition(condition: Condition): Promise<void> {
    const others = filter.value.conditions.filter((other) => other.column !== condition.column)
    return setFilter({ conditions: [...others, condition] })
  }
  function removeCondition(index: number): Promise<void> {
    return setFilter({ conditions: filter.value.conditions.filter((_, at) => at !== index) })
  }
  const clearFilter = () => setFilter(NO_FILTER)

  async function goTo(index: number): Promise<void> {
    if (total.value === 0) return
    const at = Math.min(Math.max(index, 0), total.value - 1)
    currentIndex.value = at
    lastIndex = at
    let row = rowAt(at)
    if (!row) {
      await ensure(at, at)
      row = rowAt(at)
    }
    if (row && currentIndex.value === at) {
      current.value = row.id
      remember()
    }
  }
  async function select(caseId: number): Promise<void> {
    current.value = caseId
    remember()
    await locate()
  }
  /** False at the end of the list. */
  async function next(): Promise<boolean> {
    const at = currentIndex.value === null ? (current.value === null ? 0 : lastIndex) : currentIndex.value + 1
    if (at >= total.value) return false
    await goTo(at)
    return true
  }
  /** A case that is asked for elsewhere: a filter that leaves it out is given up. */
  async function reveal(caseId: number): Promise<void> {
    await select(caseId)
    if (currentIndex.value === null) await clearFilter()
  }
  async function previous(): Promise<boolean> {
    const at = (currentIndex.value ?? lastIndex) - 1
    if (at < 0) return false
    await goTo(at)
    return true
  }
  /** The ids that follow the case being read, for prefetching; fewer where pages are not there yet. */
  function upcoming(count: number): number[] {
    if (currentIndex.value === null) return []
    return Array.from({ length: count }, (_, step) => rowAt(currentIndex.value! + step + 1)?.id).filter((id) => id !== undefined)
  }

  async function saveFilter(name: string): Promise<void> {
    const entry = await client.call('filters.save', { ...selection.value, name })
    saved.value = [...saved.value.filter((other) => other.id !== entry.id && other.name !== entry.name), entry]
  }
  async function removeSaved(id: number): Promise<void> {
    await client.call('filters.remove', { id })
    saved.value = saved.value.filter((other) => other.id !== id)
  }
  async function drawSample(size: number, seed: number, stratifyBy: string | null, name: string): Promise<Sample> {
    const sample = await client.call('samples.draw', { filter: filter.value, size, seed, stratifyBy, name })
    samples.value = [...samples.value.filter((other) => other.id !== sample.id), sample]
    await setFilter({ ...NO_FILTER, sampleId: sample.id })
    return sample
  }
  async function removeSample(id: number): Promise<void> {
    await client.call('samples.remove', { id })
    samples.value = samples.value.filter((other) => other.id !== id)
    if (filter.value.sampleId === id) await setFilter({ sampleId: null })
  }

  function onCases({ caseIds }: { readonly caseIds: readonly number[] | null }): void {
    if (caseIds === null || isFiltered.value || sort.value !== null) {
      void reloadSoon()
      return
    }
    pages.refresh(caseIds)
  }
  let reloading: Promise<void> | null = null
  let again = false
  /** While one reload runs, any number of wishes become one more. */
  async function reloadSoon(): Promise<void> {
    if (reloading) {
      again = true
      return
    }
    reloading = reload().finally(() => {
      reloading = null
      if (!again) return
      again = false
      void reloadSoon()
    })
    await reloading
  }

  /** For the project that is open now: filter, order and case as they were left. */
  async function start(): Promise<void> {
    stopListening ??= client.on('cases', onCases)
    const kept = app.recall<Record<string, KeptList>>('lists', {})[app.project?.file ?? '']
    filter.value = { ...NO_FILTER, ...kept?.filter }
    sort.value = kept?.sort ?? null
    current.value = kept?.current ?? null
    currentIndex.value = null
    generation++
    pages.clear()
    total.value = 0
    ;[saved.value, samples.value] = await Promise.all([client.call('filters.list'), client.call('samples.list')])
    if (filter.value.sampleId !== null && !samples.value.some((sample) => sample.id === filter.value.sampleId)) filter.value = { ...filter.value, sampleId: null }
    await ensure(0, 0)
    // a filter on a column that this project lacks must not hide it
    if (error.value && isFiltered.value) await setSelection({ filter: NO_FILTER, sort: null })
    await locate()
    if (currentIndex.value === null && total.value > 0) await goTo(0)
  }
  /** Nothing is open any more. */
  function stop(): void {
    generation++
    pages.clear()
    total.value = 0
    current.value = null
    currentIndex.value = null
  }

  return {
    filter, sort, total, loading, loaded, error, current, currentIndex, currentRow, saved, samples, isFiltered, selection,
    rowAt, ensure, show, reload, setFilter, setSort, setSelection, addCondition, removeCondition, clearFilter,
    goTo, select, reveal, next, previous, upcoming, saveFilter, removeSaved, drawSample, removeSample, start, stop,
  }
})
