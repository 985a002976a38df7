import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import type { ErrorCode } from '../../../src-main/contract/errors.ts'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { pixelSha256 } from '../../../src-main/dicom/pixel-identity.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import type { TestImage } from '../../fixtures/dicom/write-dicom.ts'
import { dicomFile, encodeElement, header, join } from '../../fixtures/dicom/write-dicom.ts'

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../fixtures/dicom/corpus/${name}.dcm`, import.meta.url)))
const good = (): Uint8Array => fixture('mono12_jpeg-lossless-sv1')

/** The first fragment of a fixture's pixel data, cut at its end marker. */
function codestream(name: string, end: readonly [number, number] = [0xff, 0xd9]): Uint8Array {
  const bytes = Buffer.from(fixture(name))
  const starts = ['ffd8ff', 'ff4fff51'].map((magic) => bytes.indexOf(Buffer.from(magic, 'hex'))).filter((at) => at >= 0)
  const start = Math.min(...starts)
  return Uint8Array.from(bytes.subarray(start, bytes.lastIndexOf(Buffer.from(end)) + 2))
}

function nested(depth: number): Uint8Array {
  const open = join([header('00081140', 'SQ', 0xffffffff), Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff)])
  return join([new Uint8Array(128), Buffer.from('DICM'), encodeElement({ tag: '00020010', vr: 'UI', value: '1.2.840.10008.1.2.1' }), ...Array.from({ length: depth }, () => open)])
}

const jpeg = { rows: 64, columns: 80, bitsAllocated: 16, bitsStored: 12, transferSyntax: '1.2.840.10008.1.2.4.70' } satisfies TestImage
const lossless = (): Uint8Array => codestream('mono12_jpeg-lossless-sv1')

/** Each kind of bad file → the code it must give. A bug in reading files becomes a row here. */
const BAD_FILES: Readonly<Record<string, readonly [ErrorCode, () => Uint8Array]>> = {
  'an empty file': ['not-dicom', () => new Uint8Array(0)],
  'a text file': ['not-dicom', () => Buffer.from('file,label\nimage.dcm,1\n'.repeat(20))],
  'a PNG file': ['not-dicom', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  'zeros only': ['not-dicom', () => new Uint8Array(4096)],
  'a DICM prefix and nothing behind it': ['dicom-truncated', () => join([new Uint8Array(128), Buffer.from('DICM')])],
  'a file cut within its header': ['dicom-truncated', () => good().subarray(0, 700)],
  'a file cut within native pixels': ['dicom-truncated', () => fixture('mono12').subarray(0, 5000)],
  'a file cut within compressed pixels': ['dicom-truncated', () => good().subarray(0, 3000)],
  'a deflated file cut in the middle': ['dicom-truncated', () => fixture('mono12_deflated').subarray(0, 2000)],
  'a deflated file with damaged bytes': ['dicom-damaged', () => fixture('mono12_deflated').fill(0xff, 600, 700)],
  'a report without an image': ['no-pixels', () => dicomFile({ pixels: null })],
  'empty native pixel data': ['no-pixels', () => dicomFile({ pixels: new Uint8Array(0) })],
  'empty compressed pixel data': ['no-pixels', () => dicomFile({ ...jpeg, pixels: [] })],
  'an MPEG-4 video': ['unsupported-transfer-syntax', () => dicomFile({ transferSyntax: '1.2.840.10008.1.2.4.102', pixels: [new Uint8Array(8)] })],
  'a transfer syntax that nobody knows': ['unsupported-transfer-syntax', () => dicomFile({ transferSyntax: '1.2.3.4.5' })],
  'floating-point pixels': ['unsupported-pixel-format', () => dicomFile({ pixels: null, elements: [{ tag: '7fe00008', vr: 'OF', value: new Uint8Array(64) }] })],
  'CMYK': ['unsupported-pixel-format', () => dicomFile({ photometric: 'CMYK', samples: 4 })],
  '12 bits allocated': ['unsupported-pixel-format', () => dicomFile({ bitsAllocated: 12 })],
  '64 bits allocated': ['unsupported-pixel-format', () => dicomFile({ bitsAllocated: 64 })],
  'more bits stored than allocated': ['pixel-data-damaged', () => dicomFile({ bitsAllocated: 8, bitsStored: 200 })],
  'no bits stored': ['pixel-data-damaged', () => dicomFile({ bitsStored: 0, highBit: 0 })],
  'no rows': ['pixel-data-damaged', () => dicomFile({ rows: 0 })],
  'RGB with one sample': ['pixel-data-damaged', () => dicomFile({ photometric: 'RGB' })],
  'MONOCHROME2 with three samples': ['pixel-data-damaged', () => dicomFile({ samples: 3, photometric: 'MONOCHROME2' })],
  '65535 × 65535 pixels': ['pixel-data-too-large', () => dicomFile({ rows: 65535, columns: 65535, pixels: new Uint8Array(16) })],
  'a billion frames': ['pixel-data-too-large', () => dicomFile({ frames: 999999999 })],
  'fewer pixels than the header gives': ['pixel-data-damaged', () => dicomFile({ rows: 64, columns: 64, pixels: new Uint8Array(100) })],
  'fewer frames than the header gives': ['pixel-data-damaged', () => dicomFile({ ...jpeg, frames: 5, pixels: [lossless(), lossless()] })],
  'a sequence of 20,000 levels': ['dicom-damaged', () => nested(20_000)],
  'an element longer than the file': ['dicom-truncated', () => join([dicomFile({ pixels: null }), header('00990010', 'UN', 0xfffffff0)])],
  'a palette image without a palette': ['pixel-data-damaged', () => dicomFile({ photometric: 'PALETTE COLOR' })],
  'a JPEG of another size than the header': ['pixel-data-damaged', () => dicomFile({ ...jpeg, rows: 65, pixels: [lossless()] })],
  'a grey JPEG where the header gives RGB': ['pixel-data-damaged', () => dicomFile({ ...jpeg, samples: 3, pixels: [lossless()] })],
  'a 12-bit JPEG where the header allocates 8': ['pixel-data-damaged', () => dicomFile({ ...jpeg, bitsAllocated: 8, bitsStored: 8, pixels: [lossless()] })],
  'a JPEG without its end marker': ['pixel-data-damaged', () => dicomFile({ ...jpeg, pixels: [lossless().subarray(0, -2)] })],
  'a JPEG cut in half, end marker put back': ['pixel-data-damaged', () => dicomFile({ ...jpeg, pixels: [join([lossless().subarray(0, 2000), Uint8Array.of(0xff, 0xd9)])] })],
  'a JPEG with a marker that makes its decoder loop': ['pixel-data-damaged', () => dicomFile({ ...jpeg, pixels: [lossless().fill(0x01, 3, 4)] })],
  'a JPEG whose scan is overwritten': ['pixel-data-damaged', () => dicomFile({ ...jpeg, pixels: [lossless().fill(0, 3000, 5000)] })],
  'an HTJ2K stream whose code blocks are overwritten': ['pixel-data-damaged', () => {
    const stream = codestream('mono16-signed_htj2k')
    return dicomFile({ rows: 57, columns: 63, bitsAllocated: 16, signed: true, transferSyntax: '1.2.840.10008.1.2.4.201', pixels: [stream.fill(0x55, stream.length - 1500, stream.length - 100)] })
  }],
  'a JPEG-LS stream whose scan is overwritten': ['pixel-data-damaged', () => dicomFile({ ...jpeg, transferSyntax: '1.2.840.10008.1.2.4.80', pixels: [codestream('mono12_jpeg-ls').fill(0, 3000, 5000)] })],
  'a JPEG 2000 stream cut in half': ['pixel-data-damaged', () => {
    const stream = codestream('mono16_jpeg2000')
    return dicomFile({ rows: 57, columns: 63, bitsAllocated: 16, transferSyntax: '1.2.840.10008.1.2.4.90', pixels: [stream.subarray(0, stream.length >> 1)] })
  }],
  'a JPEG 2000 stream without its end marker': ['pixel-data-damaged', () => dicomFile({ rows: 57, columns: 63, bitsAllocated: 16, transferSyntax: '1.2.840.10008.1.2.4.90', pixels: [codestream('mono16_jpeg2000').subarray(0, -2)] })],
  'a JPEG 2000 stream of a billion tiles': ['pixel-data-damaged', () => {
    const stream = codestream('mono16_jpeg2000').slice()
    new DataView(stream.buffer).setUint32(8, 63)
    stream.set([0, 0, 0, 0, 0, 0, 0, 0], 24)
    return dicomFile({ rows: 57, columns: 63, bitsAllocated: 16, transferSyntax: '1.2.840.10008.1.2.4.90', pixels: [stream] })
  }],
  'an RLE segment that ends early': ['pixel-data-damaged', () => dicomFile({ transferSyntax: '1.2.840.10008.1.2.5', pixels: [join([Uint8Array.of(1, 0, 0, 0, 64, 0, 0, 0), new Uint8Array(56), Uint8Array.of(9, 7)])] })],
  'an RLE header of too many segments': ['pixel-data-damaged', () => dicomFile({ transferSyntax: '1.2.840.10008.1.2.5', pixels: [join([Uint8Array.of(9, 0, 0, 0), new Uint8Array(80)])] })],
  'native pixels in a compressed syntax': ['pixel-data-damaged', () => dicomFile({ ...jpeg, pixels: new Uint8Array(64 * 80 * 2) })],
  'compressed pixels in a native syntax': ['pixel-data-damaged', () => dicomFile({ ...jpeg, transferSyntax: '1.2.840.10008.1.2.1', pixels: [lossless()] })],
}

describe('A bad file gives the code that says what is wrong, and the next image is read as ever', () => {
  it.each(Object.entries(BAD_FILES))('%s', async (_, [code, make]) => {
    const error = await decodeFrame(make()).then((frame) => frame, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ReviewError)
    expect((error as ReviewError).code).toBe(code)
    expect((error as ReviewError).message).toMatch(/^[A-Z].*\.$/)
    expect(pixelSha256((await decodeFrame(fixture('mono12'))).stored)).toBe(pixelSha256((await decodeFrame(good())).stored))
  })
})

it('A frame that the file does not have is refused by number', async () => {
  await expect(decodeFrame(good(), 1)).rejects.toMatchObject({ code: 'no-such-frame' })
  await expect(decodeFrame(good(), -1)).rejects.toMatchObject({ code: 'no-such-frame' })
})

it('No message carries a value of the patient', async () => {
  const secrets = [{ tag: '00100010', vr: 'PN', value: 'Secret^Name' }, { tag: '00100020', vr: 'LO', value: 'SECRET-ID' }]
  for (const image of [{ rows: 0 }, { photometric: 'CMYK', samples: 4 }, { pixels: null }] satisfies TestImage[]) {
    await expect(decodeFrame(dicomFile({ ...image, elements: secrets }))).rejects.toThrow(/^(?!.*secret)/i)
  }
})
