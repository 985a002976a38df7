import { ReviewError } from '../contract/errors.ts'
import { runCodec } from './codec-module.ts'
import type { Codestream } from './codestream.ts'
import { damagedStream } from './codestream.ts'
import { encapsulatedFrame } from './encapsulated.ts'
import type { ImagePixel } from './image-pixel.ts'
import { inspectJpeg } from './jpeg-markers.ts'
import { inspectJpeg2000 } from './jpeg2000-markers.ts'
import { readNativeFrame } from './native.ts'
import type { ParsedDicom } from './parse.ts'
import { decodeRle } from './rle.ts'
import type { SettledValues } from './settle.ts'
import { interleave, settle } from './settle.ts'

/** The stored values of a frame, samples of a pixel side by side, before any colour conversion of ours. */
export interface FrameSamples extends SettledValues {
  /** set where the values came out of a codec: what the codestream says of itself */
  readonly codestream: Codestream | null
}

/**
 * Unpacks one frame of any transfer syntax of the table.
 * Throws `no-such-frame`, `dicom-truncated`, `pixel-data-damaged`, `unsupported-pixel-format`.
 */
export async function readSamples(parsed: ParsedDicom, image: ImagePixel, frameIndex: number): Promise<FrameSamples> {
  if (!Number.isInteger(frameIndex) || frameIndex < 0 || frameIndex >= image.frames) {
    throw new ReviewError('no-such-frame', `The file has ${image.frames} frame${image.frames === 1 ? '' : 's'}; there is no frame ${frameIndex + 1}.`, { details: { frames: image.frames } })
  }
  const { packing } = parsed.syntax
  const element = parsed.dataSet.element('7fe00010')!
  const isEncapsulated = element.hadUndefinedLength === true
  if (packing === 'native') {
    if (isEncapsulated) throw damagedStream(`it is compressed, but the file says '${parsed.syntax.name}'`)
    return { ...readNativeFrame(parsed, image, frameIndex), codestream: null }
  }
  if (!isEncapsulated) throw damagedStream(`it is not compressed, but the file says '${parsed.syntax.name}'`)
  const frame = encapsulatedFrame(parsed.dataSet, packing, frameIndex, image.frames)
  if (packing === 'rle') {
    if (image.bitsAllocated === 1) throw damagedStream('RLE cannot hold single bits')
    const unpacked = decodeRle(frame, image.rows * image.columns, image.samples, image.bitsAllocated / 8)
    return { ...settle(unpacked, image, { bits: image.bitsStored, highBit: image.highBit, inexact: false, signExtended: false }), codestream: null }
  }
  const codestream = CODECS[packing].inspect(frame)
  compareWithHeader(codestream, image)
  // The codecs' JPEG 2000 decoder keeps the low bytes only of such images (seen with dcmjs-codecs 0.0.8).
  if (packing === 'jpeg2000' && codestream.components > 1 && codestream.bits > 8) throw refusedDepth('as colour JPEG 2000 of more than 8 bits a sample')
  const unpacked = await decode(packing, codestream, image)
  return { ...settle(unpacked, image, { bits: codestream.bits, highBit: image.bitsStored - 1, inexact: codestream.inexact, signExtended: codestream.signed }), codestream }
}

function compareWithHeader(codestream: Codestream, image: ImagePixel): void {
  if (codestream.rows !== image.rows || codestream.columns !== image.columns) {
    throw damagedStream(`it has ${codestream.rows} × ${codestream.columns} pixels, the header gives ${image.rows} × ${image.columns}`)
  }
  if (codestream.components !== image.samples) {
    throw damagedStream(`it has ${codestream.components} components, the header gives ${image.samples}`)
  }
  if (codestream.bits > image.bitsAllocated) {
    throw damagedStream(`it has ${codestream.bits} bits a sample, the header allocates ${image.bitsAllocated}`)
  }
  if (codestream.bits > 16) throw refusedDepth('of more than 16 bits a sample')
}

function refusedDepth(what: string): ReviewError {
  return new ReviewError('unsupported-pixel-format', `Compressed images ${what} are not read. Decompress the image, for instance with gdcmconv --raw, and import it again.`)
}

/** Packing → how its stream is looked at before decoding, and the codec's entry. */
const CODECS = {
  'jpeg': { inspect: inspectJpeg, decode: 'DecodeJpeg' },
  'jpeg-ls': { inspect: inspectJpeg, decode: 'DecodeJpegLs' },
  'jpeg2000': { inspect: inspectJpeg2000, decode: 'DecodeJpeg2000' },
  'htj2k': { inspect: inspectJpeg2000, decode: 'DecodeHtJpeg2000' },
} as const

async function decode(packing: keyof typeof CODECS, codestream: Codestream, image: ImagePixel): Promise<Uint8Array> {
  const { rows, columns, samples, signed, photometric } = image
  let decoded: Uint8Array
  try {
    decoded = await runCodec({
      decode: CODECS[packing].decode,
      codestream: codestream.bytes,
      rows,
      columns,
      samples,
      bitsAllocated: codestream.bits > 8 ? 16 : 8,
      bitsStored: codestream.bits,
      signed,
      photometric,
    })
  } catch (cause) {
    throw new ReviewError('pixel-data-damaged', 'The compressed image cannot be decoded. Fetch it again from where it came from.', { cause })
  }
  const expected = rows * columns * samples * (codestream.bits > 8 ? 2 : 1)
  if (decoded.length !== expected) throw damagedStream(`it gave ${decoded.length} bytes where ${expected} were expected`)
  return codestream.planar ? interleave(decoded, rows * columns, samples, codestream.bits > 8 ? 2 : 1) : decoded
}
