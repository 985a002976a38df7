import { ReviewError } from '../contract/errors.ts'
import type { GraphProto, ModelProto, NodeProto } from './proto.ts'
import { modelSchema, type Field, type Schema } from './schema.ts'
import { checkStoredSize } from './tensors.ts'
import { WIRE_32, WIRE_64, WIRE_BYTES, WIRE_VARINT, WireError, WireReader } from './wire.ts'

/** Sub-graphs within sub-graphs: a real model has three or four levels of messages a graph. */
const MAX_DEPTH = 64
const MAX_NODES = 1_000_000
/** Integers that lie one by one in the file; weights lie in raw_data. As JavaScript numbers more would fill the memory. */
const MAX_NUMBERS = 1 << 26

/** The bytes that a message was read from: an unchanged one is written back as it was. */
const originals = new WeakMap<object, Uint8Array>()

export function originalBytes(message: object): Uint8Array | undefined {
  return originals.get(message)
}

/** A record as the table describes it, with what the table does not know beside it. */
export type Decoded = Record<string, unknown> & { unknown?: Uint8Array[] }

/**
 * Reads an ONNX model. Weights stay views into `bytes`.
 *
 * Throws `not-onnx` when the bytes do not begin like a ModelProto, `onnx-damaged` when they do and go wrong later:
 * a truncated file, a graph that is missing, a weight whose bytes do not fit its shape.
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
  if (!beginsLikeModel(bytes)) throw new ReviewError('not-onnx', 'This is not an ONNX model: its first bytes are not those of one. Choose a file that was exported as .onnx.')
  const model = decodeOrExplain(bytes)
  if (!model.graph) throw damaged('it has no graph')
  const nodes = model.graph.node ?? []
  if (nodes.length === 0) throw damaged('its graph has no operator')
  if (nodes.length > MAX_NODES) throw damaged(`its graph claims ${nodes.length} operators`)
  checkGraph(model.graph)
  for (const body of model.functions ?? []) body.node?.forEach(checkNode)
  return model
}

function decodeOrExplain(bytes: Uint8Array): ModelProto {
  try {
    // A plain view: what Node reads is a Buffer, whose slice is no copy.
    return decodeMessage(new WireReader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)), modelSchema, 0) as ModelProto
  } catch (cause) {
    if (cause instanceof WireError) throw damaged(cause.message, cause)
    throw cause
  }
}

function damaged(what: string, cause?: unknown): ReviewError {
  return new ReviewError('onnx-damaged', `The ONNX file is damaged: ${what}. Export or copy it again.`, { cause })
}

function checkGraph(graph: GraphProto): void {
  graph.initializer?.forEach(checkStoredSize)
  graph.node?.forEach(checkNode)
}

function checkNode(node: NodeProto): void {
  if (!node.opType) throw damaged(`node '${node.name ?? ''}' has no operator`)
  for (const { t, tensors, g, graphs } of node.attribute ?? []) {
    if (t) checkStoredSize(t)
    tensors?.forEach(checkStoredSize)
    if (g) checkGraph(g)
    graphs?.forEach(checkGraph)
  }
}

/** The first field of a ModelProto is one of its own, with that field's wire type. */
function beginsLikeModel(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false
  const field = modelSchema.fields[bytes[0] >> 3]
  return field !== undefined && bytes[0] < 0x80 && wireTypes(field).includes(bytes[0] & 7)
}

function wireTypes(field: Field): number[] {
  const packable = field.repeated ? [WIRE_BYTES] : []
  if (field.kind === 'int') return [WIRE_VARINT, ...packable]
  if (field.kind === 'float') return [WIRE_32, ...packable]
  if (field.kind === 'double') return [WIRE_64, ...packable]
  return [WIRE_BYTES]
}

function decodeMessage(reader: WireReader, schema: Schema, depth: number): Decoded {
  if (depth > MAX_DEPTH) throw new WireError(`${schema.name} is nested more than ${MAX_DEPTH} levels deep`)
  const message: Decoded = {}
  const start = reader.position
  while (!reader.done) {
    const at = reader.position
    const tag = reader.varint()
    const number = Math.floor(tag / 8)
    const wireType = tag & 7
    const field = schema.fields[number]
    if (field && wireTypes(field).includes(wireType)) {
      readField(reader, message, field, wireType, depth)
    } else {
      if (number === 0) throw new WireError(`${schema.name} has a field without a number at byte ${at}`)
      reader.skip(wireType)
      const unknown = message.unknown ??= []
      unknown.push(reader.bytes.subarray(at, reader.position))
    }
  }
  for (const field of Object.values(schema.fields)) packNumbers(message, field)
  if (schema.verbatim) originals.set(message, reader.bytes.subarray(start, reader.end))
  return message
}

function readField(reader: WireReader, message: Decoded, field: Field, wireType: number, depth: number): void {
  if (!field.repeated) {
    const value = readOne(reader, field, depth)
    // Protocol Buffers merge a message field that is given twice; ONNX files use that for a graph only.
    if (typeof field.kind === 'function' && message[field.name] !== undefined) merge(message[field.name] as Decoded, value as Decoded)
    else message[field.name] = value
    return
  }
  const list = (message[field.name] ??= []) as unknown[]
  if (wireType === WIRE_BYTES && typeof field.kind === 'string' && field.kind !== 'string' && field.kind !== 'bytes') {
    readPacked(reader.nested(), message, field, list)
  } else {
    list.push(readOne(reader, field, depth))
  }
}

function readPacked(packed: WireReader, message: Decoded, field: Field, list: unknown[]): void {
  const width = field.kind === 'float' ? 4 : field.kind === 'double' ? 8 : 0
  if (width > 0 && list.length === 0) {
    // One packed block is the usual case: copied once into a typed array instead of a number at a time.
    const length = packed.end - packed.position
    if (length % width !== 0) throw new WireError(`${field.name} has ${length} bytes, no multiple of ${width}`)
    const copy = packed.bytes.slice(packed.position, packed.end)
    message[field.name] = width === 4 ? new Float32Array(copy.buffer) : new Float64Array(copy.buffer)
    return
  }
  while (!packed.done) {
    if (list.length >= MAX_NUMBERS) throw new WireError(`${field.name} has more than ${MAX_NUMBERS} numbers`)
    list.push(field.kind === 'int' ? packed.varint() : field.kind === 'float' ? packed.float() : packed.double())
  }
}

function readOne(reader: WireReader, field: Field, depth: number): unknown {
  if (typeof field.kind === 'function') return decodeMessage(reader.nested(), field.kind(), depth + 1)
  if (field.kind === 'int') return reader.varint()
  if (field.kind === 'float') return reader.float()
  if (field.kind === 'double') return reader.double()
  if (field.kind === 'string') return reader.string()
  return reader.bytesField()
}

function packNumbers(message: Decoded, field: Field): void {
  const value = message[field.name]
  if (!field.repeated || !Array.isArray(value)) return
  if (field.kind === 'float') message[field.name] = Float32Array.from(value as number[])
  if (field.kind === 'double') message[field.name] = Float64Array.from(value as number[])
}

/** Adds a message's second part to its first, which is no longer what the file has in one piece. */
function merge(first: Decoded, second: Decoded): void {
  originals.delete(first)
  for (const [name, value] of Object.entries(second)) {
    const known = first[name]
    if (Array.isArray(value) && Array.isArray(known)) for (const entry of value) known.push(entry)
    else first[name] = value
  }
}
