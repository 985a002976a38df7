import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { describe, expect, it } from 'vitest'

import { withMaximum } from '../../../src-main/dicom/bounded-wasm.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import type { TestElement, TestImage } from '../../fixtures/dicom/write-dicom.ts'

/** The part of WebAssembly's JavaScript API that the compiler's ES library lacks. */
declare const WebAssembly: { Module: new (bytes: Uint8Array) => object; Instance: new (module: object) => { exports: { memory: { grow(pages: number): number } } } }

const GIB = 2 ** 30
const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/dicom/corpus/${name}.dcm`, import.meta.url))

/** The codestream of a fixture with 32-bit numbers of its SIZ segment overwritten (T.800 A.5.1). */
function siz(name: string, changes: Readonly<Record<number, number>>): Uint8Array {
  const bytes = fixture(name)
  const stream = Uint8Array.from(bytes.subarray(bytes.indexOf(Buffer.from('ff4fff51', 'hex')), bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) + 2))
  const view = new DataView(stream.buffer)
  for (const [at, value] of Object.entries(changes)) view.setUint32(Number(at), value)
  return stream
}

function jpegOf(name: string, rows: number, columns: number): Uint8Array {
  const bytes = fixture(name)
  const stream = Uint8Array.from(bytes.subarray(bytes.indexOf(Buffer.from('ffd8ff', 'hex')), bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) + 2))
  const frame = [0xc0, 0xc1, 0xc3, 0xf7].map((marker) => Buffer.from(stream.buffer).indexOf(Uint8Array.of(0xff, marker, 0))).find((at) => at >= 0)!
  new DataView(stream.buffer).setUint32(frame + 5, rows * 65536 + columns)
  return stream
}

/** A JPEG 2000 stream whose packets are missing is a legal image of nothing; it may be read, as long as memory is bounded. */
const bombs: Readonly<Record<string, () => TestImage>> = {
  '10,000 × 10,000 pixels in colour of 32 bits': () => ({ rows: 10_000, columns: 10_000, samples: 3, bitsAllocated: 32, pixels: new Uint8Array(16) }),
  'a JPEG 2000 stream of 3 kB that claims 9,000 × 9,000 pixels': () => ({ rows: 9000, columns: 9000, bitsAllocated: 16, transferSyntax: '1.2.840.10008.1.2.4.90', pixels: [siz('mono16_jpeg2000', { 8: 9000, 12: 9000, 24: 9000, 28: 9000 })] }),
  'the same as HTJ2K': () => ({ rows: 9000, columns: 9000, bitsAllocated: 16, signed: true, transferSyntax: '1.2.840.10008.1.2.4.201', pixels: [siz('mono16-signed_htj2k', { 8: 9000, 12: 9000, 24: 9000, 28: 9000 })] }),
  'a lossless JPEG of 5 kB that claims 9,000 × 9,000 pixels': () => ({ rows: 9000, columns: 9000, bitsAllocated: 16, bitsStored: 12, transferSyntax: '1.2.840.10008.1.2.4.70', pixels: [jpegOf('mono12_jpeg-lossless-sv1', 9000, 9000)] }),
  'a JPEG-LS stream of 5 kB that claims 9,000 × 9,000 pixels': () => ({ rows: 9000, columns: 9000, bitsAllocated: 16, bitsStored: 12, transferSyntax: '1.2.840.10008.1.2.4.80', pixels: [jpegOf('mono12_jpeg-ls', 9000, 9000)] }),
  'an RLE frame of 80 bytes for 10,000 × 10,000 pixels': () => ({ rows: 10_000, columns: 10_000, transferSyntax: '1.2.840.10008.1.2.5', pixels: [Buffer.concat([Uint8Array.of(1, 0, 0, 0, 64, 0, 0, 0), new Uint8Array(56), Uint8Array.of(129, 7)])] }),
}

describe('A small file that asks for a large image is refused, or read within bounds', () => {
  it.each(Object.entries(bombs))('%s', async (name, image) => {
    const outcome = await decodeFrame(dicomFile(image())).then(({ rows }) => rows, ({ code }: { code: string }) => code)
    if (!/JPEG 2000|HTJ2K/.test(name)) expect(outcome).toMatch(/^pixel-data-/)
    expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(1.5 * GIB)
    const next = await decodeFrame(new Uint8Array(fixture('mono12_jpeg-lossless-sv1')))
    expect(next.stored).toEqual((await decodeFrame(new Uint8Array(fixture('mono12')))).stored)
  })
})

it('Overlay planes larger than they may be together are left out', async () => {
  const [rows, columns] = [2000, 2000]
  const overlays = Array.from({ length: 16 }, (_, index): TestElement[] => {
    const group = (0x6000 + 2 * index).toString(16)
    return [{ tag: `${group}0010`, vr: 'US', value: [4000] }, { tag: `${group}0011`, vr: 'US', value: [4000] }, { tag: `${group}3000`, vr: 'OW', value: new Uint8Array(2_000_000) }]
  })
  expect((await decodeFrame(dicomFile({ rows, columns, elements: overlays.flat() }))).overlays).toHaveLength(6)
})

describe('A bounded WebAssembly module', () => {
  const codec = () => readFileSync(createRequire(import.meta.url).resolve('@cornerstonejs/codec-charls/decodewasm'))
  /** (module (memory (export "memory") 1 32768)) */
  const plain = Buffer.from('0061736d010000000506010101808002070a01066d656d6f72790200', 'hex')

  it('gets no page beyond its bound', () => {
    const { memory } = new WebAssembly.Instance(new WebAssembly.Module(withMaximum(plain, 10))).exports
    expect(memory.grow(9)).toBe(1)
    expect(() => memory.grow(1)).toThrow(RangeError)
  })

  it('keeps every byte but those of the bound, and no bound is raised', () => {
    const [before, after] = [codec(), withMaximum(codec(), 16_384)]
    expect(after.filter((byte, at) => byte !== before[at]).length).toBeLessThanOrEqual(4)
    expect(Buffer.from(withMaximum(codec(), 65_536)).equals(before)).toBe(true)
  })

  it('is refused where it starts with more, or has no memory', () => {
    expect(() => withMaximum(codec(), 10)).toThrow(/bounded/)
    expect(() => withMaximum(Buffer.from('0061736d01000000', 'hex'), 10)).toThrow(/bounded/)
  })
})
