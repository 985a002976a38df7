import type { AttentionWeights, RunsMethod } from './types.ts'

/** How the heads of one attention become one: [heads] → a number. */
const FUSIONS: Readonly<Record<string, (a: number, b: number) => number>> = { mean: (a, b) => a + b, max: Math.max, min: Math.min }

/** [tokens, tokens]: heads fused, the least share of the entries set to zero. */
function fused({ data, heads, tokens }: AttentionWeights, fusion: string, discard: number): Float64Array {
  const area = tokens * tokens
  const fuse = FUSIONS[fusion]
  const result = Float64Array.from(data.subarray(0, area))
  for (let head = 1; head < heads; head++) for (let i = 0; i < area; i++) result[i] = fuse(result[i], data[head * area + i])
  if (fusion === 'mean') for (let i = 0; i < area; i++) result[i] /= heads
  const left = Math.floor(discard * area)
  if (left === 0) return result
  const order = Array.from(result.keys()).sort((a, b) => result[a] - result[b] || a - b)
  for (const i of order.slice(0, left)) result[i] = 0
  return result
}

/** Rows of (A + I) / 2, each brought to a sum of 1: half of every token is handed on by the skip connection. */
function withSkip(attention: Float64Array, tokens: number): Float64Array {
  for (let row = 0; row < tokens; row++) {
    attention[row * tokens + row] += 1
    let sum = 0
    for (let i = row * tokens; i < (row + 1) * tokens; i++) sum += attention[i]
    for (let i = row * tokens; i < (row + 1) * tokens; i++) attention[i] /= sum
  }
  return attention
}

/** row · matrix, [tokens]. */
function times(row: Float64Array<ArrayBuffer>, matrix: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(row.length)
  for (let i = 0; i < row.length; i++) for (let j = 0; j < row.length; j++) result[j] += row[i] * matrix[i * row.length + j]
  return result
}

/**
 * Attention rollout: how much of each patch reaches what the class is read from, if every attention mixes tokens linearly. It is
 * read from the first class token; without one, or where that is asked for, from the mean of the patches. It knows no class. Only the wanted row of the product A_L · … · A_1 is worked out.
 */
export const attentionRollout: RunsMethod = {
  id: 'attention-rollout',
  name: 'Attention rollout',
  source: 'Abnar and Zuidema, ACL 2020, eq. 1; fusion of heads and discarding after Gildenblat 2020',
  signed: false,
  resolution: 'tokens',
  cost: 'one run of a vision transformer; the same map for every class',
  parameters: [
    { name: 'heads', label: 'Heads', kind: 'choice', default: 'mean', choices: Object.keys(FUSIONS) },
    { name: 'readout', label: 'Read from', kind: 'choice', default: 'class-token', choices: ['class-token', 'patches'] },
    { name: 'discard', label: 'Least attention left out, share', kind: 'number', default: 0, min: 0, max: 0.99 },
  ],
  needs: 'runs',
  usesLayer: false,
  async map(runs, { heads, discard, readout }) {
    const { weights, grid: [rows, columns], classTokens } = await runs.attention()
    const { tokens } = weights[0]
    const isPatches = readout === 'patches' || classTokens === 0
    let row = Float64Array.from({ length: tokens }, (_, i) => isPatches ? Number(i >= classTokens) / (tokens - classTokens) : Number(i === 0))
    for (const attention of [...weights].reverse()) row = times(row, withSkip(fused(attention, heads as string, discard as number), tokens))
    return { grid: [rows, columns], values: Float32Array.from(row.subarray(classTokens)), signed: false, diagnostics: { attentions: weights.length } }
  },
}
