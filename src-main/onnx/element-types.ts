/** ONNX's TensorProto.DataType: the code in the file, ONNX Runtime's name, and the bytes of one element in raw_data. */
export const ELEMENT_TYPES = {
  float32: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int8: { code: 3, bytes: 1 },
  uint16: { code: 4, bytes: 2 },
  int16: { code: 5, bytes: 2 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  string: { code: 8, bytes: 0 },
  bool: { code: 9, bytes: 1 },
  float16: { code: 10, bytes: 2 },
  float64: { code: 11, bytes: 8 },
  uint32: { code: 12, bytes: 4 },
  uint64: { code: 13, bytes: 8 },
  bfloat16: { code: 16, bytes: 2 },
} as const

export type ElementType = keyof typeof ELEMENT_TYPES
export type FloatType = 'float32' | 'float16' | 'float64'

const byCode = new Map<number, ElementType>(Object.entries(ELEMENT_TYPES).map(([name, { code }]) => [code, name as ElementType]))

/** The element type of a code, or null for one that no classifier uses (complex, 4 and 8 bit floats). */
export function elementTypeOf(code: number | undefined): ElementType | null {
  return byCode.get(code ?? 0) ?? null
}

export function isFloat(type: ElementType | null | undefined): type is FloatType {
  return type === 'float32' || type === 'float16' || type === 'float64'
}
