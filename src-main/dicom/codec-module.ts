import { compileBounded } from './bounded-wasm.ts'
import { MAX_CODEC_BYTES } from './limits.ts'

/**
 * The WebAssembly codecs of dcmjs-codecs, driven directly: its JavaScript keeps one instance for the whole process, while here
 * every failure has to end in a new one, because after a damaged stream the next good image can come out wrong.
 * The module is compiled once; an instance costs about a millisecond.
 */

/** An image as the codec needs it described; `photometric` in the standard's words. */
export interface CodecRequest {
  readonly decode: 'DecodeJpeg' | 'DecodeJpegLs' | 'DecodeJpeg2000' | 'DecodeHtJpeg2000'
  readonly codestream: Uint8Array
  readonly rows: number
  readonly columns: number
  readonly samples: number
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly signed: boolean
  readonly photometric: string
}

type Numeric = (...values: number[]) => number
interface CodecExports extends Record<string, Numeric | WebAssembly.Memory> {
  memory: WebAssembly.Memory
}

/** The order in which the module numbers them. */
const PHOTOMETRIC_ORDER = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR', 'RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_PARTIAL_422', 'YBR_PARTIAL_420', 'YBR_ICT', 'YBR_RCT']
/** A memory that grew beyond this for one image is given back instead of being kept for the next. */
const KEPT_MEMORY_BYTES = 256 * 2 ** 20

let compiled: Promise<WebAssembly.Module> | undefined
let instance: CodecInstance | undefined

/**
 * What the codecs say when they fill a gap and go on. libjpeg: T.81 data that ends early, a code that is none, more than a few
 * bytes left over; OpenJPH: any error or warning, although it calls some of them 'info'.
 */
const SIGNS_OF_DAMAGE = [
  /Corrupt JPEG data: (premature|bad|found)/,
  /Corrupt JPEG data: (\d{2,}|9) extraneous/,
  /ojph .*(error|warning|malformed)/i,
]

/**
 * Decodes one codestream into interleaved little-endian samples of 8 or 16 bits, without colour conversion.
 * Throws an Error with the codec's words, also where it would have gone on with what it could not read; the instance that failed
 * is never used again.
 */
export async function runCodec(request: CodecRequest): Promise<Uint8Array> {
  const codec = instance ?? new CodecInstance(await (compiled ??= compileBounded('dcmjs-codecs/build/dcmjs-native-codecs.wasm', MAX_CODEC_BYTES)))
  instance = undefined
  const samples = codec.run(request)
  if (codec.memoryBytes <= KEPT_MEMORY_BYTES) instance = codec
  return samples
}

class CodecInstance {
  private readonly exports: CodecExports
  private messages = ''

  constructor(module: WebAssembly.Module) {
    const refuse = (status: number): never => {
      throw new Error(`the codec stopped with status ${status}`)
    }
    const succeed = (): number => 0
    const imports = {
      env: {
        emscripten_notify_memory_growth: () => undefined,
        onCodecsInfo: (address: number, length: number) => this.note(address, length),
        onCodecsTrace: () => undefined,
        onCodecsException: (address: number, length: number): never => {
          throw new Error(this.text(address, length))
        },
      },
      wasi_snapshot_preview1: {
        proc_exit: refuse,
        clock_time_get: succeed,
        fd_write: (_file: number, vectors: number, count: number, written: number) => this.print(vectors, count, written),
        fd_seek: succeed,
        fd_close: succeed,
        environ_get: succeed,
        environ_sizes_get: (countAt: number, sizeAt: number) => {
          const view = new DataView(this.exports.memory.buffer)
          view.setUint32(countAt, 0, true)
          view.setUint32(sizeAt, 0, true)
          return 0
        },
      },
    }
    this.exports = new WebAssembly.Instance(module, imports).exports as CodecExports
    this.call('_initialize')
  }

  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength
  }

  run(request: CodecRequest): Uint8Array {
    this.messages = ''
    const context = this.call('CreateCodecsContext')
    const parameters = this.call('CreateDecoderParameters')
    this.call('SetColumns', context, request.columns)
    this.call('SetRows', context, request.rows)
    this.call('SetBitsAllocated', context, request.bitsAllocated)
    this.call('SetBitsStored', context, request.bitsStored)
    this.call('SetSamplesPerPixel', context, request.samples)
    this.call('SetPixelRepresentation', context, request.signed ? 1 : 0)
    this.call('SetPlanarConfiguration', context, 0)
    this.call('SetPhotometricInterpretation', context, PHOTOMETRIC_ORDER.indexOf(request.photometric))
    this.call('SetConvertColorspaceToRgb', parameters, 0)
    this.call('SetEncodedBufferSize', context, request.codestream.length)
    new Uint8Array(this.exports.memory.buffer).set(request.codestream, this.call('GetEncodedBuffer', context))
    this.call(request.decode, context, parameters)
    const damage = SIGNS_OF_DAMAGE.map((sign) => sign.exec(this.messages)?.[0]).find((found) => found !== undefined)
    if (damage !== undefined) throw new Error(damage)
    const length = this.call('GetDecodedBufferSize', context)
    const samples = new Uint8Array(this.exports.memory.buffer, this.call('GetDecodedBuffer', context), length).slice()
    this.call('ReleaseDecoderParameters', parameters)
    this.call('ReleaseCodecsContext', context)
    return samples
  }

  private call(name: string, ...values: number[]): number {
    return (this.exports[name] as Numeric)(...values)
  }

  private text(address: number, length: number): string {
    return latin1.decode(new Uint8Array(this.exports.memory.buffer, address, length))
  }

  private note(address: number, length: number): void {
    if (this.messages.length < MAX_MESSAGE_CHARACTERS) this.messages += `${this.text(address, length)}\n`
  }

  /** What the codec prints is looked at like its messages, and reported as written. */
  private print(vectors: number, count: number, written: number): number {
    const view = new DataView(this.exports.memory.buffer)
    let total = 0
    for (let index = 0; index < count; index++) {
      const length = view.getUint32(vectors + 8 * index + 4, true)
      this.note(view.getUint32(vectors + 8 * index, true), length)
      total += length
    }
    view.setUint32(written, total, true)
    return 0
  }
}

const MAX_MESSAGE_CHARACTERS = 65_536
const latin1 = new TextDecoder('latin1')
