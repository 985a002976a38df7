import { computed, onScopeDispose, watch } from 'vue'
import type { Region } from '../../../src-main/contract/records.ts'
import { chooseRenderer } from '../../render/choose-renderer.ts'
import { multiply, scaling, type Matrix } from '../../render/matrix.ts'
import type { Caption } from '../../render/paint-caption.ts'
import { joinPanes, paintPane, type PaneScene } from '../../render/paint-pane.ts'
import { viewMatrix, type ImageSize, type Size } from '../../render/view.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { useDisplayStore, type PaneKind } from './display-store.ts'
import { useImagesStore } from './images-store.ts'
import { useGreyTable } from './use-grey-table.ts'
import type { Overlay } from './use-overlay.ts'
import { useViewportStore } from './viewport-store.ts'

const TITLES: Record<Exclude<PaneKind, 'overlay'>, string> = { original: 'Original', input: 'What the model saw' }

/**
 * Draws the panes, at most once a screen frame whatever has changed meanwhile. The grey image is computed once a frame
 * and copied into every pane. `shown` is called when a case with all that is to be had of it is on the screen.
 */
export function usePainter(overlay: Overlay, shown: (caseId: number) => void) {
  const worklist = useWorklistStore()
  const display = useDisplayStore()
  const images = useImagesStore()
  const viewport = useViewportStore()
  const table = useGreyTable()
  const renderer = chooseRenderer()
  const contexts = new Map<PaneKind, CanvasRenderingContext2D>()
  let frame = 0
  let told: number | null = null

  const imageSize = computed<ImageSize | null>(() => {
    const record = images.image.value?.record
    return record ? { width: record.columns, height: record.rows, aspect: record.pixelAspect } : null
  })
  /** image pixels → CSS pixels of a pane */
  const matrix = computed<Matrix | null>(() => imageSize.value && viewMatrix(viewport.view, imageSize.value, viewport.paneSize))

  function captionOf(kind: PaneKind): Caption | null {
    if (kind !== 'overlay') return { title: TITLES[kind], lines: kind === 'input' ? [inputText()] : [], statement: null, bar: null }
    if (!overlay.caption.value) return null
    return viewport.overlayShown ? overlay.caption.value : { title: 'Overlay off', lines: [], statement: null, bar: null }
  }
  function inputText(): string {
    const record = images.input.value?.record
    return record ? `${record.width}×${record.height}×${record.channels}, ${number(record.min)} … ${number(record.max)}, mean ${number(record.mean)}; black to white by channel` : ''
  }

  function scene(kind: PaneKind, size: Size, pixelRatio: number, toPane: Matrix, grey: HTMLCanvasElement | null, withCaption: boolean): PaneScene {
    const layer = overlay.layer.value
    return {
      size, pixelRatio, matrix: toPane, grey,
      image: images.image.value?.pixels ?? null,
      smooth: display.settings.smooth,
      input: kind === 'input' && viewport.frameIndex === 0 ? images.input.value?.layer ?? null : null,
      overlay: kind === 'overlay' && layer && viewport.overlayShown ? { layer, opacity: display.settings.opacity } : null,
      outline: kind === 'original' ? null : overlay.outline.value,
      caption: withCaption ? captionOf(kind) : null,
    }
  }
  function drawGrey(size: Size, pixelRatio: number, toPane: Matrix): HTMLCanvasElement | null {
    const image = images.image.value?.pixels
    if (image?.kind !== 'grey' || !table.value) return null
    const pixels = { width: Math.round(size.width * pixelRatio), height: Math.round(size.height * pixelRatio) }
    return renderer.draw({ image, table: table.value, toScreen: multiply(scaling(pixelRatio, pixelRatio), toPane), size: pixels, smooth: display.settings.smooth })
  }

  function paint(): void {
    const start = performance.now()
    frame = 0
    const size = viewport.paneSize
    const pixelRatio = window.devicePixelRatio
    const toPane = matrix.value
    const grey = toPane && drawGrey(size, pixelRatio, toPane)
    for (const kind of display.panes) {
      const context = contexts.get(kind)
      if (!context) continue
      const { canvas } = context
      const width = Math.round(size.width * pixelRatio)
      const height = Math.round(size.height * pixelRatio)
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      if (toPane) paintPane(context, scene(kind, size, pixelRatio, toPane, grey, true))
      else context.clearRect(0, 0, width, height)
    }
    // for observers; not kept, or a long session would fill the page's memory
    performance.measure('frame-painted', { start })
    performance.clearMeasures('frame-painted')
    tellShown()
  }
  function tellShown(): void {
    const caseId = worklist.current
    const settled = images.image.state !== 'loading' && images.map.state !== 'loading' && images.image.state !== 'none'
    if (!settled || caseId === null || caseId === told) return
    told = caseId
    performance.mark('case-shown', { detail: { caseId } })
    shown(caseId)
  }

  function ask(): void {
    frame ||= requestAnimationFrame(paint)
  }
  function attach(kind: PaneKind, canvas: HTMLCanvasElement | null): void {
    if (canvas) contexts.set(kind, canvas.getContext('2d', { alpha: false, willReadFrequently: renderer.name === 'canvas-2d' })!)
    else contexts.delete(kind)
    ask()
  }
  /** A round piece about a place of the image, enlarged, as a pane of that kind shows it. */
  function paintLens(kind: PaneKind, context: CanvasRenderingContext2D, diameter: number, times: number, at: readonly [number, number]): void {
    if (!matrix.value) return
    const pixelRatio = window.devicePixelRatio
    const { a, b, c, d } = matrix.value
    const [x, y] = at
    const linear = { a: a * times, b: b * times, c: c * times, d: d * times }
    const toLens: Matrix = { ...linear, e: diameter / 2 - linear.a * x - linear.c * y, f: diameter / 2 - linear.b * x - linear.d * y }
    const size = { width: diameter, height: diameter }
    paintPane(context, scene(kind, size, pixelRatio, toLens, drawGrey(size, pixelRatio, toLens), false))
  }
  /** All panes as one PNG, words and the region included. */
  function picture(region: Region | null): Promise<Blob | null> {
    if (frame) {
      cancelAnimationFrame(frame)
      paint()
    }
    const panes = display.panes.map((kind) => contexts.get(kind)?.canvas).filter((canvas) => canvas !== undefined)
    const pixelRatio = window.devicePixelRatio
    const mark = region && matrix.value ? { region, toScreen: multiply(scaling(pixelRatio, pixelRatio), matrix.value) } : null
    return new Promise((resolve) => { joinPanes(panes, mark).toBlob(resolve, 'image/png') })
  }

  watch([matrix, table, overlay.layer, overlay.outline, overlay.caption, () => viewport.overlayShown, () => viewport.paneSize, () => display.settings, () => images.image, () => images.map, () => images.input, () => worklist.current], ask)
  watch(() => worklist.current, () => { told = null }, { flush: 'sync' })
  watch(() => images.forgotten, (loaded) => { if (loaded?.pixels.kind === 'grey') renderer.forget(loaded.pixels) })
  // words painted before the font came are painted again
  void document.fonts?.ready.then(ask)
  onScopeDispose(() => {
    cancelAnimationFrame(frame)
    renderer.dispose()
  })

  return { renderer: renderer.name, matrix, imageSize, attach, paintLens, picture, ask }
}
export type Painter = ReturnType<typeof usePainter>

function number(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−')
}
