import { sigmoid } from '../statistics/logistic.ts'

/** A tree of three levels in an array: node i has the children 2i + 1 and 2i + 2. */
interface Tree { readonly column: Int16Array; /** rows of this bin and below go left */ readonly bin: Uint8Array; readonly value: Float64Array }

export interface BoostedTrees { readonly start: number; readonly trees: readonly Tree[] }

export const TREE_SETTINGS = { trees: 100, depth: 3, rate: 0.1, leastInLeaf: 20, l2: 1, bins: 32 } as const
const NODES = 2 ** (TREE_SETTINGS.depth + 1) - 1
const INNER = 2 ** TREE_SETTINGS.depth - 1

/** Columns as places among at most 32 bins with about the same number of rows each; equal values share a bin. */
export function binned(columns: readonly ArrayLike<number>[]): Uint8Array[] {
  return columns.map((column) => {
    const distinct = [...new Set(Float64Array.from(column))].sort((a, b) => a - b)
    const sorted = Float64Array.from(column).sort()
    const edges = distinct.length <= TREE_SETTINGS.bins
      ? distinct.slice(0, -1)
      : [...new Set(Array.from({ length: TREE_SETTINGS.bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / TREE_SETTINGS.bins)]))]
    return Uint8Array.from(column, (value) => {
      let bin = 0
      while (bin < edges.length && value > edges[bin]) bin++
      return bin
    })
  })
}

/**
 * Gradient-boosted trees for two classes (Friedman 2001) with Newton steps and L2 on the leaves (Chen & Guestrin 2016, eq. 5 to 7), splits found on histograms. Nothing in
 * it is random. columns: from `binned`; rows: which to learn from.
 */
export function boostTrees(columns: readonly Uint8Array[], isPositive: ArrayLike<number>, rows: ArrayLike<number>): BoostedTrees {
  const { trees: count, rate, l2 } = TREE_SETTINGS
  let positives = 0
  for (let i = 0; i < rows.length; i++) positives += isPositive[rows[i]]
  const share = (positives + 0.5) / (rows.length + 1)
  const start = Math.log(share / (1 - share))
  const score = new Float64Array(rows.length).fill(start)
  const gradient = new Float64Array(rows.length)
  const curvature = new Float64Array(rows.length)
  const node = new Uint8Array(rows.length)
  const trees: Tree[] = []
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < rows.length; i++) {
      const p = sigmoid(score[i])
      gradient[i] = isPositive[rows[i]] - p
      curvature[i] = p * (1 - p)
    }
    const tree: Tree = { column: new Int16Array(INNER).fill(-1), bin: new Uint8Array(INNER), value: new Float64Array(NODES) }
    node.fill(0)
    for (let level = 0; level < TREE_SETTINGS.depth; level++) {
      const first = 2 ** level - 1
      const splits = bestSplits(columns, rows, node, first, 2 ** level, gradient, curvature)
      splits.forEach((split, i) => {
        if (!split) return
        tree.column[first + i] = split.column
        tree.bin[first + i] = split.bin
      })
      for (let i = 0; i < rows.length; i++) {
        const at = node[i]
        if (at < first || tree.column[at] < 0) continue
        node[i] = 2 * at + (columns[tree.column[at]][rows[i]] <= tree.bin[at] ? 1 : 2)
      }
    }
    const sums = new Float64Array(NODES)
    const curvatures = new Float64Array(NODES)
    for (let i = 0; i < rows.length; i++) {
      sums[node[i]] += gradient[i]
      curvatures[node[i]] += curvature[i]
    }
    for (let at = 0; at < NODES; at++) tree.value[at] = (rate * sums[at]) / (curvatures[at] + l2)
    for (let i = 0; i < rows.length; i++) score[i] += tree.value[node[i]]
    trees.push(tree)
  }
  return { start, trees }
}

/** Log-odds of some rows. */
export function treesScore({ start, trees }: BoostedTrees, columns: readonly Uint8Array[], rows: ArrayLike<number>): Float64Array {
  return Float64Array.from(rows, (row) => {
    let sum = start
    for (const { column, bin, value } of trees) {
      let at = 0
      while (at < INNER && column[at] >= 0) at = 2 * at + (columns[column[at]][row] <= bin[at] ? 1 : 2)
      sum += value[at]
    }
    return sum
  })
}

interface Split { readonly column: number; readonly bin: number; readonly gain: number }

/** The split of each node of a level with the greatest gain; null: none gains. */
function bestSplits(columns: readonly Uint8Array[], rows: ArrayLike<number>, node: Uint8Array, first: number, width: number, gradient: Float64Array, curvature: Float64Array): (Split | null)[] {
  const { bins, l2, leastInLeaf } = TREE_SETTINGS
  const best: (Split | null)[] = Array.from({ length: width }, () => null)
  const [g, h, n] = [0, 1, 2].map(() => new Float64Array(width * bins))
  columns.forEach((column, place) => {
    g.fill(0)
    h.fill(0)
    n.fill(0)
    for (let i = 0; i < rows.length; i++) {
      if (node[i] < first) continue
      const at = (node[i] - first) * bins + column[rows[i]]
      g[at] += gradient[i]
      h[at] += curvature[i]
      n[at]++
    }
    for (let which = 0; which < width; which++) {
      const part = (of: Float64Array) => of.subarray(which * bins, (which + 1) * bins)
      const [gs, hs, ns] = [part(g), part(h), part(n)]
      const total = (of: Float64Array) => of.reduce((sum, value) => sum + value, 0)
      const [allG, allH, allN] = [total(gs), total(hs), total(ns)]
      let [leftG, leftH, leftN] = [0, 0, 0]
      for (let bin = 0; bin < bins - 1; bin++) {
        leftG += gs[bin]
        leftH += hs[bin]
        leftN += ns[bin]
        if (ns[bin] === 0 || leftN < leastInLeaf || allN - leftN < leastInLeaf) continue
        const gain = leftG ** 2 / (leftH + l2) + (allG - leftG) ** 2 / (allH - leftH + l2) - allG ** 2 / (allH + l2)
        if (gain > 1e-9 && gain > (best[which]?.gain ?? 0)) best[which] = { column: place, bin, gain }
      }
    }
  })
  return best
}
