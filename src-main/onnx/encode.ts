import { originalBytes, type Decoded } from './decode.ts'
import type { ModelProto } from './proto.ts'
import { modelSchema, type Field, type Schema } from './schema.ts'
import { WIRE_32, WIRE_64, WIRE_BYTES, WIRE_VARINT, WireWriter } from './wire.ts'

/**
 * Writes a model. Nodes, weights and value types that were read from a file and not replaced go back byte for byte,
 * and so do fields that the table does not know.
 */
export function encodeModel(model: ModelProto): Uint8Array {
  return encodeMessage(model as Decoded, modelSchema).finish()
}

function encodeMessage(message: Decoded, schema: Schema): WireWriter {
  const writer = new WireWriter()
  const original = schema.verbatim ? originalBytes(message) : undefined
  if (original) {
    writer.raw(original)
    return writer
  }
  for (const [number, field] of Object.entries(schema.fields)) {
    const value = message[field.name]
    if (value === undefined || value === null) continue
    if (!field.repeated) writeOne(writer, Number(number), field, value)
    else writeMany(writer, Number(number), field, value as ArrayLike<unknown>)
  }
  for (const piece of message.unknown ?? []) writer.raw(piece)
  return writer
}

function writeMany(writer: WireWriter, number: number, field: Field, values: ArrayLike<unknown>): void {
  if (values.length === 0) return
  if (field.kind === 'int' || field.kind === 'float' || field.kind === 'double') {
    writer.bytesField(number, packed(field.kind, values as ArrayLike<number>))
  } else {
    for (let i = 0; i < values.length; i++) writeOne(writer, number, field, values[i])
  }
}

function packed(kind: 'int' | 'float' | 'double', values: ArrayLike<number>): Uint8Array {
  if (kind === 'float') return asBytes(Float32Array.from(values))
  if (kind === 'double') return asBytes(Float64Array.from(values))
  const integers = new WireWriter()
  for (let i = 0; i < values.length; i++) integers.varint(values[i])
  return integers.finish()
}

function writeOne(writer: WireWriter, number: number, field: Field, value: unknown): void {
  if (typeof field.kind === 'function') {
    writer.message(number, encodeMessage(value as Decoded, field.kind()))
  } else if (field.kind === 'int') {
    writer.tag(number, WIRE_VARINT)
    writer.varint(value as number)
  } else if (field.kind === 'float') {
    writer.tag(number, WIRE_32)
    writer.raw(asBytes(Float32Array.of(value as number)))
  } else if (field.kind === 'double') {
    writer.tag(number, WIRE_64)
    writer.raw(asBytes(Float64Array.of(value as number)))
  } else if (field.kind === 'string') {
    writer.string(number, value as string)
  } else {
    writer.tag(number, WIRE_BYTES)
    writer.varint((value as Uint8Array).length)
    writer.raw(value as Uint8Array)
  }
}

/** Little-endian, as the wire wants it; every platform that this program runs on is. */
function asBytes(array: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
