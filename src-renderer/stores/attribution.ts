import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import { MOST_LAYERS, type AttributionRequest, type ClassChoice } from '../../src-main/contract/records.ts'
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
  const isLayer = (name: string) => app.model?.layers.some((info) => info.name === name) ?? false
  const isClass = (choice: ClassChoice) => typeof choice === 'string' || (typeof choice === 'number' ? [choice] : [choice.index, choice.minus]).every((index) => index < app.classes.length)
  /** the layers that the map is the mean of; one or none: it is not a mean */
  const averaged = computed(() => (chosen.value.layers ?? []).filter(isLayer))
  const request = computed<AttributionRequest>(() => {
    const { layer, classIndex, parameters } = chosen.value
    const known = method.value
    const isOfLayer = known?.resolution === 'layer'
    return {
      method: known?.id ?? 'gradcam',
      layer: isOfLayer && layer !== null && isLayer(layer) ? layer : null,
      ...(isOfLayer && averaged.value.length > 1 ? { layers: averaged.value } : {}),
      classIndex: isClass(classIndex) ? classIndex : 'predicted',
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

  /** The one layer of the map, or null for the model's default; no mean any more. */
  function chooseLayer(layer: string | null): void {
    choose({ layer, layers: undefined })
  }
  /** The map becomes the mean over one layer more. */
  function addLayer(name: string): void {
    const first = request.value.layer ?? app.model?.defaultLayer
    const before = averaged.value.length > 0 ? averaged.value : first ? [first] : []
    if (!before.includes(name) && before.length < MOST_LAYERS) choose({ layers: [...before, name] })
  }
  function removeLayer(name: string): void {
    const left = averaged.value.filter((other) => other !== name)
    if (left.length > 1) choose({ layers: left })
    else chooseLayer(left[0] === app.model?.defaultLayer ? null : left[0] ?? null)
  }

  return { request, method, choose, chooseParameter, chooseLayer, addLayer, removeLayer }
})
