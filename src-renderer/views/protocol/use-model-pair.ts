import { computed, shallowRef } from 'vue'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { FlagFate, ProjectModel } from '../../../src-main/contract/protocol.ts'
import { useAppStore } from '../../stores/app.ts'
import { useAttributionStore } from '../../stores/attribution.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { client } from '../../transport/client.ts'
import { loadImage, loadMap, type LoadedImage, type LoadedMap } from '../compare/load-case.ts'

/** lacking: this model has no map of the case by the chosen method, and is not in use, so that none can be made now */
export type PairPane =
  | { readonly state: 'loading' | 'loading-model' | 'lacking'; readonly map: null }
  | { readonly state: 'ready'; readonly map: LoadedMap }
  | { readonly state: 'failed'; readonly map: null; readonly error: ErrorRecord }

const LOADING: PairPane = { state: 'loading', map: null }

/**
 * The maps of one case under two models, both of the class that the first predicted. A map that is not stored is made where its model is in use; the other model can be
 * put to use for it, which ends a run.
 */
export function useModelPair(row: FlagFate, models: readonly [ProjectModel, ProjectModel]) {
  const app = useAppStore()
  const attribution = useAttributionStore()
  const jobs = useJobsStore()
  const image = shallowRef<LoadedImage | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const panes = shallowRef<readonly [PairPane, PairPane]>([LOADING, LOADING])
  const inUse = computed(() => models.findIndex(({ sha256, profileSha256 }) => app.model?.sha256 === sha256 && app.model.profileSha256 === profileSha256))
  const ready = computed(() => image.value !== null && panes.value.every(({ state }) => !state.startsWith('loading')))
  const isRunning = computed(() => jobs.running.length > 0)

  function put(which: number, pane: PairPane): void {
    panes.value = which === 0 ? [pane, panes.value[1]] : [panes.value[0], pane]
  }
  async function loadPane(which: number): Promise<void> {
    put(which, LOADING)
    try {
      const request = { ...attribution.request, classIndex: row.before.predictedClass ?? ('predicted' as const) }
      const record = await client.call('models.attribution', { modelId: models[which].id, caseId: row.caseId, request })
      const map = record ? { record, values: new Float32Array(await client.bytes(record.url)) } : inUse.value === which ? await loadMap(client, row.caseId, request) : null
      put(which, map ? { state: 'ready', map } : { state: 'lacking', map: null })
    } catch (thrown) {
      put(which, { state: 'failed', map: null, error: errorRecord(thrown) })
    }
  }
  async function load(): Promise<void> {
    const reading = loadImage(client, row.caseId, 0).then((loaded) => { image.value = loaded }, (thrown: unknown) => { error.value = errorRecord(thrown) })
    await Promise.all([reading, loadPane(0), loadPane(1)])
  }
  /** Puts this one of the two models to use, and makes its map. */
  async function use(which: number): Promise<void> {
    put(which, { state: 'loading-model', map: null })
    try {
      await app.useModel(models[which].id)
      await loadPane(which)
    } catch (thrown) {
      put(which, { state: 'failed', map: null, error: errorRecord(thrown) })
    }
  }
  return { image, error, panes, inUse, ready, isRunning, load, use }
}
