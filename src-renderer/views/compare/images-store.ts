import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { AttributionRequest } from '../../../src-main/contract/records.ts'
import type { ProjectRange } from '../../../src-main/display/scale.ts'
import { useAppStore } from '../../stores/app.ts'
import { useAttributionStore } from '../../stores/attribution.ts'
import { usePlanSessionStore } from '../../stores/plan-session.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { client } from '../../transport/client.ts'
import { byteCache } from './byte-cache.ts'
import { useDisplayStore } from './display-store.ts'
import { loadImage, loadInput, loadMap, type LoadedImage, type LoadedInput, type LoadedMap } from './load-case.ts'
import { useViewportStore } from './viewport-store.ts'

const IMAGE_CACHE_BYTES = 384 * 2 ** 20
const MAP_CACHE_BYTES = 64 * 2 ** 20
/** How many cases ahead are decoded in the page; the service makes more of them ready on its side. */
const AHEAD_IN_PAGE = 2
const AHEAD_IN_SERVICE = 6

/** Something being loaded: what is shown of it stays honest, the last case's is never shown for this one's. */
export interface Loaded<T> { readonly state: 'none' | 'loading' | 'ready' | 'error'; readonly value: T | null; readonly error: ErrorRecord | null }
const NONE = { state: 'none', value: null, error: null } as const
const LOADING = { state: 'loading', value: null, error: null } as const

/** Image, map and model input of the case being read, and of its neighbours ahead of time. */
export const useImagesStore = defineStore('images', () => {
  const app = useAppStore()
  const attribution = useAttributionStore()
  const session = usePlanSessionStore()
  const worklist = useWorklistStore()
  const viewport = useViewportStore()
  const display = useDisplayStore()

  const image = shallowRef<Loaded<LoadedImage>>(NONE)
  const map = shallowRef<Loaded<LoadedMap>>(NONE)
  const input = shallowRef<Loaded<LoadedInput>>(NONE)
  const range = shallowRef<ProjectRange | null>(null)
  const forgotten = shallowRef<LoadedImage | null>(null)

  const images = byteCache<LoadedImage>(IMAGE_CACHE_BYTES, (loaded) => loaded.bytes, (loaded) => { forgotten.value = loaded })
  const maps = byteCache<LoadedMap>(MAP_CACHE_BYTES, (loaded) => loaded.values.byteLength)
  const inputs = byteCache<LoadedInput>(MAP_CACHE_BYTES, (loaded) => loaded.values.byteLength * 2)

  /** a map belongs to a model with its profile */
  const modelKey = computed(() => app.model ? `${app.model.sha256}:${app.model.profileSha256}` : null)
  const requestKey = computed(() => modelKey.value === null ? null : `${modelKey.value}:${JSON.stringify(attribution.request)}`)
  const wantsInput = computed(() => display.panes.includes('input'))

  /** of the open project; ended once another one is about to be, so that nothing is asked for that is not there any more */
  let loads = new AbortController()
  watch(() => app.leaving, () => {
    loads.abort()
    loads = new AbortController()
  }, { flush: 'sync' })

  const imageKey = (caseId: number, frameIndex: number) => `${caseId}/${frameIndex}`
  const imageOf = (caseId: number, frameIndex: number) => images.load(imageKey(caseId, frameIndex), () => loadImage(client, caseId, frameIndex, loads.signal))
  const mapOf = (caseId: number, request: AttributionRequest) => maps.load(`${caseId}:${requestKey.value}`, () => loadMap(client, caseId, request, loads.signal))

  /** Shows what the cache has at once, else waits; a later question overtakes. */
  function follow<T>(target: { value: Loaded<T> }, there: T | undefined, load: () => Promise<T>, isCurrent: () => boolean): void {
    if (there !== undefined) {
      target.value = { state: 'ready', value: there, error: null }
      return
    }
    target.value = LOADING
    load().then(
      (value) => { if (isCurrent()) target.value = { state: 'ready', value, error: null } },
      (thrown: unknown) => {
        const error = errorRecord(thrown)
        if (isCurrent() && error.code !== 'cancelled') target.value = { state: 'error', value: null, error }
      },
    )
  }

  function showImage(): void {
    const caseId = worklist.current
    const frameIndex = viewport.frameIndex
    if (caseId === null) {
      image.value = NONE
      return
    }
    follow(image, images.peek(imageKey(caseId, frameIndex)), () => imageOf(caseId, frameIndex), () => worklist.current === caseId && viewport.frameIndex === frameIndex)
  }
  function showMap(): void {
    const caseId = worklist.current
    const key = requestKey.value
    if (caseId === null || key === null || session.mapHidden) {
      map.value = NONE
      return
    }
    follow(map, maps.peek(`${caseId}:${key}`), () => mapOf(caseId, attribution.request), () => worklist.current === caseId && requestKey.value === key)
  }
  function showInput(): void {
    const caseId = worklist.current
    const key = modelKey.value
    if (caseId === null || key === null || !wantsInput.value) {
      input.value = NONE
      return
    }
    const name = `${caseId}:${key}`
    follow(input, inputs.peek(name), () => inputs.load(name, () => loadInput(client, caseId, loads.signal)), () => worklist.current === caseId && modelKey.value === key)
  }

  async function readRange(): Promise<void> {
    const key = requestKey.value
    if (key === null || !display.settings.scale.startsWith('project')) return
    const next = await client.call('attribution.range', { request: attribution.request }).catch(() => null)
    if (requestKey.value === key) range.value = next
  }

  /** Called when the case is on the screen, so that neighbours never delay it. */
  async function prefetch(): Promise<void> {
    const request = attribution.request
    const key = requestKey.value
    const { signal } = loads
    const caseIds = worklist.upcoming(AHEAD_IN_SERVICE)
    if (caseIds.length === 0 || session.item !== null) return
    if (key !== null) await client.call('attribution.prefetch', { caseIds, request }).catch(() => null)
    for (const caseId of caseIds.slice(0, AHEAD_IN_PAGE)) {
      if (requestKey.value !== key || signal.aborted) return
      // an error shows up when the case itself is opened
      await imageOf(caseId, 0).catch(() => null)
      if (key !== null && requestKey.value === key && !signal.aborted) await mapOf(caseId, request).catch(() => null)
    }
  }

  watch(() => worklist.current, () => {
    performance.mark('case-asked', { detail: { caseId: worklist.current } })
    viewport.forNextCase()
    showImage()
    showMap()
    showInput()
  }, { immediate: true, flush: 'sync' })
  watch(() => session.mapHidden, showMap)
  watch(() => viewport.frameIndex, showImage)
  watch(requestKey, () => {
    range.value = null
    showMap()
    void readRange()
  })
  watch([modelKey, wantsInput], showInput)
  watch(() => display.settings.scale, readRange, { immediate: true })
  // the first map of its kind makes the range
  watch(() => map.value.state, (state) => { if (state === 'ready' && range.value === null) void readRange() })
  /** What was read is not what there is any more. */
  function readAgain(): void {
    images.clear()
    maps.clear()
    inputs.clear()
    showImage()
    showMap()
    showInput()
  }
  watch(() => app.project?.file, (file, before) => { if (file !== before) readAgain() })
  client.on('job', (job) => {
    if (job.state === 'running') return
    if (job.kind === 'run') void readRange()
    // files may have changed, moved or come back
    if (job.kind === 'import') readAgain()
  })

  return { image, map, input, range, forgotten, showImage, showMap, showInput, prefetch }
})
