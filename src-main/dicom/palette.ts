import { ReviewError } from '../contract/errors.ts'
import type { DataSetView } from './data-set.ts'
import type { StoredArray } from './frame.ts'

interface PaletteChannel {
  readonly firstMapped: number
  readonly values: readonly number[]
}

/** Red, green, blue: descriptor, data, segmented data (PS3.3 C.7.6.3, C.7.9). */
const CHANNEL_TAGS = [
  ['00281101', '00281201', '00281221'],
  ['00281102', '00281202', '00281222'],
  ['00281103', '00281203', '00281223'],
] as const
const MAX_ENTRIES = 65_536

/** Indices of a PALETTE COLOR image → RGB of 8 bits, one pixel's samples side by side. Throws `pixel-data-damaged`. */
export function applyPalette(indices: StoredArray, dataSet: DataSetView, signed: boolean): Uint8Array {
  const channels = CHANNEL_TAGS.map((tags) => readChannel(dataSet, tags, signed))
  const output = new Uint8Array(indices.length * 3)
  channels.forEach(({ firstMapped, values }, channel) => {
    const last = values.length - 1
    for (let pixel = 0; pixel < indices.length; pixel++) {
      const entry = indices[pixel] - firstMapped
      output[3 * pixel + channel] = values[entry < 0 ? 0 : entry > last ? last : entry]
    }
  })
  return output
}

function readChannel(dataSet: DataSetView, [descriptorTag, dataTag, segmentedTag]: readonly [string, string, string], signed: boolean): PaletteChannel {
  const descriptor = dataSet.words(descriptorTag)
  if (descriptor.length < 3) throw badPalette('its description is missing')
  const count = descriptor[0] === 0 ? MAX_ENTRIES : descriptor[0]
  const firstMapped = signed ? (descriptor[1] << 16) >> 16 : descriptor[1]
  const bytes = dataSet.valueBytes(dataTag)
  const words = bytes ? (descriptor[2] <= 8 && bytes.length < 2 * count ? [...bytes] : dataSet.words(dataTag)) : expandSegments(dataSet.words(segmentedTag), count)
  if (words.length < count) throw badPalette(`it has ${words.length} of ${count} entries`)
  // Entries of 8 bits in words of 16 occur although the descriptor says 16 (PS3.3 C.7.6.3.1.5 allows both).
  const isWide = descriptor[2] > 8 && words.some((word) => word > 255)
  return { firstMapped, values: words.slice(0, count).map((word) => (isWide ? word >> 8 : word & 0xff)) }
}

/** Segmented palette data: discrete, linear and indirect segments (PS3.3 C.7.9.2). */
function expandSegments(words: readonly number[], count: number): number[] {
  const output: number[] = []
  const expand = (from: number, segments: number, isIndirect: boolean): void => {
    let at = from
    for (let done = 0; done < segments && at < words.length && output.length < count; done++) {
      const [opcode, length] = [words[at], words[at + 1]]
      if (opcode === 0) {
        output.push(...words.slice(at + 2, at + 2 + length))
        at += 2 + length
      } else if (opcode === 1) {
        const begin = output.at(-1) ?? 0
        for (let step = 1; step <= length; step++) output.push(Math.round(begin + ((words[at + 2] - begin) * step) / length))
        at += 3
      } else if (opcode === 2 && !isIndirect) {
        expand((words[at + 2] + words[at + 3] * 65536) / 2, length, true)
        at += 4
      } else {
        throw badPalette('a segment is wrong')
      }
    }
  }
  expand(0, Infinity, false)
  return output
}

function badPalette(what: string): ReviewError {
  return new ReviewError('pixel-data-damaged', `The palette of the image cannot be used: ${what}. Ask the sender for an intact file.`)
}
