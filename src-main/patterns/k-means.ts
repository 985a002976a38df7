import { uniform } from '../tensor/random.ts'
import type { Vectors } from './neighbours.ts'

export interface Partition {
  /** cluster of each row; the largest cluster is 0 */
  readonly of: Int32Array
  /** Σ squared distance to the own centre */
  readonly inertia: number
}

const MOST_ROUNDS = 60

/**
 * k-means (Lloyd 1982) from k-means++ seeds (Arthur & Vassilvitskii 2007), the best of some starts. Deterministic with a seed. Where there are fewer different
 * rows than clusters, some clusters stay empty and are left out.
 */
export function kMeans(vectors: Vectors, clusters: number, seed: number, starts: number): Partition {
  let best: Partition | null = null
  for (let start = 0; start < starts; start++) {
    const found = run(vectors, clusters, uniform(seed + start))
    if (!best || found.inertia < best.inertia * (1 - 1e-12)) best = found
  }
  return bySize(best!)
}

function run(vectors: Vectors, clusters: number, random: () => number): Partition {
  const { values, count, size } = vectors
  const centres = seeds(vectors, clusters, random)
  const found = centres.length / size
  const of = new Int32Array(count).fill(-1)
  let inertia = Infinity
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let [moved, total] = [0, 0]
    for (let row = 0; row < count; row++) {
      let [nearest, least] = [0, Infinity]
      for (let cluster = 0; cluster < found; cluster++) {
        let sum = 0
        for (let a = row * size, b = cluster * size, end = a + size; a < end && sum < least; a++, b++) {
          const difference = values[a] - centres[b]
          sum += difference * difference
        }
        if (sum < least) [nearest, least] = [cluster, sum]
      }
      if (of[row] !== nearest) moved++
      of[row] = nearest
      total += least
    }
    inertia = total
    if (moved === 0) break
    recentre(vectors, of, centres, found)
  }
  return { of, inertia }
}

/** The first at random, each further one with a chance that grows with the squared distance to those before. */
function seeds({ values, count, size }: Vectors, clusters: number, random: () => number): Float64Array {
  const chosen: number[] = []
  const nearest = new Float64Array(count).fill(Infinity)
  let next = Math.floor(random() * count)
  while (chosen.length < clusters) {
    chosen.push(next)
    let total = 0
    for (let row = 0; row < count; row++) {
      let sum = 0
      for (let d = 0; d < size; d++) sum += (values[row * size + d] - values[next * size + d]) ** 2
      nearest[row] = Math.min(nearest[row], sum)
      total += nearest[row]
    }
    if (total === 0) break
    let left = random() * total
    for (next = 0; next < count - 1; next++) if ((left -= nearest[next]) < 0) break
    while (nearest[next] === 0) next = (next + 1) % count
  }
  return Float64Array.from(chosen.flatMap((row) => [...values.subarray(row * size, (row + 1) * size)]))
}

function recentre({ values, count, size }: Vectors, of: Int32Array, centres: Float64Array, clusters: number): void {
  const sums = new Float64Array(clusters * size)
  const counts = new Uint32Array(clusters)
  for (let row = 0; row < count; row++) {
    counts[of[row]]++
    for (let d = 0; d < size; d++) sums[of[row] * size + d] += values[row * size + d]
  }
  for (let cluster = 0; cluster < clusters; cluster++) if (counts[cluster] > 0) for (let d = 0; d < size; d++) centres[cluster * size + d] = sums[cluster * size + d] / counts[cluster]
}

function bySize({ of, inertia }: Partition): Partition {
  const counts = new Map<number, number>()
  for (const cluster of of) counts.set(cluster, (counts.get(cluster) ?? 0) + 1)
  const place = new Map([...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([cluster], i) => [cluster, i]))
  return { of: of.map((cluster) => place.get(cluster)!), inertia }
}
