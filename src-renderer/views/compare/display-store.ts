import { defineStore } from 'pinia'
import { computed } from 'vue'
import { COLORMAPS, DEFAULT_COLORMAPS, colormapFor, type Colormap } from '../../../src-main/display/colormap.ts'
import type { MapInterpolation } from '../../../src-main/display/grid-registration.ts'
import { SCALE_MODES, type ScaleMode } from '../../../src-main/display/scale.ts'
import { useAppStore } from '../../stores/app.ts'
import { usePlanSessionStore } from '../../stores/plan-session.ts'
import { FILE_WINDOW, type WindowChoice } from './window-choice.ts'

export type PaneKind = 'original' | 'overlay' | 'input'
/** Which panes stand side by side. */
export const LAYOUTS = {
  pair: { label: 'Original | overlay', panes: ['original', 'overlay'] },
  single: { label: 'Overlay alone', panes: ['overlay'] },
  input: { label: 'Original | what the model saw', panes: ['original', 'input'] },
  three: { label: 'Original | what the model saw | overlay', panes: ['original', 'input', 'overlay'] },
} as const satisfies Record<string, { label: string; panes: readonly PaneKind[] }>
export type Layout = keyof typeof LAYOUTS

/** What survives a restart. */
export interface DisplaySettings {
  readonly layout: Layout
  readonly sequential: string
  readonly diverging: string
  readonly opacity: number
  readonly threshold: number
  readonly fade: boolean
  readonly interpolation: MapInterpolation
  readonly scale: ScaleMode
  readonly smooth: boolean
  readonly outline: boolean
  readonly window: Exclude<WindowChoice, { kind: 'manual' }>
}

const DEFAULTS: DisplaySettings = {
  layout: 'pair', sequential: DEFAULT_COLORMAPS.sequential, diverging: DEFAULT_COLORMAPS.diverging, opacity: 0.6, threshold: 0, fade: true,
  interpolation: 'bilinear', scale: 'image', smooth: true, outline: true, window: FILE_WINDOW as DisplaySettings['window'],
}
const KEY = 'compare.display'
const ORIGINAL: readonly PaneKind[] = ['original']

const following = <T>(list: readonly T[], now: T): T => list[(list.indexOf(now) + 1) % list.length]
const clamp = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 100) / 100

/** How maps are shown. Changing any of it asks for no new run. */
export const useDisplayStore = defineStore('display', () => {
  const app = useAppStore()
  const session = usePlanSessionStore()
  const kept = app.memory<Partial<DisplaySettings>>(KEY, {})
  const settings = computed<DisplaySettings>(() => ({ ...DEFAULTS, ...kept.value }))
  // before its reader has answered, a case of a plan is its image and nothing else
  const panes = computed<readonly PaneKind[]>(() => session.mapHidden ? ORIGINAL : (LAYOUTS[settings.value.layout] ?? LAYOUTS.pair).panes)

  function change(next: Partial<DisplaySettings>): void {
    kept.value = { ...kept.value, ...next }
  }
  const colormap = (kind: Colormap['kind']) => colormapFor(settings.value[kind], kind)
  function nextColormap(kind: Colormap['kind']): void {
    change({ [kind]: following(COLORMAPS.filter((map) => map.kind === kind).map((map) => map.id as string), settings.value[kind]) })
  }
  const nextLayout = () => change({ layout: following(Object.keys(LAYOUTS) as Layout[], settings.value.layout) })
  const nextScale = () => change({ scale: following(Object.keys(SCALE_MODES) as ScaleMode[], settings.value.scale) })
  const changeOpacity = (by: number) => change({ opacity: clamp(settings.value.opacity + by) })
  const changeThreshold = (by: number) => change({ threshold: clamp(settings.value.threshold + by) })
  const toggleInterpolation = () => change({ interpolation: settings.value.interpolation === 'cells' ? 'bilinear' : 'cells' })

  return { settings, panes, change, colormap, nextColormap, nextLayout, nextScale, changeOpacity, changeThreshold, toggleInterpolation }
})
