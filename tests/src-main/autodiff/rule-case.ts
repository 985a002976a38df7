import type { AttributeValue } from '../../../src-main/onnx/attributes.ts'
import type { ElementType } from '../../../src-main/onnx/element-types.ts'

/** An operand of the operator under test. */
export interface Operand {
  readonly dims: readonly number[]
  /** Differentiated and fed; otherwise an initializer. */
  readonly variable: boolean
  readonly type?: ElementType
  /** Given values, else drawn between low and high. */
  readonly data?: readonly number[]
  readonly low?: number
  readonly high?: number
  /** Distinct values far enough apart that no finite step changes their order: for maxima. */
  readonly spaced?: boolean
  /** Values that are avoided by more than a step: kinks. */
  readonly away?: readonly number[]
}

export interface RuleCase {
  readonly op: string
  readonly opset: number
  /** What is special about this case. */
  readonly about: string
  readonly operands: readonly (Operand | null)[]
  readonly attributes?: Readonly<Record<string, AttributeValue>>
  /** Names of outputs, those of which the gradient is fed: default the first. */
  readonly outputs?: number
  readonly seeded?: readonly number[]
  /** The operands themselves are for one batch size. */
  readonly fixedBatch?: true
  /** ONNX Runtime's CPU kernels know some operators in float32 only. */
  readonly precision: 'float64' | 'float32'
}

interface Options { readonly low?: number; readonly high?: number; readonly away?: readonly number[]; readonly spaced?: boolean }

/** A variable operand: [batch of 2, …]. */
export function x(dims: readonly number[], options: Options = {}): Operand {
  return { dims, variable: true, ...options }
}

/** Random weights. */
export function weights(dims: readonly number[], options: Options = {}): Operand {
  return { dims, variable: false, ...options }
}

export function constant(data: readonly number[], dims: readonly number[] = [data.length], type?: ElementType): Operand {
  return { dims, variable: false, data, ...(type && { type }) }
}

export function ints(...data: number[]): Operand {
  return { dims: [data.length], variable: false, data, type: 'int64' }
}

type Rest = Omit<RuleCase, 'op' | 'opset' | 'about' | 'operands' | 'precision' | 'attributes'>

/** Cases in double precision. */
export function exact(op: string, opset: number, about: string, operands: RuleCase['operands'], attributes: RuleCase['attributes'] = {}, rest: Rest = {}): RuleCase {
  return { op, opset, about, operands, attributes, precision: 'float64', ...rest }
}

/** Cases in single precision. */
export function single(op: string, opset: number, about: string, operands: RuleCase['operands'], attributes: RuleCase['attributes'] = {}, rest: Rest = {}): RuleCase {
  return { op, opset, about, operands, attributes, precision: 'float32', ...rest }
}
