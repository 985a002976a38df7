import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import type { AttributionRequest } from '../../src-main/contract/records.ts'
import { useAppStore } from './app.ts'

const FIRST: AttributionRequest = { method: 'gradcam', layer: null, classIndex: 'predicted', parameters: {} }

/**
 * Which map is asked for: method, layer, class, parameters. One choice for the compare view, for runs over
 * all cases and for exports. A layer or class that the model in use lacks falls back to the default.
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

  function choose(change: Partial<AttributionRequest>): void {
    chosen.value = { ...chosen.value, ...change }
  }
  function chooseParameter(name: string, value: number | string): void {
    choose({ parameters: { ...chosen.value.parameters, [name]: value } })
  }

  return { request, method, choose, chooseParameter }
})
