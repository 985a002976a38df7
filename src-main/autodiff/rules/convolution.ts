import type { Emitter } from '../emitter.ts'
import type { GradientRules, RuleContext } from '../rule.ts'
import { isStatic, type Shape } from '../shapes.ts'
import { spatialSizes, transposeAttributes, windowOf, type Window } from './windows.ts'

/** [M, C/g, k…] → [C, M/g, k…] with the kernel turned round. Nodes on weights alone: ONNX Runtime folds them when it loads. */
function flippedSwapped(emit: Emitter, weights: string, shape: readonly number[], group: number): string {
  const [out, perGroup, ...kernel] = shape
  const axes = kernel.map((_, axis) => axis)
  const swapped = group === 1
    ? emit.transpose(weights, [1, 0, ...axes.map((axis) => axis + 2)])
    : emit.reshape(
      emit.transpose(emit.reshape(weights, [group, out / group, perGroup, ...kernel]), [0, 2, 1, ...axes.map((axis) => axis + 3)]),
      [group * perGroup, out / group, ...kernel],
    )
  return kernel.reduce((flipped, size, axis) => (size === 1 ? flipped : emit.gather(flipped, axis + 2, Array.from({ length: size }, (_, i) => size - 1 - i))), swapped)
}

/** Puts stride − 1 zeros between the elements of each spatial axis. */
function dilate(emit: Emitter, dy: string, shape: Shape, strides: readonly number[]): string {
  const spread: Shape = [shape[0], shape[1], ...shape.slice(2).flatMap((dim) => [dim, 1])]
  const none = spread.map(() => 0)
  const after = none.map((_, axis) => (axis >= 2 && axis % 2 === 1 ? strides[(axis - 3) / 2] - 1 : 0))
  const wide = shape.map((dim, axis) => (axis < 2 || !isStatic(dim) ? dim : dim * strides[axis - 2]))
  return emit.reshape(emit.pad(emit.reshape(dy, spread), none, after), wide)
}

/** Conv with turned weights: for stride 1, where it is faster than ConvTranspose. */
function byConv(context: RuleContext, dy: string, window: Window, weightShape: readonly number[], group: number, extra: readonly number[]): string {
  const { emit, x } = context
  const { kernel, dilations, before, after } = window
  const reach = kernel.map((size, axis) => (size - 1) * dilations[axis])
  return emit.op('Conv', [dy, flippedSwapped(emit, x[1], weightShape, group)], {
    kernel_shape: kernel,
    dilations,
    group,
    pads: [...reach.map((size, axis) => size - before[axis]), ...reach.map((size, axis) => size - after[axis] - extra[axis])],
  })
}

function staticShape(shape: Shape, fail: (reason: string) => never): number[] {
  return shape.map((dim) => (isStatic(dim) ? dim : fail('its weights depend on the batch')))
}

export const convolution: GradientRules = {
  Conv: (context) => {
    const { dy, x, xShape, yShape, attributes, emit, wants, fail } = context
    if (wants(1)) return fail('its weights depend on the layer')
    const weights = staticShape(xShape(1), fail)
    const group = attributes.int('group', 1)
    const window = windowOf(context, weights.slice(2), spatialSizes(xShape(0), fail), spatialSizes(yShape, fail))
    const { strides, kernel, dilations, before, after } = window
    const extra = strides.map((stride) => stride - 1)
    const fits = kernel.every((size, axis) => (size - 1) * dilations[axis] >= Math.max(before[axis], after[axis] + extra[axis]))
    if (fits && strides.every((stride) => stride === 1)) return [byConv(context, dy, window, weights, group, extra)]
    // One output channel and several input channels a group: WebGPU's ConvTranspose is wrong there, zeros in between are not.
    if (fits && group > 1 && weights[1] === 1 && weights[0] > group) return [byConv(context, dilate(emit, dy, yShape, strides), window, weights, group, extra)]
    return [emit.op('ConvTranspose', [dy, x[1]], { ...transposeAttributes(window), group })]
  },

  ConvTranspose: (context) => {
    const { dy, x, xShape, yShape, attributes, emit, wants, fail } = context
    if (wants(1)) return fail('its weights depend on the layer')
    const kernel = staticShape(xShape(1), fail).slice(2)
    const input = spatialSizes(xShape(0), fail)
    const output = spatialSizes(yShape, fail)
    const strides = attributes.ints('strides') ?? kernel.map(() => 1)
    const dilations = attributes.ints('dilations') ?? kernel.map(() => 1)
    const before = transposePads(context, kernel, input, output, strides, dilations)
    // Seen from its output, the operator is a convolution that leads back to its input.
    const after = kernel.map((size, axis) => (input[axis] - 1) * strides[axis] + (size - 1) * dilations[axis] + 1 - output[axis] - before[axis])
    const cut = after.map((amount) => Math.min(0, amount))
    const none = [0, 0, ...kernel.map(() => 0)]
    const trimmed = emit.pad(dy, none, [0, 0, ...cut])
    return [emit.op('Conv', [trimmed, x[1]], {
      kernel_shape: kernel, strides, dilations, group: attributes.int('group', 1), pads: [...before, ...after.map((amount) => Math.max(0, amount))],
    })]
  },
}

/** Leading pads of a ConvTranspose; `output_shape` and `auto_pad` leave them to be computed (ONNX, ConvTranspose). */
function transposePads({ attributes, fail }: RuleContext, kernel: readonly number[], input: readonly number[], output: readonly number[], strides: readonly number[], dilations: readonly number[]): number[] {
  const autoPad = attributes.string('auto_pad', 'NOTSET')
  if (autoPad === 'VALID') return kernel.map(() => 0)
  if (autoPad === 'NOTSET' && !attributes.has('output_shape')) return (attributes.ints('pads') ?? kernel.flatMap(() => [0, 0])).slice(0, kernel.length)
  if (attributes.has('output_shape') && autoPad === 'NOTSET') return fail('its output_shape leaves the padding to the runtime')
  const outputPadding = attributes.ints('output_padding') ?? kernel.map(() => 0)
  return kernel.map((size, axis) => {
    const total = strides[axis] * (input[axis] - 1) + outputPadding[axis] + (size - 1) * dilations[axis] + 1 - output[axis]
    return autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : total - Math.floor(total / 2)
  })
}
