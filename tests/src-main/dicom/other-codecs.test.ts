import { readFileSync } from 'node:fs'

// @ts-expect-error the package has no types
import createCharLs from '@cornerstonejs/codec-charls'
// @ts-expect-error the package has no types
import createOpenJpeg from '@cornerstonejs/codec-openjpeg'
// @ts-expect-error the package has no types
import createOpenJph from '@cornerstonejs/codec-openjph'
import { describe, expect, it, vi } from 'vitest'

import { encapsulatedFrame } from '../../../src-main/dicom/encapsulated.ts'
import { parseDicom } from '../../../src-main/dicom/parse.ts'
import { decodeStoredSamples } from '../../../src-main/dicom/pixels.ts'

interface OtherDecoder {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getDecodedBuffer(): Uint8Array
}

/** Other builds of the same standards' decoders; grayscale or interleaved colour within BitsStored of the codestream. */
const DECODERS: Readonly<Record<string, () => Promise<OtherDecoder>>> = {
  'jpeg-ls': async () => new (await createCharLs()).JpegLSDecoder() as OtherDecoder,
  'jpeg2000': async () => new (await createOpenJpeg()).J2KDecoder() as OtherDecoder,
  'htj2k': async () => new (await createOpenJph()).HTJ2KDecoder() as OtherDecoder,
}

describe('Another decoder gives the same values', () => {
  it.each(['mono12_jpeg-ls', 'rgb8_jpeg-ls-samples', 'mono16_jpeg-ls-near', 'mono16_jpeg2000', 'rgb8_jpeg2000-tiles', 'rgb8_jpeg2000-irreversible', 'rgb8_htj2k-rpcl', 'mono12_htj2k-lossy'])('%s', async (name) => {
    vi.spyOn(console, 'log').mockReturnValue()
    const bytes = new Uint8Array(readFileSync(new URL(`../../fixtures/dicom/corpus/${name}.dcm`, import.meta.url)))
    const { dataSet, syntax } = parseDicom(bytes)
    const { values } = await decodeStoredSamples(bytes)
    const stream = encapsulatedFrame(dataSet, syntax.packing, 0, 1)
    const decoder = await DECODERS[syntax.packing]()
    decoder.getEncodedBuffer(stream.length).set(stream)
    decoder.decode()
    const decoded = decoder.getDecodedBuffer().slice()
    expect(Array.from(values)).toEqual(Array.from(values.BYTES_PER_ELEMENT === 1 ? decoded : new Uint16Array(decoded.buffer)))
  })
})
