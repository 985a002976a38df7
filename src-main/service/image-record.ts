import type { Frame, StoredArray } from '../dicom/frame.ts'
import type { ImageRecord } from '../contract/records.ts'
import { modalityValue } from '../display/voi.ts'
import type { GrayscalePipeline } from '../display/grayscale-types.ts'

type StoredType = ImageRecord['storedType']
const TYPES: readonly (readonly [new (length: number) => StoredArray, StoredType])[] = [
  [Uint8Array, 'uint8'], [Int8Array, 'int8'], [Uint16Array, 'uint16'], [Int16Array, 'int16'], [Uint32Array, 'uint32'], [Int32Array, 'int32'],
]
/** wider images are counted by every n-th pixel, so that there are at most so many values */
const MAX_COUNTED = 1 << 20
const PERCENTS = [1, 5, 50, 95, 99] as const

export function storedTypeOf(stored: StoredArray): StoredType {
  return TYPES.find(([type]) => stored instanceof type)![1]
}

export function imageRecord(caseId: number, frame: Frame, url: string): ImageRecord {
  const { rows, columns, samples, frameIndex, frameCount, grayscale, spacing, pixelAspect, lossy, notices } = frame
  return {
    caseId, frameIndex, frameCount, rows, columns, samples, grayscale, spacing, pixelAspect, lossy, notices,
    storedType: storedTypeOf(frame.stored),
    url,
    percentiles: grayscale === null ? null : percentilesOf(frame.stored, grayscale),
  }
}

/**
 * Modality values at the 1st, 5th, 50th, 95th and 99th percentile of the image without its padding, by counting stored values: the value that so many
 * per cent of the pixels do not exceed. null where everything is padding.
 */
export function percentilesOf(stored: StoredArray, pipeline: GrayscalePipeline): ImageRecord['percentiles'] {
  const { values, counts } = countValues(stored, pipeline)
  const order = Uint32Array.from(values, (_, index) => index)
  const modality = Float64Array.from(values, (value) => modalityValue(pipeline, value))
  if (pipeline.modality.kind === 'table') order.sort((a, b) => modality[a]! - modality[b]!)
  else if (pipeline.modality.slope < 0) order.reverse()
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let place = 0
  let below = counts[order[0]!]!
  const [p1, p5, p50, p95, p99] = PERCENTS.map((percent) => {
    while (below < (percent / 100) * total && place < order.length - 1) below += counts[order[++place]!]!
    return modality[order[place]!]!
  }) as [number, number, number, number, number]
  return { p1, p5, p50, p95, p99 }
}

/** The distinct stored values that are no padding, rising, with how often each occurs. */
function countValues(stored: StoredArray, { padding }: GrayscalePipeline): { values: Int32Array | Float64Array; counts: Float64Array } {
  const isPadding = (value: number) => padding !== null && value >= padding.low && value <= padding.high
  if (stored.BYTES_PER_ELEMENT <= 2) {
    const dense = new Uint32Array(1 << 16)
    const offset = stored instanceof Int8Array || stored instanceof Int16Array ? 0x8000 : 0
    for (let index = 0; index < stored.length; index++) dense[stored[index]! + offset]! += 1
    const values = Int32Array.from(dense.keys()).filter((place) => dense[place]! > 0 && !isPadding(place - offset)).map((place) => place - offset)
    return { values, counts: Float64Array.from(values, (value) => dense[value + offset]!) }
  }
  const step = Math.ceil(stored.length / MAX_COUNTED)
  const counts = new Map<number, number>()
  for (let index = 0; index < stored.length; index += step) counts.set(stored[index]!, (counts.get(stored[index]!) ?? 0) + 1)
  const values = Float64Array.from(counts.keys()).sort().filter((value) => !isPadding(value))
  return { values, counts: Float64Array.from(values, (value) => counts.get(value)!) }
}
