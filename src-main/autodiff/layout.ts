import { inputsOf, isStandardDomain, type Graph } from '../onnx/graph.ts'
import type { NodeProto } from '../onnx/proto.ts'
import type { TensorFacts } from './probe.ts'
import { isStatic, sameDim, sameShape, type Shape } from './shapes.ts'

/**
 * What the axes of a tensor mean: channels first, channels last, or a row of tokens, each with its grid.
 * NCT is NCHW with the grid made flat, the step between an image and its tokens.
 */
export interface Layout {
  readonly order: 'NCHW' | 'NHWC' | 'NTC' | 'NCT'
  readonly grid: readonly [number, number]
}

/** Operators whose first input and output are [N, C, H, W] by definition. */
const CHANNELS_FIRST = new Set(['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'LpPool', 'GlobalAveragePool', 'GlobalMaxPool', 'BatchNormalization', 'InstanceNormalization', 'GroupNormalization', 'LRN', 'DepthToSpace', 'SpaceToDepth'])

/** Operators that move pixels about within their axes. */
const KEEPS_AXES = new Set(['Concat', 'Slice', 'Split', 'Pad', 'Resize', 'Upsample', 'MatMul', 'Gemm'])

/** More tokens than these beside the grid's are no class tokens (DeiT has two, with registers there are up to nine). */
const MOST_CLASS_TOKENS = 9

/** [N, …] with one row an image: what a layer's first axis has to be. */
export function hasBatchFirst(shape: Shape, facts: TensorFacts): boolean {
  return shape.length > 0 && (facts.fixedBatch === null ? sameDim(shape[0], { perSample: 1, fixed: 0 }) : shape[0] === facts.fixedBatch)
}

function layoutFor(order: Layout['order'], shape: Shape, grid?: readonly [number, number]): Layout | null {
  const at = order === 'NCHW' ? [2, 3] : order === 'NHWC' ? [1, 2] : null
  if (!at) return grid ? { order, grid } : null
  const [h, w] = at.map((axis) => shape[axis])
  return isStatic(h) && isStatic(w) ? { order, grid: [h, w] } : null
}

/**
 * Finds what the axes of the tensors mean, from the operators that fix it (convolutions, pools) along those that keep it,
 * forwards and backwards until nothing new is learnt. What is not listed is not known: heads and windows of attention.
 */
export function findLayouts(graph: Graph, facts: TensorFacts): Map<string, Layout> {
  const layouts = new Map<string, Layout>()
  const set = (name: string | undefined, layout: Layout | null): boolean => {
    const shape = name ? facts.shapeOf(name) : null
    if (!name || !layout || !shape || layouts.has(name) || !hasBatchFirst(shape, facts) || !fits(layout, shape)) return false
    layouts.set(name, layout)
    return true
  }
  for (const node of graph.nodes) {
    if (!isStandardDomain(node) || !CHANNELS_FIRST.has(node.opType!)) continue
    for (const name of [node.input![0], node.output![0]]) {
      const shape = facts.shapeOf(name)
      if (shape?.length === 4) set(name, layoutFor('NCHW', shape))
    }
  }
  const step = (node: NodeProto): boolean => relations(node, facts).map(([from, to, lead]) => {
    const forwards = set(to, translate(layouts.get(from), from, to, facts, lead))
    return set(from, translate(layouts.get(to), to, from, facts, lead && invert(lead))) || forwards
  }).includes(true)
  for (let changed = true; changed;) {
    changed = graph.nodes.map(step).includes(true)
    changed = [...graph.nodes].reverse().map(step).includes(true) || changed
  }
  return layouts
}

/** Pairs of tensors of one node whose axes mean the same, with the permutation between them where there is one. */
function relations(node: NodeProto, facts: TensorFacts): [string, string, readonly number[] | null][] {
  if (!isStandardDomain(node)) return []
  const inputs = inputsOf(node)
  const outputs = (node.output ?? []).filter((name) => name !== '')
  if (node.opType === 'Transpose') {
    const perm = node.attribute?.find(({ name }) => name === 'perm')?.ints
    return perm ? [[inputs[0], outputs[0], perm]] : []
  }
  if (node.opType === 'Reshape' || node.opType === 'Flatten') return [[inputs[0], outputs[0], null]]
  if (KEEPS_AXES.has(node.opType!)) return inputs.flatMap((input) => outputs.map((output): [string, string, null] => [input, output, null]))
  // Element by element: operands that broadcasting did not change.
  return inputs.flatMap((input) => outputs.flatMap((output): [string, string, null][] => {
    const [a, b] = [facts.shapeOf(input), facts.shapeOf(output)]
    return a && b && sameShape(a, b) ? [[input, output, null]] : []
  }))
}

function invert(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis))
}

const permutations: Readonly<Record<string, Layout['order']>> = {
  'NCHW>0,2,3,1': 'NHWC', 'NHWC>0,3,1,2': 'NCHW', 'NCT>0,2,1': 'NTC', 'NTC>0,2,1': 'NCT',
}

function translate(layout: Layout | undefined, from: string, to: string, facts: TensorFacts, perm: readonly number[] | null): Layout | null {
  const [before, after] = [facts.shapeOf(from), facts.shapeOf(to)]
  if (!layout || !before || !after) return null
  if (perm) {
    const order = permutations[`${layout.order}>${perm.join()}`]
    return order ? { order, grid: layout.grid } : null
  }
  if (before.length === after.length) return after.length === 4 ? layoutFor(layout.order, after) : { ...layout }
  return flattened(layout, before, after) ?? unflattened(layout, before, after)
}

/** An image whose grid was made flat: [N, C, H, W] → [N, C, HW], [N, H, W, C] → [N, HW, C]. */
function flattened({ order, grid }: Layout, before: Shape, after: Shape): Layout | null {
  if (before.length !== 4 || after.length !== 3) return null
  if (order === 'NCHW' && sameDim(after[1], before[1]) && after[2] === grid[0] * grid[1]) return { order: 'NCT', grid }
  if (order === 'NHWC' && sameDim(after[2], before[3]) && after[1] === grid[0] * grid[1]) return { order: 'NTC', grid }
  return null
}

function unflattened({ order, grid }: Layout, before: Shape, after: Shape): Layout | null {
  if (before.length !== 3 || after.length !== 4) return null
  const count = grid[0] * grid[1]
  if (order === 'NTC' && before[1] === count && sameDim(after[3], before[2]) && after[1] === grid[0] && after[2] === grid[1]) return { order: 'NHWC', grid }
  if (order === 'NCT' && before[2] === count && sameDim(after[1], before[1]) && after[2] === grid[0] && after[3] === grid[1]) return { order: 'NCHW', grid }
  return null
}

/** The shape has room for the layout: all sizes known, and no more tokens than the grid and some class tokens. */
function fits({ order, grid }: Layout, shape: Shape): boolean {
  if (!shape.slice(1).every(isStatic)) return false
  if (order === 'NCHW' || order === 'NHWC') return shape.length === 4
  const tokens = shape[order === 'NTC' ? 1 : 2] as number
  const extra = tokens - grid[0] * grid[1]
  return shape.length === 3 && extra >= 0 && extra <= MOST_CLASS_TOKENS
}
