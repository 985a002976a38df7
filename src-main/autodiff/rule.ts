import type { Attributes } from '../onnx/attributes.ts'
import type { ElementType } from '../onnx/element-types.ts'
import type { NodeProto } from '../onnx/proto.ts'
import type { Values } from '../onnx/tensors.ts'
import type { Emitter } from './emitter.ts'
import type { RowsByStep } from './probe.ts'
import type { Shape } from './shapes.ts'

/** What a rule sees of its node. Inputs that are left out have the name ''. */
export interface RuleContext {
  readonly node: NodeProto
  readonly attributes: Attributes
  readonly opset: number
  readonly emit: Emitter
  /** The gradient of the first output. */
  readonly dy: string
  /** The gradients of all outputs; null where the score does not depend on one. */
  readonly dys: readonly (string | null)[]
  readonly x: readonly string[]
  /** The first output. */
  readonly y: string
  readonly yShape: Shape
  /** Throws `unsupported-graph` where the shape is not known. */
  readonly xShape: (index: number) => Shape
  readonly xType: (index: number) => ElementType
  readonly outputShape: (index: number) => Shape
  /** The values of an input that depends neither on the model's input nor on the batch. */
  readonly constant: (index: number) => Values | null
  /** As TensorFacts has it. */
  readonly rowsByStep: (index: number) => RowsByStep | null
  /** True if the gradient of this input is wanted: what a rule makes for others is dropped. */
  readonly wants: (index: number) => boolean
  /** Throws `unsupported-op`, naming the operator and the node. */
  readonly fail: (reason: string) => never
}

/** A gradient whose shape is not the input's yet: the walker sums what broadcasting repeated. */
export interface Broadcasted { readonly value: string; readonly shape: Shape }

/** One entry an input, in order; null or missing where there is no gradient. */
export type Rule = (context: RuleContext) => readonly (string | Broadcasted | null)[]

export interface NoGradient { readonly kind: 'none' }
export interface Refused { readonly kind: 'refused'; readonly reason: string }
export type GradientRule = Rule | NoGradient | Refused
export type GradientRules = Readonly<Record<string, GradientRule>>

/** The output does not change with the input but for jumps, or is no float: comparisons, rounding, shapes. */
export const noGradient: NoGradient = { kind: 'none' }

/** The operator has a gradient that is not given here, and why. */
export function refused(reason: string): Refused {
  return { kind: 'refused', reason }
}

/** Rules whose results have the output's shape, and whose inputs may have been broadcast to it. */
export function broadcasting(rules: GradientRules): GradientRules {
  const wrap = (rule: GradientRule): GradientRule => {
    if (typeof rule !== 'function') return rule
    return (context) => rule(context).map((dx) => (typeof dx === 'string' ? { value: dx, shape: context.yShape } : dx))
  }
  return Object.fromEntries(Object.entries(rules).map(([operator, rule]) => [operator, wrap(rule)]))
}
