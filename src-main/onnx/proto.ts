/**
 * The messages of an ONNX file (onnx.proto, IR version 3 to 11), as plain records. Field names are ONNX's, in camel case.
 * Integers beyond 2^53 (a slice's "to the end") are clamped to the largest safe integer when read.
 */

export interface StringEntry { readonly key?: string; readonly value?: string }

export interface TensorProto {
  readonly dims?: readonly number[]
  readonly dataType?: number
  readonly floatData?: Float32Array
  readonly int32Data?: readonly number[]
  readonly stringData?: readonly Uint8Array[]
  readonly int64Data?: readonly number[]
  readonly name?: string
  /** A view into the file's bytes, never a copy. */
  readonly rawData?: Uint8Array
  readonly doubleData?: Float64Array
  readonly uint64Data?: readonly number[]
  readonly externalData?: readonly StringEntry[]
  readonly dataLocation?: number
}

export interface AttributeProto {
  readonly name?: string
  readonly f?: number
  readonly i?: number
  readonly s?: Uint8Array
  readonly t?: TensorProto
  readonly g?: GraphProto
  readonly floats?: Float32Array
  readonly ints?: readonly number[]
  readonly strings?: readonly Uint8Array[]
  readonly tensors?: readonly TensorProto[]
  readonly graphs?: readonly GraphProto[]
  readonly type?: number
  readonly refAttrName?: string
}

export interface NodeProto {
  readonly input?: readonly string[]
  readonly output?: readonly string[]
  readonly name?: string
  readonly opType?: string
  readonly attribute?: readonly AttributeProto[]
  readonly domain?: string
  readonly overload?: string
}

export interface DimensionProto { readonly dimValue?: number; readonly dimParam?: string }
export interface ShapeProto { readonly dim?: readonly DimensionProto[] }
export interface TensorTypeProto { readonly elemType?: number; readonly shape?: ShapeProto }
export interface TypeProto { readonly tensorType?: TensorTypeProto }
export interface ValueInfoProto { readonly name?: string; readonly type?: TypeProto }

export interface GraphProto {
  readonly node?: readonly NodeProto[]
  readonly name?: string
  readonly initializer?: readonly TensorProto[]
  readonly input?: readonly ValueInfoProto[]
  readonly output?: readonly ValueInfoProto[]
  readonly valueInfo?: readonly ValueInfoProto[]
}

export interface OpsetProto { readonly domain?: string; readonly version?: number }

export interface FunctionProto {
  readonly name?: string
  readonly input?: readonly string[]
  readonly output?: readonly string[]
  readonly attribute?: readonly string[]
  readonly attributeProto?: readonly AttributeProto[]
  readonly node?: readonly NodeProto[]
  readonly opsetImport?: readonly OpsetProto[]
  readonly domain?: string
  readonly overload?: string
}

export interface ModelProto {
  readonly irVersion?: number
  readonly producerName?: string
  readonly producerVersion?: string
  readonly graph?: GraphProto
  readonly opsetImport?: readonly OpsetProto[]
  readonly metadataProps?: readonly StringEntry[]
  readonly functions?: readonly FunctionProto[]
}
