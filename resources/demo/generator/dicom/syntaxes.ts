import { createRequire } from 'node:module'
import type { StoredImage, SyntaxKey } from '../presentation.ts'
import { encodeRunLength } from './run-length.ts'

export interface Syntax {
  readonly uid: string
  /** codestream of the frame; null where the pixels are written as they are */
  readonly encode: ((image: StoredImage) => Promise<Uint8Array>) | null
  /** the whole data set is deflated */
  readonly deflated?: true
}

/** Every coding is lossless. */
export const SYNTAXES: Readonly<Record<SyntaxKey, Syntax>> = {
  'jpeg-ls': { uid: '1.2.840.10008.1.2.4.80', encode: (image) => encodeWith('@cornerstonejs/codec-charls', 'JpegLSEncoder', image, (encoder) => encoder.setNearLossless?.(0)) },
  'jpeg-2000': { uid: '1.2.840.10008.1.2.4.90', encode: (image) => encodeWith('@cornerstonejs/codec-openjpeg', 'J2KEncoder', image, (encoder) => encoder.setQuality?.(true, 0)) },
  'high-throughput-jpeg-2000': { uid: '1.2.840.10008.1.2.4.201', encode: (image) => encodeWith('@cornerstonejs/codec-openjph', 'HTJ2KEncoder', image, (encoder) => encoder.setQuality?.(true, 0)) },
  'run-length': { uid: '1.2.840.10008.1.2.5', encode: async (image) => encodeRunLength(image.values, image.columns) },
  deflated: { uid: '1.2.840.10008.1.2.1.99', encode: null, deflated: true },
  uncompressed: { uid: '1.2.840.10008.1.2.1', encode: null },
}

interface FrameInfo { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned: boolean; isUsingColorTransform: boolean }
interface Encoder {
  getDecodedBuffer(info: FrameInfo): Uint8Array
  getEncodedBuffer(): Uint8Array
  encode(): void
  delete(): void
  setNearLossless?(near: number): void
  setQuality?(lossless: boolean, quantization: number): void
}
type CodecModule = Record<string, new () => Encoder>

const require = createRequire(import.meta.url)
const loaded = new Map<string, Promise<CodecModule>>()

/** A WebAssembly encoder of the cornerstone codecs, a development dependency. */
async function encodeWith(packageName: string, encoderName: string, image: StoredImage, setUp: (encoder: Encoder) => void): Promise<Uint8Array> {
  let codec = loaded.get(packageName)
  if (!codec) loaded.set(packageName, (codec = (require(packageName) as () => Promise<CodecModule>)()))
  const encoder = new (await codec)[encoderName]()
  const info = { width: image.columns, height: image.rows, bitsPerSample: image.bitsStored, componentCount: 1, isSigned: false, isUsingColorTransform: false }
  encoder.getDecodedBuffer(info).set(new Uint8Array(image.values.buffer, image.values.byteOffset, image.values.byteLength))
  setUp(encoder)
  encoder.encode()
  const codestream = Uint8Array.from(encoder.getEncodedBuffer())
  encoder.delete()
  return codestream
}
