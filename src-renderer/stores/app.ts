import { defineStore } from 'pinia'
import { computed, ref, shallowRef, type WritableComputedRef } from 'vue'
import { errorRecord, type ErrorRecord } from '../../src-main/contract/errors.ts'
import type { AppState, ComputeStatus, ProjectInfo, ProviderInfo, ProviderId, Settings } from '../../src-main/contract/records.ts'
import { client } from '../transport/client.ts'

const SAVE_AFTER_MS = 500
const LAST_PROJECT = 'project.open'

/** What is open, the settings, and the state of the compute process. One call at the start, events afterwards. */
export const useAppStore = defineStore('app', () => {
  const state = shallowRef<AppState | null>(null)
  const project = shallowRef<ProjectInfo | null>(null)
  const settings = shallowRef<Settings>({ theme: 'dark', reader: '', provider: null, view: {} })
  const compute = shallowRef<ComputeStatus>({ state: 'idle', provider: null, message: '', restarts: 0 })
  const providers = shallowRef<readonly ProviderInfo[]>([])
  const startError = shallowRef<ErrorRecord | null>(null)
  const opening = ref(false)
  /** counts how often the project was about to go: what is still being loaded of it is of no use */
  const leaving = ref(0)
  let stopListening: (() => void)[] = []

  const model = computed(() => project.value?.model ?? null)
  const classes = computed<readonly string[]>(() => model.value?.classes ?? [])
  const isDesktop = computed(() => state.value?.shell === 'desktop')
  const methods = computed(() => state.value?.methods ?? [])

  function className(index: number | null): string {
    return index === null ? '' : (classes.value[index] ?? `Class ${index}`)
  }

  /** Also after a lost connection: everything is read afresh. */
  async function start(): Promise<void> {
    startError.value = null
    listen()
    try {
      const next = await client.call('app.state')
      state.value = next
      project.value = next.project
      settings.value = { ...next.settings, view: { ...next.settings.view, ...pendingView } }
      compute.value = next.compute
    } catch (thrown) {
      startError.value = errorRecord(thrown)
      return
    }
    providers.value = await client.call('providers.list').catch(() => [])
  }

  function listen(): void {
    if (stopListening.length > 0) return
    stopListening = [
      client.on('project', (next) => { project.value = next }),
      client.on('settings', (next) => { settings.value = { ...next, view: { ...next.view, ...pendingView } } }),
      client.on('compute', (next) => { compute.value = next }),
      client.on('providers', (next) => { providers.value = next }),
    ]
  }

  /** What was open when the program ended, or on a first start the demo. Returns whether a project is open afterwards. */
  async function openAtStart(): Promise<boolean> {
    if (project.value) return true
    const recent = await client.call('project.recent')
    const last = recent.find(({ file, exists }) => exists && file === recall(LAST_PROJECT, null))
    if (last) await openProject(last.file)
    else if (recent.length === 0) await openDemo()
    return last !== undefined || recent.length === 0
  }

  async function open(how: () => Promise<ProjectInfo>): Promise<void> {
    leaving.value++
    opening.value = true
    try {
      project.value = await how()
      remember(LAST_PROJECT, project.value.file)
    } finally {
      opening.value = false
    }
  }
  const openProject = (file: string) => open(() => client.call('project.open', { file }))
  const createProject = (file: string) => open(() => client.call('project.create', { file }))
  const openDemo = () => open(() => client.call('project.openDemo'))

  async function closeProject(): Promise<void> {
    leaving.value++
    await client.call('project.close')
    project.value = null
    remember(LAST_PROJECT, null)
  }

  /** A model that the project has had in use before. */
  async function useModel(id: number): Promise<void> {
    project.value = await client.call('models.use', { id })
  }

  async function setTheme(theme: Settings['theme']): Promise<void> {
    settings.value = { ...settings.value, theme }
    await client.call('app.settings', { theme })
  }
  async function setReader(reader: string): Promise<void> {
    settings.value = await client.call('app.settings', { reader })
  }
  async function forceProvider(provider: ProviderId | null): Promise<void> {
    providers.value = await client.call('providers.force', { provider })
    settings.value = { ...settings.value, provider }
  }

  // ---- the window's own memory: kept in the settings, written a moment after a change, and at least every moment while changes go on
  let pendingView: Record<string, unknown> = {}
  let timer: ReturnType<typeof setTimeout> | undefined

  function recall<T>(key: string, otherwise: T): T {
    return (settings.value.view[key] as T | undefined) ?? otherwise
  }
  function remember(key: string, value: unknown): void {
    if (JSON.stringify(settings.value.view[key]) === JSON.stringify(value)) return
    pendingView = { ...pendingView, [key]: value }
    settings.value = { ...settings.value, view: { ...settings.value.view, [key]: value } }
    timer ??= setTimeout(() => { void saveView() }, SAVE_AFTER_MS)
  }
  /** Now, as when the window closes. */
  async function saveView(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (Object.keys(pendingView).length === 0) return
    const sent = pendingView
    pendingView = {}
    try {
      await client.call('app.settings', { view: settings.value.view })
    } catch {
      pendingView = { ...sent, ...pendingView }
    }
  }
  /** A ref that survives a restart: `const width = app.memory('list.width', 480)`. */
  function memory<T>(key: string, otherwise: T): WritableComputedRef<T> {
    return computed({ get: () => recall(key, otherwise), set: (value) => remember(key, value) })
  }

  return {
    state, project, settings, compute, providers, startError, opening, leaving, model, classes, isDesktop, methods,
    className, start, openAtStart, openProject, createProject, openDemo, closeProject, useModel,
    setTheme, setReader, forceProvider, memory, recall, remember, saveView,
  }
})
