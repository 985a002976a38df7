import { describe, expect, it } from 'vitest'

import { decodeStoredSamples } from '../../../src-main/dicom/pixels.ts'
import { uniform } from '../../../src-main/tensor/random.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import type { LosslessJpeg } from '../../fixtures/dicom/write-jpeg.ts'
import { losslessJpeg } from '../../fixtures/dicom/write-jpeg.ts'

const [ROWS, COLUMNS] = [13, 17]

/** A slope, an edge and noise, with the least and the greatest value; the lowest `shift` bits are 0. */
function valuesOf(bits: number, components: number, shift = 0): Uint16Array {
  const random = uniform(bits)
  const white = 2 ** bits - 1
  const values = Uint16Array.from({ length: ROWS * COLUMNS * components }, (_, index) => {
    const column = Math.floor(index / components) % COLUMNS
    return Math.round(white * Math.min(1, 0.2 + 0.4 * random() + (column > 9 ? 0.4 : 0)))
  })
  values.set([0, white, 0])
  return values.map((value) => (value >> shift) << shift)
}

const fileOf = (stream: Uint8Array, { bits, components }: { bits: number; components: number }): Uint8Array => dicomFile({
  rows: ROWS, columns: COLUMNS, bitsAllocated: bits > 8 ? 16 : 8, bitsStored: bits, samples: components, photometric: components === 3 ? 'RGB' : 'MONOCHROME2',
  transferSyntax: '1.2.840.10008.1.2.4.57', pixels: [stream],
})

async function decoded(stream: Uint8Array, image: { bits: number; components: number }): Promise<number[]> {
  return Array.from((await decodeStoredSamples(fileOf(stream, image))).values)
}

const whole = { rows: ROWS, columns: COLUMNS }
const WAYS: Readonly<Record<string, Partial<LosslessJpeg>>> = {
  'plain': {},
  'codes of up to 16 bits': { codes: 'skewed' },
  'restart intervals of 1 line': { linesAnInterval: 1 },
  'restart intervals of 4 lines': { linesAnInterval: 4 },
  'point transform': { shift: 1 },
}

describe('Lossless JPEG gives back what was encoded', () => {
  it.each(Object.entries(WAYS))('%s: every predictor, 2 to 16 bits, gray and colour', async (_, way) => {
    for (let selection = 1; selection <= 7; selection++) {
      for (const [bits, components] of [[2, 1], [8, 1], [8, 3], [11, 1], [12, 1], [16, 1], [16, 3]] as const) {
        const values = valuesOf(bits, components, way.shift)
        for (const interleaved of components === 3 ? [true, false] : [true]) {
          const stream = losslessJpeg(values, { ...whole, bits, components, selection, interleaved, ...way })
          expect(await decoded(stream, { bits, components }), `predictor ${selection}, ${components} × ${bits} bits`).toEqual(Array.from(values))
        }
      }
    }
  })
})

describe('Damage within lossless JPEG is reported', () => {
  const image = { bits: 12, components: 1 }
  const values = valuesOf(12, 1)
  const good = losslessJpeg(values, { ...whole, ...image, selection: 4, linesAnInterval: 4 })
  const lastRestart = good.findLastIndex((byte, at) => byte === 0xff && (good[at + 1]! & 0xf8) === 0xd0)
  const without = (start: number, end: number) => [...good.slice(0, start), ...good.slice(end)]
  const greater = Uint16Array.from(values)
  greater[30] = 4096
  const cases: Readonly<Record<string, ArrayLike<number>>> = {
    'data that ends early': without(good.length - 8, good.length - 2),
    'data that ends early within': without(lastRestart - 6, lastRestart),
    'data left over': [...good.slice(0, -2), ...Array.from({ length: 12 }, () => 0x55), 0xff, 0xd9],
    'a restart marker that is gone': without(lastRestart, lastRestart + 2),
    'a restart marker out of turn': good.map((byte, at) => (at === lastRestart + 1 ? 0xd0 : byte)),
    'a code that is none': good.map((byte, at) => (at === lastRestart + 2 ? 0xfe : byte)),
    'a sample beyond its bits': losslessJpeg(greater, { ...whole, ...image, selection: 1 }),
    'a predictor that is none': losslessJpeg(values, { ...whole, ...image, selection: 1 }).map((byte, at, all) => (byte === 1 && all[at - 4] === 8 && all[at - 5] === 0 ? 9 : byte)),
  }
  it('only where there is some', async () => {
    expect(await decoded(good, image)).toEqual(Array.from(values))
  })
  it.each(Object.entries(cases))('%s', async (_, stream) => {
    await expect(decoded(Uint8Array.from(stream), image)).rejects.toMatchObject({ code: 'pixel-data-damaged' })
  })
})
