import type { RuleContext } from '../rule.ts'
import { isStatic, type Shape } from '../shapes.ts'

/** A sliding window along the spatial axes: one number an axis. */
export interface Window {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** Input and output sizes that the window leads from and to. */
  readonly input: readonly number[]
  readonly output: readonly number[]
}

/** The spatial sizes of an [N, C, …] shape; fails where one is not known. */
export function spatialSizes(shape: Shape, fail: (reason: string) => never): number[] {
  return shape.slice(2).map((dim) => (isStatic(dim) ? dim : fail('its image size depends on the batch')))
}

/**
 * The window of Conv or a pooling operator, `auto_pad` resolved (ONNX, Conv and MaxPool).
 * With ceil_mode the last window may go beyond the padded input: `after` is widened to cover it.
 */
export function windowOf(context: RuleContext, kernel: readonly number[], input: readonly number[], output: readonly number[]): Window {
  const { attributes } = context
  const strides = attributes.ints('strides') ?? kernel.map(() => 1)
  const dilations = attributes.ints('dilations') ?? kernel.map(() => 1)
  const span = kernel.map((size, axis) => (size - 1) * dilations[axis] + 1)
  const autoPad = attributes.string('auto_pad', 'NOTSET')
  const pads = attributes.ints('pads') ?? kernel.flatMap(() => [0, 0])
  const before = kernel.map((_, axis) => {
    if (autoPad === 'VALID') return 0
    if (autoPad === 'NOTSET') return pads[axis]
    const total = Math.max(0, (output[axis] - 1) * strides[axis] + span[axis] - input[axis])
    return autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)
  })
  // What the windows reach behind the input; negative where the last pixels are in no window.
  const after = kernel.map((_, axis) => (output[axis] - 1) * strides[axis] + span[axis] - input[axis] - before[axis])
  return { kernel, strides, dilations, before, after, input, output }
}

/** Attributes of a ConvTranspose that leads from the window's output back to its input, the sizes exactly. */
export function transposeAttributes(window: Window): Record<string, readonly number[]> {
  const { kernel, strides, dilations, before, after } = window
  return {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: [...before, ...after.map((amount) => Math.max(0, amount))],
    output_padding: after.map((amount) => Math.max(0, -amount)),
  }
}
