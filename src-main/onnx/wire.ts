/**
 * Protocol Buffers' wire format over one byte array: bounds are checked on every read, and byte fields are views.
 * Throws `WireError` on anything that is not well-formed; decode.ts turns it into words for a person.
 */
export class WireError extends Error {
  override readonly name = 'WireError'
}

export const WIRE_VARINT = 0
export const WIRE_64 = 1
export const WIRE_BYTES = 2
export const WIRE_32 = 5

const text = new TextDecoder('utf-8')
const utf8 = new TextEncoder()

export class WireReader {
  readonly bytes: Uint8Array
  readonly #view: DataView
  position: number
  readonly end: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = start
    this.end = end
  }

  get done(): boolean {
    return this.position >= this.end
  }

  /** A signed 64-bit integer, clamped to ±(2^53 − 1). */
  varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 4; i++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    let wide = BigInt(value)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      wide |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return clampToSafe(BigInt.asIntN(64, wide))
    }
    throw new WireError('an integer is longer than 64 bits')
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true)
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** The next length-delimited field, as a view. */
  bytesField(): Uint8Array {
    const length = this.#length()
    const start = this.#take(length)
    return this.bytes.subarray(start, start + length)
  }

  string(): string {
    return text.decode(this.bytesField())
  }

  /** A reader over the next length-delimited field. */
  nested(): WireReader {
    const length = this.#length()
    const start = this.#take(length)
    return new WireReader(this.bytes, start, start + length)
  }

  skip(wireType: number): void {
    if (wireType === WIRE_VARINT) this.varint()
    else if (wireType === WIRE_64) this.#take(8)
    else if (wireType === WIRE_BYTES) this.#take(this.#length())
    else if (wireType === WIRE_32) this.#take(4)
    else throw new WireError(`field type ${wireType} is not known`)
  }

  #length(): number {
    const length = this.varint()
    if (length < 0 || length > this.end - this.position) throw new WireError(`a field of ${length} bytes goes beyond the end at byte ${this.end}`)
    return length
  }

  #byte(): number {
    if (this.position >= this.end) throw new WireError(`the data ends within a number at byte ${this.end}`)
    return this.bytes[this.position++]
  }

  #take(length: number): number {
    if (length > this.end - this.position) throw new WireError(`the data ends at byte ${this.end}, ${length} more were expected`)
    const start = this.position
    this.position += length
    return start
  }
}

function clampToSafe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER
  if (value < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER
  return Number(value)
}

/** Collects pieces and joins them once, so that a weight is copied a single time. */
export class WireWriter {
  readonly #pieces: Uint8Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  raw(piece: Uint8Array): void {
    if (piece.length === 0) return
    this.#pieces.push(piece)
    this.#length += piece.length
  }

  varint(value: number): void {
    this.raw(varintBytes(value))
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType)
  }

  bytesField(field: number, bytes: Uint8Array): void {
    this.tag(field, WIRE_BYTES)
    this.varint(bytes.length)
    this.raw(bytes)
  }

  string(field: number, value: string): void {
    this.bytesField(field, utf8.encode(value))
  }

  message(field: number, content: WireWriter): void {
    this.tag(field, WIRE_BYTES)
    this.varint(content.length)
    for (const piece of content.#pieces) this.raw(piece)
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes
  }
}

function varintBytes(value: number): Uint8Array {
  if (value < 0) return wideVarintBytes(BigInt.asUintN(64, BigInt(value)))
  const out: number[] = []
  let rest = value
  while (rest >= 128) {
    out.push((rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  }
  out.push(rest)
  return Uint8Array.from(out)
}

function wideVarintBytes(value: bigint): Uint8Array {
  const out: number[] = []
  let rest = value
  while (rest >= 128n) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest))
  return Uint8Array.from(out)
}
