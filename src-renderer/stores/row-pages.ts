import { ref, shallowRef, triggerRef } from 'vue'
import { errorRecord, type ErrorRecord } from '../../src-main/contract/errors.ts'
import type { CaseRow } from '../../src-main/contract/records.ts'

export const PAGE_SIZE = 200
const PAGES_KEPT = 50

interface Page { readonly rows: readonly CaseRow[]; readonly stale: boolean }
type Read = (offset: number, limit: number) => Promise<{ readonly rows: readonly CaseRow[]; readonly total: number }>

/**
 * Rows of a long list by pages, read as they are looked at. A stale page is shown until its newer one arrives; an answer that
 * was overtaken by a newer question is dropped. The pages used last are kept.
 */
export function rowPages(read: Read) {
  const total = ref(0)
  const loading = ref(false)
  const loaded = ref(false)
  const error = shallowRef<ErrorRecord | null>(null)
  const pages = shallowRef(new Map<number, Page>())
  let inFlight = new Map<number, Promise<void>>()
  let visible = { first: 0, last: 0 }

  function rowAt(index: number): CaseRow | undefined {
    return pages.value.get(Math.floor(index / PAGE_SIZE))?.rows[index % PAGE_SIZE]
  }

  function load(number: number): Promise<void> {
    const isCurrent = () => inFlight.get(number) === request
    const request: Promise<void> = read(number * PAGE_SIZE, PAGE_SIZE).then(
      ({ rows, total: all }) => {
        if (!isCurrent()) return
        pages.value.delete(number)
        pages.value.set(number, { rows, stale: false })
        if (pages.value.size > PAGES_KEPT) pages.value.delete(pages.value.keys().next().value!)
        total.value = all
        loaded.value = true
        error.value = null
        triggerRef(pages)
      },
      (thrown: unknown) => { if (isCurrent()) error.value = errorRecord(thrown) },
    ).finally(() => {
      if (isCurrent()) inFlight.delete(number)
      loading.value = inFlight.size > 0
    })
    inFlight.set(number, request)
    loading.value = true
    return request
  }

  /** Rows first … last, both included, are there when it returns (or `error` says why not). */
  async function ensure(first: number, last: number): Promise<void> {
    const wanted: Promise<void>[] = []
    for (let number = Math.floor(Math.max(first, 0) / PAGE_SIZE); number <= Math.floor(last / PAGE_SIZE); number++) {
      if (pages.value.get(number)?.stale !== false || inFlight.has(number)) wanted.push(inFlight.get(number) ?? load(number))
    }
    await Promise.all(wanted)
  }

  /** What is looked at now: read first after a change. */
  async function show(first: number, last: number): Promise<void> {
    visible = { first, last }
    await ensure(first, last)
  }

  /** These cases changed, their places did not. */
  function refresh(caseIds: readonly number[]): void {
    const changed = new Set(caseIds)
    const affected = [...pages.value].filter(([, { rows }]) => rows.some(({ id }) => changed.has(id))).map(([number]) => number)
    for (const number of new Set([...affected, ...inFlight.keys()])) void load(number)
  }

  /** All may have changed, their number too; what is shown stays until it is read again. */
  async function refreshAll(): Promise<void> {
    inFlight = new Map()
    pages.value = new Map([...pages.value].map(([number, { rows }]) => [number, { rows, stale: true }]))
    await ensure(visible.first, visible.last)
  }

  /** Another list: nothing of this one is shown any more. */
  function clear(): void {
    inFlight = new Map()
    visible = { first: 0, last: 0 }
    pages.value = new Map()
    loading.value = false
    loaded.value = false
    error.value = null
  }

  return { total, loading, loaded, error, rowAt, ensure, show, refresh, refreshAll, clear }
}
