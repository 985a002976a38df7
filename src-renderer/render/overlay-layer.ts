import { colorMap, type OverlayStyle } from '../../src-main/display/blend.ts'
import { cellToImage, seenRectangle, type Registration } from '../../src-main/display/grid-registration.ts'
import { fromAffine, multiply, scaling, type Matrix } from './matrix.ts'

/** A map as coloured pixels, ready to be laid over the image at any zoom. */
export interface OverlayLayer { readonly canvas: HTMLCanvasElement; readonly registration: Registration; readonly isCells: boolean }

/** About this many coloured pixels a side: finer than a screen shows of a smooth map, cheap enough to colour while a slider is dragged. */
const SIDE = 448

export function overlaySize([height, width]: readonly [number, number], interpolation: OverlayStyle['interpolation']): [number, number] {
  const factor = interpolation === 'cells' ? 1 : Math.max(1, Math.round(SIDE / Math.max(height, width)))
  return [height * factor, width * factor]
}

/** Draws into `canvas`: the layer made with it before is no longer valid. */
export function overlayLayer(values: Float32Array, registration: Registration, style: OverlayStyle, canvas: HTMLCanvasElement): OverlayLayer {
  const size = overlaySize(registration.grid, style.interpolation)
  if (canvas.height !== size[0] || canvas.width !== size[1]) [canvas.height, canvas.width] = size
  canvas.getContext('2d')!.putImageData(new ImageData(colorMap(values, registration.grid, size, style), size[1], size[0]), 0, 0)
  return { canvas, registration, isCells: style.interpolation === 'cells' }
}

/** Lays the map over what is drawn, where the model saw the image and nowhere else. */
export function paintOverlay(context: CanvasRenderingContext2D, { canvas, registration, isCells }: OverlayLayer, image: { columns: number; rows: number }, toScreen: Matrix, opacity: number): void {
  const seen = seenRectangle(registration, image.columns, image.rows)
  const [height, width] = registration.grid
  const toCanvas = multiply(toScreen, fromAffine(cellToImage(registration)), scaling(width / canvas.width, height / canvas.height))
  context.save()
  setMatrix(context, toScreen)
  context.beginPath()
  context.rect(seen.x, seen.y, seen.width, seen.height)
  context.clip()
  setMatrix(context, toCanvas)
  context.globalAlpha = opacity
  context.imageSmoothingEnabled = !isCells
  context.drawImage(canvas, 0, 0)
  context.restore()
}

export function setMatrix(context: CanvasRenderingContext2D, { a, b, c, d, e, f }: Matrix): void {
  context.setTransform(a, b, c, d, e, f)
}
