import type { Client } from '../../../src-main/contract/api.ts'
import type { InputRecord } from '../../../src-main/contract/records.ts'
import { inputPixels } from '../../render/input-layer.ts'

export interface Pictures { readonly before: ImageData; readonly after: ImageData }

/** Both inputs of a check, ready to be drawn. Throws the client's errors. */
export async function loadPictures(client: Client, checkId: number, signal: AbortSignal): Promise<Pictures> {
  const { before, after } = await client.call('causal.picture', { checkId }, { signal })
  const [first, second] = await Promise.all([before, after].map(async ({ url }) => new Float32Array(await client.bytes(url, { signal }))))
  const [a, b] = pairPixels(first, second, before)
  return { before: new ImageData(a, before.width, before.height), after: new ImageData(b, before.width, before.height) }
}

/** Two inputs of [channels, height, width] → RGBA of each, with black and white of both together: a change of exposure would be spread away otherwise. */
export function pairPixels(before: Float32Array, after: Float32Array, { width, height, channels }: Pick<InputRecord, 'width' | 'height' | 'channels'>): [Uint8ClampedArray<ArrayBuffer>, Uint8ClampedArray<ArrayBuffer>] {
  const plane = width * height
  const joint = new Float32Array(2 * channels * plane)
  for (let c = 0; c < channels; c++) {
    joint.set(before.subarray(c * plane, (c + 1) * plane), 2 * c * plane)
    joint.set(after.subarray(c * plane, (c + 1) * plane), (2 * c + 1) * plane)
  }
  const pixels = inputPixels(joint, width, 2 * height, channels)
  return [pixels.slice(0, plane * 4), pixels.slice(plane * 4)]
}
