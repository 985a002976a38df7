import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { pixelSha256 } from '../../../src-main/dicom/pixel-identity.ts'
import { decodeFrame, decodeStoredSamples } from '../../../src-main/dicom/pixels.ts'
import type { TestElement, TestImage } from '../../fixtures/dicom/write-dicom.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer)
const storedOf = async (image: TestImage, frame = 0): Promise<number[]> => Array.from((await decodeFrame(dicomFile(image), frame)).stored)

describe('Grayscale samples', () => {
  it('lose the bits above BitsStored, where overlays may sit', async () => {
    expect(await storedOf({ rows: 1, columns: 3, bitsAllocated: 16, bitsStored: 12, pixels: words(0x1fff, 0xf001, 0x0fff) })).toEqual([4095, 1, 4095])
  })

  it('keep their sign', async () => {
    expect(await storedOf({ rows: 1, columns: 3, bitsAllocated: 16, bitsStored: 12, signed: true, pixels: words(0x0fff, 0x0800, 0x07ff) })).toEqual([-1, -2048, 2047])
    expect(await storedOf({ rows: 1, columns: 2, signed: true, pixels: Uint8Array.of(0xff, 0x80) })).toEqual([-1, -128])
  })

  it('are shifted down from a high bit that is not the last', async () => {
    expect(await storedOf({ rows: 1, columns: 2, bitsAllocated: 16, bitsStored: 12, highBit: 15, pixels: words(0xfff0, 0x0010) })).toEqual([4095, 1])
  })

  it('of one bit are unpacked from the least significant, frames joined without padding', async () => {
    const bits = { rows: 1, columns: 3, bitsAllocated: 1, frames: 3, pixels: Uint8Array.of(0b10110101, 0b1) } satisfies TestImage
    expect([await storedOf(bits, 0), await storedOf(bits, 1), await storedOf(bits, 2)]).toEqual([[1, 0, 1], [0, 1, 1], [0, 1, 1]])
  })
})

describe('Frames in pieces of their own', () => {
  const frames = [words(1, 0x0fff), words(7, 300)]
  it.each([
    ['as they are', '1.2.840.10008.1.2.1.98', (frame: Uint8Array) => frame],
    ['deflated', '1.2.840.10008.1.2.8.1', (frame: Uint8Array) => new Uint8Array(deflateRawSync(frame))],
  ])('%s', async (_, transferSyntax, pack) => {
    const image = { rows: 1, columns: 2, bitsAllocated: 16, bitsStored: 12, frames: 2, transferSyntax, pixels: frames.map(pack) } satisfies TestImage
    expect([await storedOf(image, 0), await storedOf(image, 1)]).toEqual([[1, 4095], [7, 300]])
    await expect(storedOf({ ...image, pixels: [frames[0], pack(words(1))] }, 1)).rejects.toMatchObject({ code: 'pixel-data-damaged' })
  })

  it('of single bits begin with a byte each', async () => {
    const image = { rows: 1, columns: 3, bitsAllocated: 1, frames: 2, transferSyntax: '1.2.840.10008.1.2.8.1', pixels: [[0b101], [0b110]].map((bits) => new Uint8Array(deflateRawSync(Uint8Array.from(bits)))) }
    expect([await storedOf(image, 0), await storedOf(image, 1)]).toEqual([[1, 0, 1], [0, 1, 1]])
  })

  it('cannot inflate to more than the header gives', async () => {
    const image = { rows: 4, columns: 4, transferSyntax: '1.2.840.10008.1.2.8.1', pixels: [new Uint8Array(deflateRawSync(new Uint8Array(1e6)))] }
    await expect(storedOf(image)).rejects.toMatchObject({ code: 'pixel-data-damaged' })
  })
})

describe('Colour becomes RGB', () => {
  const rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30]
  it('by pixel and by plane alike', async () => {
    expect(await storedOf({ rows: 2, columns: 2, samples: 3, pixels: Uint8Array.from(rgb) })).toEqual(rgb)
    const planes = [0, 1, 2].flatMap((sample) => [0, 3, 6, 9].map((pixel) => rgb[pixel + sample]))
    expect(await storedOf({ rows: 2, columns: 2, samples: 3, planar: 1, pixels: Uint8Array.from(planes) })).toEqual(rgb)
  })

  it('from YBR_FULL by ITU-R BT.601', async () => {
    const ybr = [76, 85, 255, 150, 44, 21, 29, 255, 107, 128, 128, 128]
    expect(await storedOf({ rows: 2, columns: 2, samples: 3, photometric: 'YBR_FULL', pixels: Uint8Array.from(ybr) }))
      .toEqual([254, 0, 0, 0, 255, 1, 0, 0, 254, 128, 128, 128])
  })

  it('from YBR_FULL_422, two pixels sharing their chrominance', async () => {
    expect(await storedOf({ rows: 1, columns: 2, samples: 3, photometric: 'YBR_FULL_422', pixels: Uint8Array.of(100, 200, 128, 128) })).toEqual([100, 100, 100, 200, 200, 200])
  })

  it('and the stored samples stay what they are', async () => {
    const { values } = await decodeStoredSamples(dicomFile({ rows: 1, columns: 1, samples: 3, photometric: 'YBR_FULL', pixels: Uint8Array.of(76, 85, 255) }))
    expect(Array.from(values)).toEqual([76, 85, 255])
  })

  it('says so, and has no grayscale pipeline', async () => {
    const frame = await decodeFrame(dicomFile({ samples: 3 }))
    expect(frame).toMatchObject({ samples: 3, grayscale: null })
    expect(frame.notices.map(({ code }) => code)).toEqual(['colour', 'burned-in'])
  })
})

