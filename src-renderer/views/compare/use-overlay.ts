import { computed } from 'vue'
import type { OverlayStyle } from '../../../src-main/display/blend.ts'
import { caveatText, noEvidenceText, scaleText } from '../../../src-main/display/caveat.ts'
import { seesAll } from '../../../src-main/display/grid-registration.ts'
import { formatValue, valueScale } from '../../../src-main/display/scale.ts'
import { overlayLayer } from '../../render/overlay-layer.ts'
import type { Caption } from '../../render/paint-caption.ts'
import { useDisplayStore } from './display-store.ts'
import { useImagesStore } from './images-store.ts'
import { registrationOf } from './probe.ts'
import { useViewportStore } from './viewport-store.ts'

/** The map of the case being read as it is shown: its scale, its coloured pixels, and the words that go with it. */
export function useOverlay() {
  const display = useDisplayStore()
  const images = useImagesStore()
  const viewport = useViewportStore()

  const canvas = document.createElement('canvas')

  // the model ran on the first frame; its map says nothing of the others
  const loaded = computed(() => viewport.frameIndex === 0 ? images.map.value : null)
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
    return overlayLayer(loaded.value.values, registrationOf(loaded.value.record), style, canvas)
  })

  const noEvidence = computed(() => loaded.value?.record.noPositiveEvidence ? noEvidenceText(loaded.value.record.className) : null)
  /** the model's input where it is not simply the whole image */
  const outline = computed(() => {
    const image = images.image.value?.record
    const registration = loaded.value && registrationOf(loaded.value.record)
    return display.settings.outline && image && registration && !seesAll(registration, image.columns, image.rows) ? registration : null
  })
  const spanText = computed(() => {
    if (!loaded.value || !scale.value) return ''
    if (scale.value.high === 0) return `Values ${formatValue(loaded.value.record.min)} … ${formatValue(loaded.value.record.max)}.`
    return `Scale ${scaleText(scale.value)}${threshold.value > 0 ? `; below ${formatValue(scale.value.high * threshold.value)} not drawn` : ''}.`
  })
  const caption = computed<Caption | null>(() => {
    if (!loaded.value || !scale.value) return null
    const { record } = loaded.value
    return {
      title: record.signed ? `Evidence for and against ‘${record.className}’` : `Evidence for ‘${record.className}’`,
      lines: [caveatText(record.caveat, interpolation.value), `${spanText.value}${outline.value ? ' Dashed: what the model saw.' : ''}`],
      statement: noEvidence.value,
      bar: { colormap: colormap.value, scale: scale.value, threshold: threshold.value },
    }
  })
  return { loaded, scale, layer, outline, caption, noEvidence }
}
export type Overlay = ReturnType<typeof useOverlay>
