import { createRequire } from 'node:module'

import { compileBounded } from './bounded-wasm.ts'
import { MAX_CODEC_BYTES } from './limits.ts'

/**
 * The codecs of @cornerstonejs (CharLS and OpenJPEG in WebAssembly), each faster or fuller than its kin in dcmjs-codecs for what it is
 * used here. A module is compiled once; after any failure its instance is thrown away, as in codec-module.ts.
 */

interface FrameInfo { readonly width: number; readonly height: number; readonly bitsPerSample: number; readonly componentCount: number }

/** What embind makes of the C++ class; `delete` frees its memory. */
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): FrameInfo
  delete(): void
}

interface EmbindModule { readonly [decoder: string]: new () => Decoder }

type Factory = (options: {
  readonly print: (line: string) => void
  readonly printErr: (line: string) => void
  instantiateWasm(imports: object, use: (instance: WebAssembly.Instance) => void): object
}) => Promise<EmbindModule>

interface CodecRow {
  /** of the package: its JavaScript, its WebAssembly, and the class that decodes */
  readonly script: string
  readonly binary: string
  readonly decoder: string
}

const CODECS = {
  charls: { script: '@cornerstonejs/codec-charls/decodewasmjs', binary: '@cornerstonejs/codec-charls/decodewasm', decoder: 'JpegLSDecoder' },
  openjpeg: { script: '@cornerstonejs/codec-openjpeg/decodewasmjs', binary: '@cornerstonejs/codec-openjpeg/decodewasm', decoder: 'J2KDecoder' },
} as const satisfies Record<string, CodecRow>
export type EmbindCodec = keyof typeof CODECS

export function isEmbindCodec(name: string): name is EmbindCodec {
  return Object.hasOwn(CODECS, name)
}

/** An instance and what it has said since it was asked last. */
interface Running { readonly module: EmbindModule; said: string }

const compiled = new Map<EmbindCodec, Promise<WebAssembly.Module>>()
const idle = new Map<EmbindCodec, Running>()
const load = createRequire(import.meta.url)

/** OpenJPEG says so when it fills a gap and goes on. */
const SIGN_OF_DAMAGE = /\[(WARNING|ERROR)\].*/i
const MAX_SAID = 65_536

/**
 * Decodes one codestream into little-endian samples of 8 or 16 bits, as the stream orders them. Throws an Error with the codec's words, also where it
 * would have gone on with what it could not read, and where the image is not of the size and depth told.
 */
export async function runEmbindCodec(name: EmbindCodec, codestream: Uint8Array, expected: { rows: number; columns: number; samples: number; bits: number }): Promise<Uint8Array> {
  const running = idle.get(name) ?? await start(name)
  idle.delete(name)
  running.said = ''
  const decoder = new running.module[CODECS[name].decoder]()
  decoder.getEncodedBuffer(codestream.length).set(codestream)
  decoder.decode()
  const damage = SIGN_OF_DAMAGE.exec(running.said)
  if (damage) throw new Error(damage[0])
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo()
  if (width !== expected.columns || height !== expected.rows || componentCount !== expected.samples || bitsPerSample !== expected.bits) {
    throw new Error(`the codec found ${width}×${height} pixels of ${componentCount} × ${bitsPerSample} bits`)
  }
  const samples = decoder.getDecodedBuffer().slice()
  decoder.delete()
  idle.set(name, running)
  return samples
}

async function start(name: EmbindCodec): Promise<Running> {
  const { script, binary } = CODECS[name]
  const module = await (compiled.get(name) ?? remember(name, compileBounded(binary, MAX_CODEC_BYTES)))
  const running: { module: EmbindModule; said: string } = { module: {}, said: '' }
  const note = (line: string) => {
    if (running.said.length < MAX_SAID) running.said += `${line}\n`
  }
  const factory = load(script) as Factory
  running.module = await factory({
    print: note,
    printErr: note,
    instantiateWasm: (imports, use) => {
      const instance = new WebAssembly.Instance(module, imports)
      use(instance)
      return instance.exports
    },
  })
  return running
}

function remember(name: EmbindCodec, module: Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
  compiled.set(name, module)
  return module
}
