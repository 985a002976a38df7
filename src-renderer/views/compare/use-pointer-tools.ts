import { apply, invert, type Point } from '../../render/matrix.ts'
import { panBy, zoomBy, type View } from '../../render/view.ts'
import { useImagesStore } from './images-store.ts'
import { regionBetween } from './measures.ts'
import type { Painter } from './use-painter.ts'
import type { FlagDraft } from './flag-draft-store.ts'
import { useViewportStore, type Tool } from './viewport-store.ts'
import { dragWindow, windowNumbers } from './window-choice.ts'

/** A drag under way: called with the distance from where it began, in CSS pixels, and the place on the image. */
type Drag = (dx: number, dy: number, at: Point) => void

/** Main button: the tool in hand; with Shift, or the middle button: pan; with Ctrl, or the right button: zoom; wheel: zoom about the pointer. */
export function usePointerTools(painter: Painter, draft: FlagDraft) {
  const images = useImagesStore()
  const viewport = useViewportStore()

  const imagePoint = (event: MouseEvent): Point | null => {
    if (!painter.matrix.value) return null
    return apply(invert(painter.matrix.value), panePoint(event))
  }
  const drags: Record<Tool, (event: PointerEvent) => Drag | null> = {
    window: () => {
      const record = images.image.value?.record
      const from = record && windowNumbers(viewport.windowChoice, record)
      return record?.grayscale && from ? (dx, dy) => viewport.chooseWindow(dragWindow(from, dx, dy, record.grayscale!)) : null
    },
    pan: () => {
      const size = painter.imageSize.value
      const from = viewport.view
      return size && ((dx, dy) => { viewport.view = panBy(from, dx, dy, size, viewport.paneSize) })
    },
    zoom: (event) => {
      const size = painter.imageSize.value
      const from = viewport.view
      const about = panePoint(event)
      return size && ((_, dy) => { viewport.view = zoomBy(from, Math.exp(-dy / 150), about, size, viewport.paneSize) })
    },
    region: (event) => {
      const record = images.image.value?.record
      const from = imagePoint(event)
      if (!record || !from) return null
      return (_dx, _dy, at) => draft.drawRegion(regionBetween(from, at, record))
    },
    ruler: (event) => {
      const from = imagePoint(event)
      return from && ((_dx, _dy, at) => { viewport.ruler = [from, at] })
    },
  }

  function toolFor(event: PointerEvent): Tool {
    if (event.button === 1 || event.shiftKey) return 'pan'
    if (event.button === 2 || event.ctrlKey || event.metaKey) return 'zoom'
    return viewport.tool
  }
  function onPointerDown(event: PointerEvent): void {
    const tool = toolFor(event)
    const drag = drags[tool](event)
    if (!drag) return
    event.preventDefault()
    const target = event.currentTarget as HTMLElement
    target.focus({ preventScroll: true })
    target.setPointerCapture(event.pointerId)
    const move = (next: PointerEvent) => {
      if (next.pointerId !== event.pointerId) return
      const at = imagePoint(next)
      if (at) drag(next.clientX - event.clientX, next.clientY - event.clientY, at)
    }
    const end = () => {
      target.removeEventListener('pointermove', move)
      target.removeEventListener('pointerup', end)
      target.removeEventListener('pointercancel', end)
      if (tool === 'region') draft.finishRegion()
    }
    target.addEventListener('pointermove', move)
    target.addEventListener('pointerup', end)
    target.addEventListener('pointercancel', end)
  }
  function onPointerMove(event: PointerEvent): void {
    viewport.pointer = imagePoint(event)
  }
  function onPointerLeave(): void {
    viewport.pointer = null
  }
  function onWheel(event: WheelEvent): void {
    const size = painter.imageSize.value
    if (!size) return
    event.preventDefault()
    // a line is 16 pixels high where the device counts lines
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1)
    viewport.changeView((view: View) => zoomBy(view, Math.exp(-Math.max(-240, Math.min(240, pixels)) / 480), panePoint(event), size, viewport.paneSize))
  }
  return { onPointerDown, onPointerMove, onPointerLeave, onWheel }
}
export type PointerTools = ReturnType<typeof usePointerTools>

function panePoint(event: MouseEvent): Point {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
  return [event.clientX - box.left, event.clientY - box.top]
}
