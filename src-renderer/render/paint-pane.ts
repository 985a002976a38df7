import { inputRectangle, seenRectangle, type Rectangle } from '../../src-main/display/grid-registration.ts'
import { paintInput, type InputLayer } from './input-layer.ts'
import { multiply, scaling, translation, type Matrix } from './matrix.ts'
import { paintOverlay, setMatrix, type OverlayLayer } from './overlay-layer.ts'
import { paintCaption, type Caption } from './paint-caption.ts'
import type { PixelImage } from './renderer.ts'
import type { Size } from './view.ts'

/** All that one pane shows in one frame. Sizes in CSS pixels, the canvas has `pixelRatio` times as many. */
export interface PaneScene {
  readonly size: Size
  readonly pixelRatio: number
  /** image pixels → CSS pixels of the pane */
  readonly matrix: Matrix
  /** null: nothing decoded (yet) */
  readonly image: PixelImage | null
  /** the grey image as the renderer drew it for this size and matrix; null for colour */
  readonly grey: HTMLCanvasElement | null
  readonly smooth: boolean
  /** instead of the image */
  readonly input: InputLayer | null
  readonly overlay: { readonly layer: OverlayLayer; readonly opacity: number } | null
  /** what the model saw, as a dashed line */
  readonly outline: Pick<OverlayLayer['registration'], 'affine' | 'inputWidth' | 'inputHeight'> | null
  readonly caption: Caption | null
}

/** Paints a pane from the bottom up: image, map, outline, words. */
export function paintPane(context: CanvasRenderingContext2D, scene: PaneScene): void {
  const { canvas } = context
  const toScreen = multiply(scaling(scene.pixelRatio, scene.pixelRatio), scene.matrix)
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.globalAlpha = 1
  context.fillStyle = '#000'
  context.fillRect(0, 0, canvas.width, canvas.height)
  if (scene.input) paintInput(context, scene.input, toScreen)
  else if (scene.grey) context.drawImage(scene.grey, 0, 0)
  else if (scene.image?.kind === 'colour') paintColour(context, scene.image.canvas, toScreen, scene.smooth)
  if (scene.image && scene.overlay) paintOverlay(context, scene.overlay.layer, scene.image, toScreen, scene.overlay.opacity)
  if (scene.image && scene.outline) {
    const rectangle = scene.input ? inputRectangle(scene.outline) : seenRectangle(scene.outline, scene.image.columns, scene.image.rows)
    paintOutline(context, rectangle, toScreen, scene.pixelRatio)
  }
  if (scene.caption) paintCaption(context, scene.caption, scene.size, scene.pixelRatio)
}

function paintColour(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement, toScreen: Matrix, smooth: boolean): void {
  context.save()
  setMatrix(context, toScreen)
  context.imageSmoothingEnabled = smooth || Math.abs(toScreen.a || toScreen.b) < 1
  context.imageSmoothingQuality = 'high'
  context.drawImage(canvas, 0, 0)
  context.restore()
}

function paintOutline(context: CanvasRenderingContext2D, rectangle: Rectangle, toScreen: Matrix, pixelRatio: number): void {
  context.save()
  context.lineWidth = pixelRatio
  context.setLineDash([6 * pixelRatio, 4 * pixelRatio])
  context.strokeStyle = 'rgb(255 255 255 / 70%)'
  strokeRectangle(context, rectangle, toScreen)
  context.restore()
}

/** A rectangle of the image with a line of the screen's width. */
function strokeRectangle(context: CanvasRenderingContext2D, { x, y, width, height }: Rectangle, toScreen: Matrix): void {
  context.save()
  setMatrix(context, toScreen)
  context.beginPath()
  context.rect(x, y, width, height)
  context.restore()
  context.stroke()
}

/** Panes side by side as one picture, as they stand on the screen; `mark`: the region, drawn on each of them. */
export function joinPanes(panes: readonly HTMLCanvasElement[], mark: { readonly region: Rectangle; readonly toScreen: Matrix } | null): HTMLCanvasElement {
  const gap = 2
  const picture = document.createElement('canvas')
  picture.width = panes.reduce((sum, pane) => sum + pane.width, 0) + gap * (panes.length - 1)
  picture.height = Math.max(...panes.map((pane) => pane.height))
  const context = picture.getContext('2d')!
  context.fillStyle = '#000'
  context.fillRect(0, 0, picture.width, picture.height)
  let x = 0
  for (const pane of panes) {
    context.drawImage(pane, x, 0)
    if (mark) {
      context.save()
      context.beginPath()
      context.rect(x, 0, pane.width, pane.height)
      context.clip()
      context.lineWidth = 2
      context.strokeStyle = '#7db4ff'
      strokeRectangle(context, mark.region, multiply(translation(x, 0), mark.toScreen))
      context.restore()
    }
    x += pane.width + gap
  }
  return picture
}
