import { uniform } from '../tensor/random.ts'

/** Rows of vectors, [count, size]. */
export interface Vectors { readonly values: Float32Array; readonly count: number; readonly size: number }

/** The nearest others of each row, nearest first: [count, k]. */
export interface Neighbours { readonly k: number; readonly indices: Int32Array; /** squared Euclidean */ readonly distances: Float32Array; /** share of true neighbours found, measured on a sample */ readonly recall: number }

/** up to so many rows every pair is looked at */
const EXACT = 3000
const TREES = 8
const LEAF = 50
/** rounds in which neighbours' neighbours are tried */
const ROUNDS = 2
/** lists are kept this much longer than asked for meanwhile: a neighbour's neighbour is found through more of them */
const WIDER = 2
const RECALL_SAMPLE = 200

/** Two sums, so that an addition need not wait for the one before it. */
export function squaredDistance({ values, size }: Vectors, i: number, j: number): number {
  let even = 0
  let odd = 0
  let a = i * size
  let b = j * size
  const end = a + size
  for (const last = end - 1; a < last; a += 2, b += 2) {
    const first = values[a] - values[b]
    const second = values[a + 1] - values[b + 1]
    even += first * first
    odd += second * second
  }
  if (a < end) even += (values[a] - values[b]) ** 2
  return even + odd
}

/**
 * k nearest neighbours. Up to 3,000 rows all pairs; beyond, a forest of random projection trees (Dasgupta & Freund 2008), then the neighbours of neighbours (Dong et al. 2011),
 * with the recall that this reached measured on 200 rows. Ties go to the lower row.
 */
export function nearestNeighbours(vectors: Vectors, k: number, seed: number, onProgress: (share: number) => void = () => undefined): Neighbours {
  const { count } = vectors
  const isExact = count <= EXACT
  const wanted = Math.min(k, count - 1)
  const lists = new NearestLists(vectors, isExact ? wanted : Math.min(wanted * WIDER, count - 1))
  if (isExact) {
    for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) lists.offer(i, j)
    return { ...lists.first(wanted), recall: 1 }
  }
  const random = uniform(seed)
  for (let tree = 0; tree < TREES; tree++) {
    const order = Uint32Array.from({ length: count }, (_, i) => i)
    splitTree(vectors, order, random, (leaf) => {
      for (let a = 1; a < leaf.length; a++) for (let b = 0; b < a; b++) lists.offer(leaf[a], leaf[b])
    })
    onProgress((tree + 1) / (TREES + ROUNDS))
  }
  for (let round = 0; round < ROUNDS; round++) {
    lists.tryNeighbours()
    onProgress((TREES + round + 1) / (TREES + ROUNDS))
  }
  const found = lists.first(wanted)
  return { ...found, recall: recallOf(vectors, found, random) }
}

/** Each row's k nearest so far. */
class NearestLists {
  readonly #vectors: Vectors
  readonly #k: number
  readonly #indices: Int32Array
  readonly #distances: Float32Array
  /** the farthest of each list by itself: nearly every offer fails here, without reaching for the lists */
  readonly #farthest: Float32Array
  /** 1 where a row came into a list since the last round */
  readonly #isNew: Uint8Array

  constructor(vectors: Vectors, k: number) {
    this.#vectors = vectors
    this.#k = k
    this.#indices = new Int32Array(vectors.count * k).fill(-1)
    this.#distances = new Float32Array(vectors.count * k).fill(Infinity)
    this.#farthest = new Float32Array(vectors.count).fill(Infinity)
    this.#isNew = new Uint8Array(vectors.count * k)
  }

