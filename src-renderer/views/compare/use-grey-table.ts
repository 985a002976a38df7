import { computed } from 'vue'
import { displayTable } from '../../../src-main/display/grayscale.ts'
import { greyTable } from '../../render/grey-table.ts'
import { useImagesStore } from './images-store.ts'
import { useViewportStore } from './viewport-store.ts'
import { voiChoice } from './window-choice.ts'

/** Stored value → grey for the image and window of the moment; null for colour and while nothing is loaded. */
export function useGreyTable() {
  const images = useImagesStore()
  const viewport = useViewportStore()
  const luminance = computed(() => {
    const record = images.image.value?.record
    return record?.grayscale ? displayTable(record.grayscale, voiChoice(viewport.windowChoice, record)) : null
  })
  return computed(() => luminance.value && greyTable(luminance.value, viewport.inverted))
}