describe('A palette', () => {
  const palette = (bits: number, ...channels: TestElement['value'][]): TestElement[] => channels.flatMap((value, index) => [
    { tag: `0028110${index + 1}`, vr: 'US', value: [3, 10, bits] },
    { tag: `0028120${index + 1}`, vr: 'OW', value },
  ])
  const image = { rows: 1, columns: 4, photometric: 'PALETTE COLOR', pixels: Uint8Array.of(10, 11, 12, 0) } satisfies TestImage

  it('of 16-bit entries gives RGB of 8 bits; indices outside take its ends', async () => {
    expect(await storedOf({ ...image, elements: palette(16, [0xff00, 0, 0x8000], [0, 0xff00, 0x8000], [0, 0, 0x8000]) }))
      .toEqual([255, 0, 0, 0, 255, 0, 128, 128, 128, 255, 0, 0])
  })

  it('of 8-bit entries in words is read as such', async () => {
    expect(await storedOf({ ...image, elements: palette(16, [255, 0, 128], [0, 255, 128], [0, 0, 128]) })).toEqual([255, 0, 0, 0, 255, 0, 128, 128, 128, 255, 0, 0])
  })

  it('in segments is expanded: discrete, then linear', async () => {
    const elements = [1, 2, 3].flatMap((channel): TestElement[] => [
      { tag: `0028110${channel}`, vr: 'US', value: [5, 0, 16] },
      { tag: `0028122${channel}`, vr: 'OW', value: [0, 1, 0x1000, 1, 4, 0x5000] },
    ])
    expect(await storedOf({ rows: 1, columns: 5, photometric: 'PALETTE COLOR', pixels: Uint8Array.of(0, 1, 2, 3, 4), elements }))
      .toEqual([0x10, 0x20, 0x30, 0x40, 0x50].flatMap((value) => [value, value, value]))
  })
})

describe('Frames of compressed pixel data', () => {
  const fixture = new Uint8Array(readFileSync(new URL('../../fixtures/dicom/corpus/mono12-frames_jpeg-lossless-fragments.dcm', import.meta.url)))
  const reference = new Uint8Array(readFileSync(new URL('../../fixtures/dicom/corpus/mono12-frames.dcm', import.meta.url)))
  const jpeg = { rows: 32, columns: 40, bitsAllocated: 16, bitsStored: 12, frames: 3, transferSyntax: '1.2.840.10008.1.2.4.70' } satisfies TestImage

  /** The three codestreams of the fixture, each cut in two fragments of even length. */
  function halves(): Uint8Array[] {
    const bytes = Buffer.from(fixture)
    const fragments: Buffer[] = []
    let at = bytes.indexOf(Buffer.from([0xfe, 0xff, 0x00, 0xe0]), bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00])))
    while (bytes.readUInt16LE(at + 2) === 0xe000) {
      fragments.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32LE(at + 4)))
      at += 8 + bytes.readUInt32LE(at + 4)
    }
    const streams: Buffer[][] = []
    for (const fragment of fragments.slice(1)) {
      if (fragment[0] === 0xff && fragment[1] === 0xd8) streams.push([])
      streams.at(-1)!.push(fragment)
    }
    return streams.map((parts) => Buffer.concat(parts)).flatMap((stream) => [stream.subarray(0, 400), stream.subarray(400)])
  }
  const offsets = (fragments: readonly Uint8Array[]): number[] => {
    const starts = fragments.map((_, index) => fragments.slice(0, index).reduce((sum, { length }) => sum + 8 + length + (length % 2), 0))
    return [starts[0], starts[2], starts[4]]
  }

  it.each(['the Basic Offset Table', 'the Extended Offset Table', 'their own first bytes'] as const)('of several fragments are told apart by %s', async (way) => {
    const fragments = halves()
    const elements: TestElement[] = way === 'the Extended Offset Table'
      ? [{ tag: '7fe00001', vr: 'OV', value: offsets(fragments) }, { tag: '7fe00002', vr: 'OV', value: [1, 1, 1] }]
      : []
    const bytes = dicomFile({ ...jpeg, pixels: fragments, elements, offsets: way === 'the Basic Offset Table' ? offsets(fragments) : [] })
    for (const frame of [0, 1, 2]) expect(pixelSha256((await decodeFrame(bytes, frame)).stored), `frame ${frame}`).toBe(pixelSha256((await decodeFrame(reference, frame)).stored))
  })

  it('with an offset table that is wrong are found nevertheless', async () => {
    const bytes = dicomFile({ ...jpeg, pixels: halves(), offsets: [0, 2, 4] })
    expect(pixelSha256((await decodeFrame(bytes, 2)).stored)).toBe(pixelSha256((await decodeFrame(reference, 2)).stored))
  })

  it('say that there are more of them', async () => {
    const frame = await decodeFrame(fixture, 1)
    expect(frame).toMatchObject({ frameIndex: 1, frameCount: 3 })
    expect(frame.notices.map(({ code }) => code)).toContain('multi-frame')
  })
})
