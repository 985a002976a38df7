import type { InputAffine, InputRecord } from '../../src-main/contract/records.ts'
import { invertAffine } from '../../src-main/tensor/affine.ts'
import { fromAffine, multiply, type Matrix } from './matrix.ts'
import { setMatrix } from './overlay-layer.ts'

/** The model's input as grey or RGB pixels, from its least value (black) to its greatest (white). */
export interface InputLayer { readonly canvas: HTMLCanvasElement; readonly affine: InputAffine }

/** [channels, height, width] → RGBA. Channels of a replicated grey differ by their mean and standard deviation: each is spread by itself. */
export function inputPixels(values: Float32Array, width: number, height: number, channels: 1 | 3): Uint8ClampedArray<ArrayBuffer> {
  const plane = width * height
  const pixels = new Uint8ClampedArray(plane * 4)
  for (let c = 0; c < 3; c++) {
    const channel = values.subarray((channels === 3 ? c : 0) * plane, (channels === 3 ? c + 1 : 1) * plane)
    let low = Infinity
    let high = -Infinity
    for (const value of channel) {
      if (value < low) low = value
      if (value > high) high = value
    }
    const span = high > low ? high - low : 1
    for (let i = 0; i < plane; i++) pixels[i * 4 + c] = Math.round((channel[i] - low) / span * 255)
  }
  for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255
  return pixels
}

export function inputLayer(record: InputRecord, values: Float32Array): InputLayer {
  const canvas = document.createElement('canvas')
  canvas.width = record.width
  canvas.height = record.height
  canvas.getContext('2d')!.putImageData(new ImageData(inputPixels(values, record.width, record.height, record.channels), record.width, record.height), 0, 0)
  return { canvas, affine: record.affine }
}

/** At its place on the image, pixel by pixel as the model got it: a crop is smaller than the image, a letterbox reaches beyond. */
export function paintInput(context: CanvasRenderingContext2D, { canvas, affine }: InputLayer, toScreen: Matrix): void {
  context.save()
  setMatrix(context, multiply(toScreen, fromAffine(invertAffine(affine))))
  context.imageSmoothingEnabled = false
  context.drawImage(canvas, 0, 0)
  context.restore()
}
