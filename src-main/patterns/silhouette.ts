import { uniform } from '../tensor/random.ts'
import { squaredDistance } from './neighbours.ts'
import type { Vectors } from './neighbours.ts'

const SAMPLE = 1500

/** Mean silhouette (Rousseeuw 1987) by Euclidean distance, among at most 1,500 rows drawn with the seed; a row alone in its cluster counts 0. null: fewer than two clusters. */
export function silhouette(vectors: Vectors, of: Int32Array, seed: number): number | null {
  const rows = drawn(vectors.count, SAMPLE, seed)
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(of[row], (counts.get(of[row]) ?? 0) + 1)
  if (counts.size < 2) return null
  let total = 0
  for (const row of rows) {
    const sums = new Map<number, number>()
    for (const other of rows) if (other !== row) sums.set(of[other], (sums.get(of[other]) ?? 0) + Math.sqrt(squaredDistance(vectors, row, other)))
    const own = counts.get(of[row])!
    if (own === 1) continue
    const within = (sums.get(of[row]) ?? 0) / (own - 1)
    let nearest = Infinity
    for (const [cluster, sum] of sums) if (cluster !== of[row]) nearest = Math.min(nearest, sum / counts.get(cluster)!)
    total += Math.max(within, nearest) > 0 ? (nearest - within) / Math.max(within, nearest) : 0
  }
  return total / rows.length
}

/** So many of 0 … count − 1, ascending; all where there are fewer. */
export function drawn(count: number, size: number, seed: number): number[] {
  if (count <= size) return Array.from({ length: count }, (_, i) => i)
  const random = uniform(seed)
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = 0; i < size; i++) {
    const other = i + Math.floor(random() * (count - i))
    const swapped = order[i]
    order[i] = order[other]
    order[other] = swapped
  }
  return [...order.subarray(0, size)].sort((a, b) => a - b)
}
