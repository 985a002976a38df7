import type { Neighbours } from './neighbours.ts'

/** A weighted graph without direction, each row's edges one after the other. */
export interface Graph { readonly count: number; readonly starts: Uint32Array; readonly targets: Uint32Array; readonly weights: Float32Array; /** sum of a row's weights */ readonly degrees: Float64Array }

/** Half the sum of 'is a neighbour of' and its transpose: 1 where both are, ½ where one is (as in SpRAy, Lapuschkin et al. 2019). */
export function neighbourGraph({ k, indices }: Neighbours, count: number): Graph {
  const isNeighbour = (i: number, j: number): boolean => {
    for (let at = i * k; at < (i + 1) * k; at++) if (indices[at] === j) return true
    return false
  }
  const sizes = new Uint32Array(count + 1)
  const edges = (use: (i: number, j: number, weight: number) => void): void => {
    for (let i = 0; i < count; i++) {
      for (let at = i * k; at < (i + 1) * k; at++) {
        const j = indices[at]
        if (j < 0) continue
        const isMutual = isNeighbour(j, i)
        // of a mutual pair each row brings its own half of the matrix
        use(i, j, isMutual ? 1 : 0.5)
        if (!isMutual) use(j, i, 0.5)
      }
    }
  }
  edges((i) => { sizes[i + 1]++ })
  for (let i = 0; i < count; i++) sizes[i + 1] += sizes[i]
  const targets = new Uint32Array(sizes[count])
  const weights = new Float32Array(sizes[count])
  const degrees = new Float64Array(count)
  const next = sizes.slice(0, count)
  edges((i, j, weight) => {
    targets[next[i]] = j
    weights[next[i]++] = weight
    degrees[i] += weight
  })
  return { count, starts: sizes, targets, weights, degrees }
}

/** A number for each row: the same in a part that hangs together. Largest part first. */
export function componentsOf({ count, starts, targets }: Graph): { readonly of: Int32Array; readonly sizes: readonly number[] } {
  const raw = new Int32Array(count).fill(-1)
  const sizes: number[] = []
  for (let start = 0; start < count; start++) {
    if (raw[start] >= 0) continue
    const reached = [start]
    raw[start] = sizes.length
    for (let i = 0; i < reached.length; i++) {
      for (let at = starts[reached[i]]; at < starts[reached[i] + 1]; at++) {
        if (raw[targets[at]] >= 0) continue
        raw[targets[at]] = sizes.length
        reached.push(targets[at])
      }
    }
    sizes.push(reached.length)
  }
  const order = sizes.map((_, i) => i).sort((a, b) => sizes[b] - sizes[a] || a - b)
  const place = new Int32Array(sizes.length)
  order.forEach((component, i) => { place[component] = i })
  return { of: raw.map((component) => place[component]), sizes: order.map((component) => sizes[component]) }
}