  offer(i: number, j: number): void {
    const distance = Math.fround(squaredDistance(this.#vectors, i, j))
    if (distance <= this.#farthest[i]) this.#insert(i, j, distance)
    if (distance <= this.#farthest[j]) this.#insert(j, i, distance)
  }

  /** Lists are kept ascending; k is small, so moving is cheaper than a heap. */
  #insert(row: number, other: number, distance: number): void {
    const start = row * this.#k
    const end = start + this.#k - 1
    const indices = this.#indices
    const distances = this.#distances
    const isNew = this.#isNew
    if (distance === distances[end] && indices[end] >= 0 && other >= indices[end]) return
    let at = end
    while (at > start && (distances[at - 1] > distance || (distances[at - 1] === distance && (indices[at - 1] > other || indices[at - 1] < 0)))) at--
    // one of the same distance may be the same row
    for (let same = at - 1; same >= start && distances[same] === distance; same--) if (indices[same] === other) return
    if (indices[at] === other) return
    for (let move = end; move > at; move--) {
      indices[move] = indices[move - 1]
      distances[move] = distances[move - 1]
      isNew[move] = isNew[move - 1]
    }
    indices[at] = other
    distances[at] = distance
    isNew[at] = 1
    this.#farthest[row] = distances[end]
  }

  /** Offers each row its neighbours' neighbours, but for those that the round before has tried: over two that were there already. */
  tryNeighbours(): void {
    const before = this.#indices.slice()
    const wasNew = this.#isNew.slice()
    this.#isNew.fill(0)
    const k = this.#k
    const tried = new Int32Array(this.#vectors.count).fill(-1)
    for (let i = 0; i < this.#vectors.count; i++) {
      tried[i] = i
      for (let a = 0; a < k && before[i * k + a] >= 0; a++) tried[before[i * k + a]] = i
      for (let a = 0; a < k; a++) {
        const near = before[i * k + a]
        if (near < 0) break
        const isNearNew = wasNew[i * k + a] === 1
        for (let b = 0; b < k; b++) {
          const next = before[near * k + b]
          if (next < 0) break
          if (tried[next] === i || (!isNearNew && wasNew[near * k + b] === 0)) continue
          tried[next] = i
          this.offer(i, next)
        }
      }
    }
  }

  /** The nearest `k` of each row. */
  first(k: number): { readonly k: number; readonly indices: Int32Array; readonly distances: Float32Array } {
    if (k === this.#k) return { k, indices: this.#indices, distances: this.#distances }
    const { count } = this.#vectors
    const indices = new Int32Array(count * k)
    const distances = new Float32Array(count * k)
    for (let i = 0; i < count; i++) {
      indices.set(this.#indices.subarray(i * this.#k, i * this.#k + k), i * k)
      distances.set(this.#distances.subarray(i * this.#k, i * this.#k + k), i * k)
    }
    return { k, indices, distances }
  }
}

/** Divides rows by hyperplanes half way between two of them until few are left together. */
function splitTree(vectors: Vectors, order: Uint32Array, random: () => number, onLeaf: (leaf: Uint32Array) => void): void {
  const { values, size } = vectors
  const waiting: [number, number][] = [[0, order.length]]
  const normal = new Float64Array(size)
  while (waiting.length > 0) {
    const [from, to] = waiting.pop()!
    if (to - from <= LEAF) {
      onLeaf(order.subarray(from, to))
      continue
    }
    const a = order[from + Math.floor(random() * (to - from))] * size
    const b = order[from + Math.floor(random() * (to - from))] * size
    let offset = 0
    for (let d = 0; d < size; d++) {
      normal[d] = values[a + d] - values[b + d]
      offset += (normal[d] * (values[a + d] + values[b + d])) / 2
    }
    let [left, right] = [from, to - 1]
    while (left <= right) {
      const row = order[left] * size
      let side = -offset
      for (let d = 0; d < size; d++) side += normal[d] * values[row + d]
      // rows on the plane, as equal ones are, go either way
      if (side > 0 || (side === 0 && random() < 0.5)) left++
      else {
        const other = order[right]
        order[right--] = order[left]
        order[left] = other
      }
    }
    if (left === from || left === to) left = (from + to) >> 1
    waiting.push([from, left], [left, to])
  }
}

function recallOf(vectors: Vectors, { k, indices, distances }: { readonly k: number; readonly indices: Int32Array; readonly distances: Float32Array }, random: () => number): number {
  let found = 0
  const nearest = new Float32Array(k)
  for (let sample = 0; sample < RECALL_SAMPLE; sample++) {
    const row = Math.floor(random() * vectors.count)
    nearest.fill(Infinity)
    for (let other = 0; other < vectors.count; other++) {
      const distance = squaredDistance(vectors, row, other)
      if (other === row || distance >= nearest[k - 1]) continue
      let at = k - 1
      for (; at > 0 && nearest[at - 1] > distance; at--) nearest[at] = nearest[at - 1]
      nearest[at] = distance
    }
    for (let a = 0; a < k; a++) if (indices[row * k + a] >= 0 && distances[row * k + a] <= nearest[k - 1]) found++
  }
  return found / (RECALL_SAMPLE * k)
}
