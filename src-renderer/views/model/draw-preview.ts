import type { ImageRecord } from '../../../src-main/contract/records.ts'
import { displayTable } from '../../../src-main/display/grayscale.ts'
import { greyOf, greyTable } from '../../render/grey-table.ts'
import { levelFor } from '../../render/pyramid.ts'
import type { PixelImage } from '../../render/renderer.ts'

/** The image as its file shows it, at about `side` pixels, into the canvas (which takes its size). */
export function drawImage(canvas: HTMLCanvasElement, pixels: PixelImage, record: ImageRecord, side: number): void {
  const context = canvas.getContext('2d')!
  if (pixels.kind === 'colour') {
    canvas.width = pixels.columns
    canvas.height = pixels.rows
    context.drawImage(pixels.canvas, 0, 0)
    return
  }
  const level = pixels.pyramid.levels[levelFor(pixels.pyramid, Math.max(pixels.columns, pixels.rows) / side)]
  const table = greyTable(displayTable(record.grayscale!, { kind: 'default' }), false)
  const rgba = new Uint8ClampedArray(level.columns * level.rows * 4)
  for (let i = 0; i < level.data.length; i++) {
    const grey = greyOf(table, level.data[i])
    rgba[i * 4] = rgba[i * 4 + 1] = rgba[i * 4 + 2] = grey
    rgba[i * 4 + 3] = 255
  }
  canvas.width = level.columns
  canvas.height = level.rows
  context.putImageData(new ImageData(rgba, level.columns, level.rows), 0, 0)
}
