import type { Point } from '../../render/matrix.ts'
import { flipAcross, flipDown, oneToOne, panBy, turnLeft, turnRight, zoomBy, type View } from '../../render/view.ts'
import { useKeys, type Command } from '../../composables/use-keys.ts'
import { useCaseStore } from '../../stores/case.ts'
import { useDisplayStore } from './display-store.ts'
import { useImagesStore } from './images-store.ts'
import { fileWindows, WINDOW_PRESETS } from './window-choice.ts'
import type { Painter } from './use-painter.ts'
import { TOOLS, useViewportStore, type Tool } from './viewport-store.ts'

const TOOL_KEYS: Record<Tool, string> = { window: 't', pan: 'p', zoom: 'z', region: 'g', ruler: 'd' }
const ZOOM_STEP = 1.25
const PAN_STEP = 60
const PAN_KEYS: readonly (readonly [string, string, Point])[] = [['left', 'ArrowLeft', [PAN_STEP, 0]], ['right', 'ArrowRight', [-PAN_STEP, 0]], ['up', 'ArrowUp', [0, PAN_STEP]], ['down', 'ArrowDown', [0, -PAN_STEP]]]

/** Everything in the compare view by keyboard; the keys are those that readers of images know (features.md). */
export function useCompareCommands(painter: Painter, actions: { savePicture(): void; toggleMagnifier(): void }): void {
  const cases = useCaseStore()
  const display = useDisplayStore()
  const images = useImagesStore()
  const viewport = useViewportStore()

  const mapKind = () => images.map.value?.record.signed ? 'diverging' : 'sequential'
  const hasImage = () => images.image.value !== null
  const middle = (): Point => [viewport.paneSize.width / 2, viewport.paneSize.height / 2]
  const zoom = (factor: number) => viewport.changeView((view) => zoomBy(view, factor, middle(), painter.imageSize.value!, viewport.paneSize))
  const turn = (how: (view: View) => View) => () => viewport.changeView(how)
  const stepFrame = (by: number) => { viewport.frameIndex = Math.min(Math.max(viewport.frameIndex + by, 0), (cases.detail?.frames ?? 1) - 1) }
  /** the file's windows one after the other on repeated presses; the others at once */
  function preset(index: number): void {
    const { choice } = WINDOW_PRESETS[index]
    const now = viewport.windowChoice
    const own = images.image.value?.record.grayscale
    const count = own ? fileWindows(own).length : 0
    viewport.chooseWindow(choice.kind === 'file' && now.kind === 'file' && count > 1 ? { kind: 'file', index: (now.index + 1) % count } : choice)
  }

  const image: Omit<Command, 'group'>[] = [
    { id: 'image.zoom-in', title: 'Zoom in', keys: ['[Shift]++', 'Shift+Equal'], run: () => zoom(ZOOM_STEP), when: hasImage },
    { id: 'image.zoom-out', title: 'Zoom out', keys: ['-'], run: () => zoom(1 / ZOOM_STEP), when: hasImage },
    { id: 'image.fit', title: 'Fit', keys: ['='], run: () => viewport.changeView((view) => ({ ...view, zoom: 'fit', center: null })), when: hasImage },
    { id: 'image.one-to-one', title: '1:1, a pixel on a pixel', keys: ['0'], run: () => viewport.changeView((view) => oneToOne(view, painter.imageSize.value!, window.devicePixelRatio)), when: hasImage },
    { id: 'image.turn-right', title: 'Turn right', keys: ['r'], run: turn(turnRight) },
    { id: 'image.turn-left', title: 'Turn left', keys: ['l'], run: turn(turnLeft) },
    { id: 'image.flip-across', title: 'Mirror left and right', keys: ['h'], run: turn(flipAcross) },
    { id: 'image.flip-down', title: 'Flip up and down', keys: ['v'], run: turn(flipDown) },
    { id: 'image.reset', title: 'Reset view and window', keys: ['Space'], run: () => viewport.reset() },
    { id: 'image.magnifier', title: 'Magnifier', keys: ['m'], run: actions.toggleMagnifier },
    { id: 'image.smooth', title: 'Smooth or hard pixels', keys: ['y'], run: () => display.change({ smooth: !display.settings.smooth }) },
    { id: 'image.layout', title: 'Next layout of panes', keys: ['Shift+l'], run: () => display.nextLayout() },
    { id: 'image.next-frame', title: 'Next frame', keys: ['.'], run: () => stepFrame(1), when: () => (cases.detail?.frames ?? 1) > 1 },
    { id: 'image.previous-frame', title: 'Frame before', keys: [','], run: () => stepFrame(-1), when: () => (cases.detail?.frames ?? 1) > 1 },
    { id: 'image.save-picture', title: 'Save the panes as a picture', keys: ['$mod+Shift+p'], run: actions.savePicture, when: hasImage },
    ...PAN_KEYS.map(([name, key, [dx, dy]]) => ({
      id: `image.pan-${name}`, title: `Pan ${name}`, keys: [`Shift+${key}`], when: hasImage,
      run: () => viewport.changeView((view) => panBy(view, dx, dy, painter.imageSize.value!, viewport.paneSize)),
    })),
    ...(Object.keys(TOOLS) as Tool[]).map((tool) => ({ id: `image.tool-${tool}`, title: `Tool: ${TOOLS[tool].toLowerCase()}`, keys: [TOOL_KEYS[tool]], run: () => { viewport.tool = tool } })),
  ]
  const windowing: Omit<Command, 'group'>[] = [
    ...WINDOW_PRESETS.map(({ key, label }, index) => ({ id: `window.preset-${key}`, title: label, keys: [key], run: () => preset(index) })),
    { id: 'window.invert', title: 'Invert', keys: ['i'], run: () => { viewport.inverted = !viewport.inverted } },
  ]
  const overlay: Omit<Command, 'group'>[] = [
    { id: 'overlay.hold-off', title: 'Overlay off while held', keys: ['x'], run: () => { viewport.overlayHeldOff = true }, release: () => { viewport.overlayHeldOff = false } },
    { id: 'overlay.toggle', title: 'Overlay on or off', keys: ['o'], run: () => { viewport.overlayOn = !viewport.overlayOn } },
    { id: 'overlay.more', title: 'More opaque', keys: [']'], run: () => display.changeOpacity(0.1) },
    { id: 'overlay.less', title: 'Less opaque', keys: ['['], run: () => display.changeOpacity(-0.1) },
    { id: 'overlay.threshold-up', title: 'Higher threshold', keys: ['Shift+BracketRight'], run: () => display.changeThreshold(0.05) },
    { id: 'overlay.threshold-down', title: 'Lower threshold', keys: ['Shift+BracketLeft'], run: () => display.changeThreshold(-0.05) },
    { id: 'overlay.interpolation', title: 'Raw cells or interpolated', keys: ['b'], run: () => display.toggleInterpolation() },
    { id: 'overlay.colormap', title: 'Next colormap', keys: ['c'], run: () => display.nextColormap(mapKind()) },
    { id: 'overlay.scale', title: 'Next scale: image or project', keys: ['s'], run: () => display.nextScale() },
    { id: 'overlay.outline', title: 'Outline of what the model saw', keys: ['f'], run: () => display.change({ outline: !display.settings.outline }) },
  ]
  useKeys([
    ...image.map((command) => ({ ...command, group: 'Image' as const })),
    ...windowing.map((command) => ({ ...command, group: 'Window' as const })),
    ...overlay.map((command) => ({ ...command, group: 'Overlay' as const })),
  ])
}
