import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import type { AttributionRequest } from '../../src-main/contract/records.ts'
import { useAppStore } from './app.ts'

const FIRST: AttributionRequest = { method: 'gradcam', layer: null, classIndex: 'predicted', parameters: {} }

/** the memory's key of the model that the class was chosen for */
const CHOSEN_FOR = 'attribution.model'

/**
 * Which map is asked for: method, layer, class, parameters. One choice for the compare view, for runs over
 * all cases and for exports. A layer that the model in use lacks falls back to the default, and a class chosen for another model does:
 * its number means another class here.
 */
export const useAttributionStore = defineStore('attribution', () => {
  const app = useAppStore()
  const chosen = app.memory<AttributionRequest>('attribution', FIRST)

  const method = computed(() => app.methods.find((info) => info.id === chosen.value.method) ?? app.methods[0] ?? null)
  const request = computed<AttributionRequest>(() => {
    const { layer, classIndex, parameters } = chosen.value
    const known = method.value
    const layers = app.model?.layers ?? []
    return {
      method: known?.id ?? 'gradcam',
      layer: known?.resolution === 'input' ? null : (layers.some((info) => info.name === layer) ? layer : null),
      classIndex: typeof classIndex === 'number' && classIndex >= app.classes.length ? 'predicted' : classIndex,
      parameters: Object.fromEntries((known?.parameters ?? []).map((info) => [info.name, parameters[info.name] ?? info.default])),
    }
  })

  watch(() => app.model?.sha256, (sha256) => {
    if (sha256 === undefined) return
    if (app.recall(CHOSEN_FOR, sha256) !== sha256 && typeof chosen.value.classIndex !== 'string') choose({ classIndex: 'predicted' })
    app.remember(CHOSEN_FOR, sha256)
  }, { flush: 'sync', immediate: true })

  function choose(change: Partial<AttributionRequest>): void {
    chosen.value = { ...chosen.value, ...change }
  }
  function chooseParameter(name: string, value: number | string): void {
    choose({ parameters: { ...chosen.value.parameters, [name]: value } })
  }

  return { request, method, choose, chooseParameter }
})
