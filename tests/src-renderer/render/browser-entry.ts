import { blendOver, type OverlayStyle } from '../../../src-main/display/blend.ts'
import { colormapFor } from '../../../src-main/display/colormap.ts'
import { canvasRenderer } from '../../../src-renderer/render/canvas-renderer.ts'
import { chooseRenderer } from '../../../src-renderer/render/choose-renderer.ts'
import { scaling, type Matrix } from '../../../src-renderer/render/matrix.ts'
import { overlayLayer } from '../../../src-renderer/render/overlay-layer.ts'
import { paintPane } from '../../../src-renderer/render/paint-pane.ts'
import { buildPyramid, type StoredArray } from '../../../src-renderer/render/pyramid.ts'
import type { GreyImage, Renderer } from '../../../src-renderer/render/renderer.ts'
import { FITTED, flipAcross, turnLeft, turnRight, viewMatrix, zoomBy, type View } from '../../../src-renderer/render/view.ts'
import { webglRenderer } from '../../../src-renderer/render/webgl-renderer.ts'

/** What the browser test runs in the page: the sources as they are, on real canvases. */

function random(seed: number) {
  let state = seed
  return () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32
}
function image(columns: number, rows: number, make: (length: number) => StoredArray, low: number, span: number, seed: number): GreyImage {
  const next = random(seed)
  const data = make(columns * rows)
  for (let i = 0; i < data.length; i++) data[i] = low + Math.floor((Math.sin(i / 37) + 1 + next()) / 3 * span)
  return { kind: 'grey', columns, rows, pyramid: buildPyramid(columns, rows, data) }
}
function pixelsOf(canvas: HTMLCanvasElement, width: number, height: number): Uint8ClampedArray {
  const copy = document.createElement('canvas')
  copy.width = width
  copy.height = height
  const context = copy.getContext('2d', { willReadFrequently: true })!
  context.drawImage(canvas, 0, 0)
  return context.getImageData(0, 0, width, height).data
}

const KINDS = {
  uint8: { make: (length: number) => new Uint8Array(length), low: 0, span: 255 },
  int16: { make: (length: number) => new Int16Array(length), low: -1000, span: 4000 },
  uint16: { make: (length: number) => new Uint16Array(length), low: 0, span: 65535 },
}
const VIEWS: Record<string, View> = { fitted: FITTED, turned: turnRight(FITTED), mirrored: turnLeft(flipAcross(FITTED)) }

/** Greatest difference in grey between WebGL2 and Canvas 2D, by kind, view and zoom. */
function compareRenderers(): Record<string, number> {
  const canvas = canvasRenderer()
  const gl = document.createElement('canvas').getContext('webgl2', { preserveDrawingBuffer: true })
  if (!gl) throw new Error('no WebGL2')
  let fellBack = 0
  const watched: Renderer = { ...canvas, draw: (frame) => { fellBack++; return canvas.draw(frame) } }
  const webgl = webglRenderer(gl, watched)
  const result: Record<string, number> = {}
  const size = { width: 220, height: 190 }
  for (const [kind, { make, low, span }] of Object.entries(KINDS)) {
    const grey = image(601, 533, make, low, span, 11)
    const table = { low, step: 1, greys: Uint8Array.from({ length: span + 1 }, (_, i) => Math.round(i * 255 / span)) }
    for (const [name, view] of Object.entries(VIEWS)) for (const factor of [1, 3, 12]) for (const smooth of [true, false]) {
      const dimensions = { width: 601, height: 533, aspect: 1 }
      const toScreen = viewMatrix(zoomBy(view, factor, [90, 70], dimensions, size), dimensions, size)
      const frame = { image: grey, table, toScreen, size, smooth }
      const expected = pixelsOf(canvas.draw(frame), size.width, size.height)
      const found = pixelsOf(webgl.draw(frame), size.width, size.height)
      const worst: number[] = []
      for (let i = 0; i < expected.length; i++) worst.push(Math.abs(expected[i] - found[i]))
      worst.sort((a, b) => a - b)
      result[`${kind} ${name} ×${factor}${smooth ? ' smooth' : ''}`] = smooth ? worst.at(-1)! : worst[Math.floor(worst.length * 0.999)]
    }
  }
  result.fellBack = fellBack
  return result
}

/** A pane at 1:1 against the picture that an export blends: [mean, greatest] difference, and whether all outside the input is untouched. */
function compareOverlay(interpolation: OverlayStyle['interpolation']): { mean: number; greatest: number; outside: number } {
  const [columns, rows] = [420, 300]
  const grey = image(columns, rows, (length) => new Uint8Array(length), 0, 255, 5)
  const table = { low: 0, step: 1, greys: Uint8Array.from({ length: 256 }, (_, i) => i) }
  const registration = { affine: { scaleX: 0.5, scaleY: 0.5, offsetX: -30, offsetY: 0 }, inputWidth: 150, inputHeight: 150, grid: [5, 5] as const }
  const next = random(3)
  const values = Float32Array.from({ length: 25 }, () => next())
  const style: OverlayStyle = { colormap: colormapFor('viridis', 'sequential'), scale: { low: 0, high: 1, signed: false, over: '' }, interpolation, opacity: 0.5, threshold: 0, fade: true }
  const toScreen: Matrix = scaling(1, 1)
  const size = { width: columns, height: rows }
  const drawn = canvasRenderer().draw({ image: grey, table, toScreen, size, smooth: true })
  const pane = document.createElement('canvas')
  pane.width = columns
  pane.height = rows
  const context = pane.getContext('2d', { alpha: false, willReadFrequently: true })!
  const layer = overlayLayer(values, registration, { ...style, opacity: 1 }, document.createElement('canvas'))
  paintPane(context, { size, pixelRatio: 1, matrix: toScreen, image: grey, grey: drawn, smooth: true, input: null, overlay: { layer, opacity: style.opacity }, outline: null, caption: null })
  const found = context.getImageData(0, 0, columns, rows).data
  const plain = pixelsOf(drawn, columns, rows)
  const expected = Uint8ClampedArray.from(plain)
  blendOver(expected, columns, rows, [1, 1], values, registration, style)
  let sum = 0
  let greatest = 0
  let outside = 0
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) for (let c = 0; c < 3; c++) {
    const i = (row * columns + column) * 4 + c
    const difference = Math.abs(found[i] - expected[i])
    sum += difference
    if (difference > greatest) greatest = difference
    if (column < 60 || column >= 360) outside = Math.max(outside, Math.abs(found[i] - plain[i]))
  }
  return { mean: sum / (columns * rows * 3), greatest, outside }
}

Object.assign(window, { oracle: { compareRenderers, compareOverlay, chosen: () => chooseRenderer().name } })
