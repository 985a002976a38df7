import type { Client } from '../../../src-main/contract/api.ts'
import type { AttributionRecord, AttributionRequest, ImageRecord, InputRecord } from '../../../src-main/contract/records.ts'
import { colourPixels } from '../../render/colour-image.ts'
import { inputLayer, type InputLayer } from '../../render/input-layer.ts'
import { buildPyramid, storedArray, type StoredArray } from '../../render/pyramid.ts'
import type { PixelImage } from '../../render/renderer.ts'

export interface LoadedImage { readonly record: ImageRecord; readonly stored: StoredArray; readonly pixels: PixelImage; readonly bytes: number }
export interface LoadedMap { readonly record: AttributionRecord; readonly values: Float32Array }
export interface LoadedInput { readonly record: InputRecord; readonly values: Float32Array; readonly layer: InputLayer }

/** Record, stored values and their pyramid. Throws the errors of the client. */
export async function loadImage(client: Client, caseId: number, frameIndex: number, signal?: AbortSignal): Promise<LoadedImage> {
  const record = await client.call('cases.image', { caseId, frameIndex }, { signal })
  const stored = storedArray(record.storedType, await client.bytes(record.url, { signal }))
  const { columns, rows } = record
  if (record.samples === 1) {
    const pyramid = buildPyramid(columns, rows, stored)
    return { record, stored, pixels: { kind: 'grey', columns, rows, pyramid }, bytes: pyramid.bytes }
  }
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = rows
  canvas.getContext('2d')!.putImageData(new ImageData(colourPixels(columns, rows, stored), columns, rows), 0, 0)
  return { record, stored, pixels: { kind: 'colour', columns, rows, canvas }, bytes: stored.byteLength + columns * rows * 4 }
}

export async function loadMap(client: Client, caseId: number, request: AttributionRequest, signal?: AbortSignal): Promise<LoadedMap> {
  const record = await client.call('attribution.get', { caseId, request }, { signal })
  return { record, values: new Float32Array(await client.bytes(record.url, { signal })) }
}

export async function loadInput(client: Client, caseId: number, signal?: AbortSignal): Promise<LoadedInput> {
  const record = await client.call('model.input', { caseId }, { signal })
  const values = new Float32Array(await client.bytes(record.url, { signal }))
  return { record, values, layer: inputLayer(record, values) }
}
