import { computed } from 'vue'
import type { OverlayStyle } from '../../../src-main/display/blend.ts'
import { caveatText, noEvidenceText, scaleText } from '../../../src-main/display/caveat.ts'
import { seesAll } from '../../../src-main/display/grid-registration.ts'
import { valueScale } from '../../../src-main/display/scale.ts'
import { overlayLayer } from '../../render/overlay-layer.ts'
import type { Caption } from '../../render/paint-caption.ts'
import { useDisplayStore } from './display-store.ts'
import { useImagesStore } from './images-store.ts'
import { registrationOf } from './probe.ts'

/** The map of the case being read as it is shown: its scale, its coloured pixels, and the words that go with it. */
export function useOverlay() {
  const display = useDisplayStore()
  const images = useImagesStore()

  const loaded = computed(() => images.map.value)
  // one computed a setting: a new opacity must not colour the map again
  const scaleMode = computed(() => display.settings.scale)
  const interpolation = computed(() => display.settings.interpolation)
  const threshold = computed(() => display.settings.threshold)
  const fade = computed(() => display.settings.fade)
  const colormap = computed(() => display.colormap(loaded.value?.record.signed ? 'diverging' : 'sequential'))
  const scale = computed(() => loaded.value ? valueScale(scaleMode.value, loaded.value.record, loaded.value.values, images.range) : null)

  const layer = computed(() => {
    if (!loaded.value || !scale.value) return null
    const style: OverlayStyle = { colormap: colormap.value, scale: scale.value, interpolation: interpolation.value, opacity: 1, threshold: threshold.value, fade: fade.value }
    return overlayLayer(loaded.value.values, registrationOf(loaded.value.record), style)
  })

  const noEvidence = computed(() => loaded.value?.record.noPositiveEvidence ? noEvidenceText(loaded.value.record.className) : null)
  const unseen = computed(() => {
    const image = images.image.value?.record
    return loaded.value && image && !seesAll(registrationOf(loaded.value.record), image.columns, image.rows) ? 'Dashed: what the model saw.' : ''
  })
  const caption = computed<Caption | null>(() => {
    if (!loaded.value || !scale.value) return null
    const { record } = loaded.value
    return {
      title: `Evidence for ‘${record.className}’`,
      lines: [caveatText(record.caveat, interpolation.value), `Scale ${scaleText(scale.value)}${threshold.value > 0 ? `; below ${Math.round(threshold.value * 100)} % of it not drawn` : ''}. ${unseen.value}`.trim()],
      statement: noEvidence.value,
      bar: { colormap: colormap.value, scale: scale.value, threshold: threshold.value },
    }
  })
  return { loaded, scale, layer, caption, noEvidence }
}
export type Overlay = ReturnType<typeof useOverlay>
