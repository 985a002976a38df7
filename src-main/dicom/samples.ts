import { ReviewError } from '../contract/errors.ts'
import type { CodecRequest } from './codec-module.ts'
import { runCodec } from './codec-module.ts'
import type { Codestream } from './codestream.ts'
import { damagedStream } from './codestream.ts'
import type { EmbindCodec } from './embind-codecs.ts'
import { isEmbindCodec, runEmbindCodec } from './embind-codecs.ts'
import { encapsulatedFrame } from './encapsulated.ts'
import type { ImagePixel } from './image-pixel.ts'
import { inflateFrame } from './inflate.ts'
import { decodeLossless } from './jpeg/lossless.ts'
import { inspectJpeg } from './jpeg-markers.ts'
import { inspectJpeg2000 } from './jpeg2000-markers.ts'
import { frameBits, readLooseFrame, readNativeFrame } from './native.ts'
import type { ParsedDicom } from './parse.ts'
import { decodeRle } from './rle.ts'
import type { SettledValues } from './settle.ts'
import { interleave, settle } from './settle.ts'
import type { Packing } from './transfer-syntaxes.ts'

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
  if (packing === 'loose' || packing === 'deflate') {
    const bytes = packing === 'deflate' ? inflateFrame(frame, Math.ceil(frameBits(image) / 8)) : frame
    return { ...readLooseFrame(bytes, image), codestream: null }
  }
  if (packing === 'rle') {
    if (image.bitsAllocated === 1) throw damagedStream('RLE cannot hold single bits')
    const unpacked = decodeRle(frame, image.rows * image.columns, image.samples, image.bitsAllocated / 8)
    return { ...settle(unpacked, image, { bits: image.bitsStored, highBit: image.highBit, inexact: false, signExtended: false }), codestream: null }
  }
  const codestream = CODECS[packing].inspect(frame)
  compareWithHeader(codestream, image)
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
  if (codestream.bits > 16) {
    throw new ReviewError('unsupported-pixel-format', 'Compressed images of more than 16 bits a sample are not read. Decompress the image, for instance with gdcmconv --raw, and import it again.')
  }
}

interface CodecRow {
  /** how the stream is looked at before it is decoded */
  readonly inspect: (bytes: Uint8Array) => Codestream
  /** a decoder of our own, dcmjs-codecs' entry, or another codec that takes the stream */
  readonly choose: (codestream: Codestream) => OwnDecoder | CodecRequest['decode'] | EmbindCodec
}

/** Samples as the codecs give them: of 8 bits in a byte each, of more in two, little endian. */
type OwnDecoder = (codestream: Uint8Array) => Uint8Array

/** Packing → its codec: dcmjs-codecs, but where another or our own is faster (docs/dicom.md) or the only one that is right. */
const CODECS: Readonly<Record<Exclude<Packing, 'native' | 'loose' | 'deflate' | 'rle'>, CodecRow>> = {
  'jpeg': { inspect: inspectJpeg, choose: ({ isProcess14 }) => (isProcess14 ? decodeLossless : 'DecodeJpeg') },
  'jpeg-ls': { inspect: inspectJpeg, choose: () => 'charls' },
  // Of colour with more than 8 bits, dcmjs-codecs 0.0.8 keeps the low bytes only.
  'jpeg2000': { inspect: inspectJpeg2000, choose: ({ components, bits }) => (components > 1 && bits > 8 ? 'openjpeg' : 'DecodeJpeg2000') },
  // codec-openjph 2.4.11 is faster, but leaves blocks that it cannot read black and says nothing.
  'htj2k': { inspect: inspectJpeg2000, choose: () => 'DecodeHtJpeg2000' },
}

async function decode(packing: keyof typeof CODECS, codestream: Codestream, image: ImagePixel): Promise<Uint8Array> {
  const { rows, columns, samples } = image
  let decoded: Uint8Array
  try {
    decoded = await unpack(CODECS[packing].choose(codestream), codestream, image)
  } catch (cause) {
    throw new ReviewError('pixel-data-damaged', 'The compressed image cannot be decoded: it is damaged, or needs more memory than an image may have. Fetch it again from where it came from.', { cause })
  }
  const expected = rows * columns * samples * (codestream.bits > 8 ? 2 : 1)
  if (decoded.length !== expected) throw damagedStream(`it gave ${decoded.length} bytes where ${expected} were expected`)
  return codestream.planar ? interleave(decoded, rows * columns, samples, codestream.bits > 8 ? 2 : 1) : decoded
}

async function unpack(codec: ReturnType<CodecRow['choose']>, { bytes, bits }: Codestream, { rows, columns, samples, signed, photometric }: ImagePixel): Promise<Uint8Array> {
  if (typeof codec === 'function') return codec(bytes)
  if (isEmbindCodec(codec)) return runEmbindCodec(codec, bytes, { rows, columns, samples, bits })
  return runCodec({ decode: codec, codestream: bytes, rows, columns, samples, bitsAllocated: bits > 8 ? 16 : 8, bitsStored: bits, signed, photometric })
}
