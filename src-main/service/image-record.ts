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

export function imageRecord(caseId: number, frame: Frame): ImageRecord {
  const { rows, columns, samples, frameIndex, frameCount, grayscale, spacing, pixelAspect, lossy, notices } = frame
  return {
    caseId, frameIndex, frameCount, rows, columns, samples, grayscale, spacing, pixelAspect, lossy, notices,
    storedType: storedTypeOf(frame.stored),
    url: `bytes/image/${caseId}/${frameIndex}?v=${frame.sha256.slice(0, 12)}`,
    percentiles: grayscale === null ? null : percentilesOf(frame.stored, grayscale),
  }
}

/**
 * Modality values at the 1st, 5th, 50th, 95th and 99th percentile of the image without its padding, by counting stored values: the value that so many
 * per cent of the pixels do not exceed. null where everything is padding.
 */
export function percentilesOf(stored: StoredArray, pipeline: GrayscalePipeline): ImageRecord['percentiles'] {
  const counts = countValues(stored)
  const { padding } = pipeline
  const values = [...counts].filter(([value]) => !padding || value < padding.low || value > padding.high)
    .map(([value, count]) => ({ value: modalityValue(pipeline, value), count }))
    .sort((a, b) => a.value - b.value)
  const total = values.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  let index = 0
  let below = values[0]!.count
  const [p1, p5, p50, p95, p99] = PERCENTS.map((percent) => {
    while (below < (percent / 100) * total && index < values.length - 1) below += values[++index]!.count
    return values[index]!.value
  }) as [number, number, number, number, number]
  return { p1, p5, p50, p95, p99 }
}

function countValues(stored: StoredArray): Map<number, number> {
  const counts = new Map<number, number>()
  if (stored.BYTES_PER_ELEMENT <= 2) {
    const dense = new Uint32Array(1 << 16)
    for (let index = 0; index < stored.length; index++) dense[stored[index]! & 0xffff]! += 1
    const isSigned = stored instanceof Int8Array || stored instanceof Int16Array
    for (let value = 0; value < dense.length; value++) if (dense[value]! > 0) counts.set(isSigned && value > 0x7fff ? value - 0x10000 : value, dense[value]!)
    return counts
  }
  const step = Math.ceil(stored.length / MAX_COUNTED)
  for (let index = 0; index < stored.length; index += step) counts.set(stored[index]!, (counts.get(stored[index]!) ?? 0) + 1)
  return counts
}
