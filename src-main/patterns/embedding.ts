import { UMAP } from 'umap-js'
import { uniform } from '../tensor/random.ts'
import { LandmarkSearch } from './landmarks.ts'
import { nearestNeighbours } from './neighbours.ts'
import type { Vectors } from './neighbours.ts'
import { drawn } from './silhouette.ts'

export interface Plane { readonly x: Float32Array; readonly y: Float32Array; readonly words: string }

/** umap-js keeps its graph in text-keyed maps: beyond this its time and memory run away */
const LANDMARKS = 3000
const NEIGHBOURS = 15
/** landmarks that place a row */
const PLACED_BY = 5

/**
 * A plane in which rows that are alike lie together: UMAP (McInnes et al. 2018, umap-js) of at most 3,000 rows drawn with the seed; every other row lies at the mean of its five nearest
 * of those, weighted by the inverse of their distance. Distances in it, between clusters above all, mean little. Fewer than four rows lie on a line.
 */
export function plane(vectors: Vectors, seed: number, onProgress: (share: number) => void): Plane {
  const { count, size, values } = vectors
  const x = new Float32Array(count)
  const y = new Float32Array(count)
  if (count < 4) return { x: x.map((_, i) => i), y, words: 'Too few cases for a plane: they lie in a row.' }
  const landmarks = drawn(count, LANDMARKS, seed)
  const chosen: Vectors = { values: new Float32Array(landmarks.length * size), count: landmarks.length, size }
  landmarks.forEach((row, i) => chosen.values.set(values.subarray(row * size, (row + 1) * size), i * size))
  const placed = umap(chosen, seed, (share) => onProgress(share * (count > landmarks.length ? 0.6 : 1)))
  const isLandmark = new Uint8Array(count)
  landmarks.forEach((row, i) => {
    isLandmark[row] = 1
    x[row] = placed[i][0]
    y[row] = placed[i][1]
  })
  const search = new LandmarkSearch(chosen, PLACED_BY)
  for (let row = 0; row < count; row++) {
    if (isLandmark[row]) continue
    const { distances, which } = search.nearest(values, row * size)
    let [sum, atX, atY] = [0, 0, 0]
    for (let i = 0; i < PLACED_BY; i++) {
      const weight = 1 / (Math.sqrt(distances[i]) + 1e-6)
      sum += weight
      atX += weight * placed[which[i]][0]
      atY += weight * placed[which[i]][1]
    }
    x[row] = atX / sum
    y[row] = atY / sum
    if (row % 1000 === 0) onProgress(0.6 + (0.4 * row) / count)
  }
  return { x, y, words: `UMAP with ${Math.min(NEIGHBOURS, landmarks.length - 1)} neighbours, seed ${seed}${count > landmarks.length ? `, of ${landmarks.length} cases drawn at random; the other ${count - landmarks.length} lie at the weighted mean of their ${PLACED_BY} nearest of those` : ''}. Distances in the plane, between clusters above all, mean little.` }
}

function umap(vectors: Vectors, seed: number, onProgress: (share: number) => void): number[][] {
  const { count, size, values } = vectors
  const k = Math.min(NEIGHBOURS, count - 1)
  const { indices, distances } = nearestNeighbours(vectors, k - 1, seed)
  const fit = new UMAP({ nComponents: 2, nNeighbors: k, random: uniform(seed) })
  // each row is its own first neighbour there
  fit.setPrecomputedKNN(
    Array.from({ length: count }, (_, i) => [i, ...indices.subarray(i * (k - 1), (i + 1) * (k - 1))]),
    Array.from({ length: count }, (_, i) => [0, ...distances.subarray(i * (k - 1), (i + 1) * (k - 1)).map(Math.sqrt)]))
  const epochs = fit.initializeFit(Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size))))
  for (let epoch = 0; epoch < epochs; epoch++) {
    fit.step()
    onProgress((epoch + 1) / epochs)
  }
  return fit.getEmbedding()
}
