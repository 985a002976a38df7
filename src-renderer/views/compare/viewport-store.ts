import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Point } from '../../render/matrix.ts'
import { FITTED, type Size, type View } from '../../render/view.ts'
import { useDisplayStore } from './display-store.ts'
import type { WindowChoice } from './window-choice.ts'

/** What a drag with the main button does. */
export const TOOLS = {
  window: 'Window / level',
  pan: 'Pan',
  zoom: 'Zoom',
  region: 'Draw a region',
  ruler: 'Measure',
} as const
export type Tool = keyof typeof TOOLS

/** What both panes share of the moment: view, window, tool, pointer. Nothing of it outlives the case but the tool and the window preset. */
export const useViewportStore = defineStore('viewport', () => {
  const display = useDisplayStore()
  const view = shallowRef<View>(FITTED)
  const paneSize = shallowRef<Size>({ width: 1, height: 1 })
  const manualWindow = shallowRef<Extract<WindowChoice, { kind: 'manual' }> | null>(null)
  const inverted = ref(false)
  const tool = ref<Tool>('window')
  const magnifier = ref(false)
  const overlayOn = ref(true)
  const overlayHeldOff = ref(false)
  /** in image pixels; null: not over the image */
  const pointer = shallowRef<Point | null>(null)
  const ruler = shallowRef<readonly [Point, Point] | null>(null)
  const frameIndex = ref(0)

  const windowChoice = computed<WindowChoice>(() => manualWindow.value ?? display.settings.window)
  const overlayShown = computed(() => overlayOn.value && !overlayHeldOff.value)

  function chooseWindow(choice: WindowChoice): void {
    if (choice.kind === 'manual') {
      manualWindow.value = choice
      return
    }
    manualWindow.value = null
    display.change({ window: choice })
  }
  function changeView(change: (view: View) => View): void {
    view.value = change(view.value)
  }
  /** Space: the image as the file shows it, all of it. */
  function reset(): void {
    view.value = FITTED
    manualWindow.value = null
    inverted.value = false
    ruler.value = null
  }
  /** Another case: its own geometry, no one else's measures. */
  function forNextCase(): void {
    reset()
    frameIndex.value = 0
  }

  return { view, paneSize, inverted, tool, magnifier, overlayOn, overlayHeldOff, overlayShown, pointer, ruler, frameIndex, windowChoice, chooseWindow, changeView, reset, forNextCase }
})
