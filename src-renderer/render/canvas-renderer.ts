import type { GreyFrame, Renderer } from './renderer.ts'
import { sampleGrey } from './sample-grey.ts'

/** The look-up table in JavaScript, then `putImageData`: faster than WebGL without a GPU, and what the others are tested against. */
export function canvasRenderer(): Renderer {
  const canvas = document.createElement('canvas')
  // kept in main memory: pixels are written by the processor on every frame
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  let pixels: ImageData | null = null

  function draw({ image, table, toScreen, size, smooth }: GreyFrame): HTMLCanvasElement {
    if (!pixels || pixels.width !== size.width || pixels.height !== size.height) {
      canvas.width = size.width
      canvas.height = size.height
      pixels = new ImageData(size.width, size.height)
    }
    sampleGrey(new Uint32Array(pixels.data.buffer), size, image.pyramid, table, toScreen, smooth)
    context.putImageData(pixels, 0, 0)
    return canvas
  }

  return { name: 'canvas-2d', draw, forget: () => {}, dispose: () => { pixels = null } }
}
