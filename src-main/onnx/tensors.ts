import { ReviewError } from '../contract/errors.ts'
import { ELEMENT_TYPES, elementTypeOf, type ElementType } from './element-types.ts'
import type { TensorProto } from './proto.ts'

/** A small tensor whose values are known: row-major, every number as a double. */
export interface Values {
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly data: readonly number[]
}

export const DATA_LOCATION_EXTERNAL = 1

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === DATA_LOCATION_EXTERNAL
}

/** Throws `onnx-damaged` if a tensor's dimensions are impossible or its bytes do not fit them. */
export function checkStoredSize(tensor: TensorProto): void {
  const dims = tensor.dims ?? []
  const count = elementCount(dims)
  if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(count)) throw misfit(tensor, `the dimensions [${dims.join(', ')}]`)
  const type = elementTypeOf(tensor.dataType)
  if (!type || type === 'string' || isExternal(tensor)) return
  if (tensor.rawData) {
    if (tensor.rawData.length !== count * ELEMENT_TYPES[type].bytes) throw misfit(tensor, `${tensor.rawData.length} bytes for [${dims.join(', ')}] of ${type}`)
    return
  }
  const stored = typedData(tensor)?.length ?? 0
  if (stored !== count) throw misfit(tensor, `${stored} values for [${dims.join(', ')}]`)
}

function misfit(tensor: TensorProto, what: string): ReviewError {
  return new ReviewError('onnx-damaged', `The ONNX file is damaged: tensor '${tensor.name ?? ''}' has ${what}. Export or copy it again.`)
}

function typedData(tensor: TensorProto): ArrayLike<number> | undefined {
  return [tensor.floatData, tensor.int32Data, tensor.int64Data, tensor.doubleData, tensor.uint64Data].find((list) => list && list.length > 0)
}

const rawReaders: Partial<Record<ElementType, (view: DataView, at: number) => number>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => halfToNumber(view.getUint16(at, true)),
  uint8: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  uint16: (view, at) => view.getUint16(at, true),
  int16: (view, at) => view.getInt16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  bool: (view, at) => view.getUint8(at),
  int64: (view, at) => Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(view.getBigInt64(at, true)))),
  uint64: (view, at) => Math.min(Number.MAX_SAFE_INTEGER, Number(view.getBigUint64(at, true))),
}

/** The values of a tensor in the file, or null if they lie in another file or are no numbers. */
export function readValues(tensor: TensorProto): Values | null {
  const type = elementTypeOf(tensor.dataType)
  const dims = tensor.dims ?? []
  if (!type || isExternal(tensor)) return null
  if (!tensor.rawData) {
    const data = Array.from(typedData(tensor) ?? [])
    // float16 without raw_data lies in int32_data as bit patterns.
    return { type, dims, data: type === 'float16' ? data.map(halfToNumber) : data }
  }
  const read = rawReaders[type]
  if (!read) return null
  const { rawData } = tensor
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  const width = ELEMENT_TYPES[type].bytes
  return { type, dims, data: Array.from({ length: rawData.length / width }, (_, i) => read(view, i * width)) }
}

const rawWriters: Partial<Record<ElementType, (view: DataView, at: number, value: number) => void>> = {
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
  float16: (view, at, value) => view.setUint16(at, numberToHalf(value), true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  bool: (view, at, value) => view.setUint8(at, value ? 1 : 0),
}

/** A TensorProto with its values in raw_data. */
export function makeTensor(name: string, type: ElementType, dims: readonly number[], data: ArrayLike<number>): TensorProto {
  const write = rawWriters[type]
  if (!write) throw new ReviewError('internal', `Tensors of ${type} are not written.`)
  const width = ELEMENT_TYPES[type].bytes
  const rawData = new Uint8Array(data.length * width)
  const view = new DataView(rawData.buffer)
  for (let i = 0; i < data.length; i++) write(view, i * width, data[i])
  return { name, dims, dataType: ELEMENT_TYPES[type].code, rawData }
}

/** IEEE 754 half precision. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** To half precision, rounding to nearest, ties to even; too large becomes infinity. */
export function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (magnitude >= 65520) return sign | 0x7c00
  if (magnitude < 2 ** -14) return sign | roundHalfEven(magnitude * 2 ** 24)
  const exponent = Math.floor(Math.log2(magnitude))
  const fraction = roundHalfEven((magnitude / 2 ** exponent - 1) * 1024)
  return sign | (((exponent + 15) << 10) + fraction)
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
