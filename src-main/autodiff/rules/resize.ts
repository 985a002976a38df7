import type { GradientRules, RuleContext } from '../rule.ts'
import { isStatic } from '../shapes.ts'
import { applyAlong } from './along-axis.ts'

/** One axis of a Resize: its sizes, and the scale that coordinates are computed with. */
interface Axis {
  readonly input: number
  readonly output: number
  readonly scale: number
}

interface Sampling {
  readonly mode: string
  readonly coordinates: string
  readonly nearest: string
  readonly cubic: number
  readonly excludeOutside: boolean
  readonly antialias: boolean
}

/** ONNX Resize, coordinate_transformation_mode: where an output position lies in the input. */
const COORDINATES: Readonly<Record<string, (at: number, axis: Axis) => number>> = {
  half_pixel: (at, { scale }) => (at + 0.5) / scale - 0.5,
  half_pixel_symmetric: (at, { input, output, scale }) => {
    const adjustment = output / (scale * input)
    return (input / 2) * (1 - adjustment) + (at + 0.5) / scale - 0.5
  },
  pytorch_half_pixel: (at, { output, scale }) => (output > 1 ? (at + 0.5) / scale - 0.5 : 0),
  align_corners: (at, { input, output }) => (output > 1 ? (at * (input - 1)) / (output - 1) : 0),
  asymmetric: (at, { scale }) => at / scale,
  tf_half_pixel_for_nn: (at, { scale }) => (at + 0.5) / scale,
}

/** ONNX Resize, nearest_mode. */
const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => (x === Math.floor(x) + 0.5 ? Math.floor(x) : Math.round(x)),
  round_prefer_ceil: (x) => Math.round(x),
  floor: Math.floor,
  ceil: Math.ceil,
}

/** Keys 1981: the cubic kernel with free parameter a. */
function cubicWeight(distance: number, a: number): number {
  const d = Math.abs(distance)
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0
}

/** Taps (position, weight) of one output position; positions may lie outside the input. */
function taps(x: number, axis: Axis, { mode, nearest, cubic, antialias }: Sampling): [number, number][] {
  if (mode === 'nearest') return [[NEAREST[nearest](x), 1]]
  const stretch = antialias && axis.scale < 1 ? axis.scale : 1
  const radius = (mode === 'cubic' ? 2 : 1) / stretch
  const weight = mode === 'cubic' ? (d: number): number => cubicWeight(d * stretch, cubic) : (d: number): number => Math.max(0, 1 - Math.abs(d * stretch))
  const first = Math.floor(x - radius) + 1
  return Array.from({ length: Math.ceil(x + radius) - first }, (_, i): [number, number] => [first + i, weight(first + i - x)])
}

/** The row-major [output, input] matrix of one axis: Resize is linear, one axis after the other. */
function axisMatrix(axis: Axis, sampling: Sampling): Float64Array {
  const matrix = new Float64Array(axis.output * axis.input)
  for (let at = 0; at < axis.output; at++) {
    const all = taps(COORDINATES[sampling.coordinates](at, axis), axis, sampling)
    const used = sampling.excludeOutside ? all.filter(([position]) => position >= 0 && position < axis.input) : all
    const total = used.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [position, weight] of used) {
      matrix[at * axis.input + Math.min(Math.max(position, 0), axis.input - 1)] += weight / total
    }
  }
  return matrix
}

/** The transposed matrices, axis by axis; sizes are what ONNX Runtime says they are, scales what the file says. */
function resizeBack(context: RuleContext, sampling: Sampling, scales: readonly number[] | null): string[] {
  const { dy, xShape, yShape, emit, fail } = context
  if (!COORDINATES[sampling.coordinates]) return fail(`its coordinate mode is '${sampling.coordinates}'`)
  let gradient = dy
  let shape = yShape
  xShape(0).forEach((input, i) => {
    const output = yShape[i]
    if (!isStatic(input) || !isStatic(output)) return
    const scale = scales?.[i] ?? output / input
    if (input === output && scale === 1) return
    const matrix = axisMatrix({ input, output, scale }, sampling)
    gradient = applyAlong(emit, gradient, shape, i, matrix, input)
    shape = shape.with(i, input)
  })
  return [gradient]
}

/** Scales of every axis; those that `axes` (opset 18) leaves out are 1. */
function scalesOf(context: RuleContext, index: number): number[] | null {
  if (!context.x[index]) return null
  const given = context.constant(index)?.data ?? context.fail('its scales are not constant')
  if (given.length === 0) return null
  const rank = context.xShape(0).length
  const axes = context.attributes.ints('axes')?.map((axis) => (axis < 0 ? axis + rank : axis))
  return axes ? Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? given[axes.indexOf(axis)] : 1)) : [...given]
}

/** Until opset 10 (Upsample too): nearest takes the floor, both modes count from the corner. */
const FIRST_RESIZE = { coordinates: 'asymmetric', nearest: 'floor', cubic: -0.75, excludeOutside: false, antialias: false } as const

export const resize: GradientRules = {
  Upsample: (context) => {
    const scales = context.attributes.floats('scales') ?? scalesOf(context, 1)
    return resizeBack(context, { ...FIRST_RESIZE, mode: context.attributes.string('mode', 'nearest') }, scales)
  },
  Resize: (context) => {
    const { attributes, opset } = context
    const mode = attributes.string('mode', 'nearest')
    if (opset < 11) return resizeBack(context, { ...FIRST_RESIZE, mode }, scalesOf(context, 1))
    if (attributes.string('keep_aspect_ratio_policy', 'stretch') !== 'stretch') return context.fail('it keeps the aspect ratio, which leaves its scales to the runtime')
    return resizeBack(context, {
      mode,
      coordinates: attributes.string('coordinate_transformation_mode', 'half_pixel'),
      nearest: attributes.string('nearest_mode', 'round_prefer_floor'),
      cubic: attributes.float('cubic_coeff_a', -0.75),
      excludeOutside: attributes.int('exclude_outside', 0) === 1,
      antialias: attributes.int('antialias', 0) === 1,
    }, scalesOf(context, 2))
  },
}
