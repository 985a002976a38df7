import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { normal } from '../tensor/random.ts'
import { componentsOf } from './graph.ts'
import type { Graph } from './graph.ts'

export interface Spectrum {
  /** smallest eigenvalues of the normalised Laplacian I − D^−½·W·D^−½, ascending */
  readonly eigenvalues: readonly number[]
  /** their vectors, each [count], of length 1 */
  readonly vectors: readonly Float64Array[]
  readonly components: number
  /** greatest ‖L·u − λ·u‖ */
  readonly residual: number
}

const MOST_STEPS = 320
const CHECKED_EVERY = 25
const TOLERANCE = 1e-3

/**
 * The smallest eigenvalues of a graph's normalised Laplacian with their vectors, by the method of Lanczos (1950) with full reorthogonalisation. Every part that hangs together has
 * an eigenvalue of 0 whose vector is known: it is taken out beforehand, so that eigenvalues which occur several times are all found. Only the `wanted` largest parts are.
 */
export function laplacianSpectrum(graph: Graph, wanted: number, seed: number, onProgress: (share: number) => void = () => undefined): Spectrum {
  const { count, degrees } = graph
  const { of, sizes } = componentsOf(graph)
  const roots = degrees.map((degree) => degree > 0 ? 1 / Math.sqrt(degree) : 0)
  const known = sizes.slice(0, wanted).map((_, component) => {
    const vector = Float64Array.from(degrees, (degree, i) => of[i] === component ? Math.sqrt(degree) : 0)
    return scale(vector, 1 / length(vector))
  })
  const more = Math.min(wanted, count) - known.length
  const found = more > 0 ? lanczos((x) => normalisedTimes(graph, roots, x), count, more, known, seed, onProgress) : { values: [], vectors: [], residual: 0 }
  return {
    eigenvalues: [...known.map(() => 0), ...found.values.map((value) => Math.max(0, 1 - value))],
    vectors: [...known, ...found.vectors], components: sizes.length, residual: found.residual,
  }
}

/** D^−½·W·D^−½·x */
function normalisedTimes({ count, starts, targets, weights }: Graph, roots: Float64Array, x: Float64Array): Float64Array {
  const y = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let at = starts[i]; at < starts[i + 1]; at++) sum += weights[at] * roots[targets[at]] * x[targets[at]]
    y[i] = roots[i] * sum
  }
  return y
}

/** Greatest eigenvalues of a symmetric operator on what is orthogonal to `known`. */
function lanczos(times: (x: Float64Array) => Float64Array, count: number, wanted: number, known: readonly Float64Array[], seed: number, onProgress: (share: number) => void): { readonly values: number[]; readonly vectors: Float64Array[]; readonly residual: number } {
  const steps = Math.min(MOST_STEPS, count - known.length)
  const random = normal(seed)
  const basis: Float64Array[] = []
  const alphas: number[] = []
  const betas: number[] = []
  const fresh = (): Float64Array => orthogonal(Float64Array.from({ length: count }, random), [...known, ...basis])
  let next = fresh()
  for (let step = 0; step < steps; step++) {
    const size = length(next)
    basis.push(scale(next, 1 / size))
    const product = times(basis[step])
    alphas.push(dot(product, basis[step]))
    // in exact arithmetic this is all that there is to take away
    add(product, -alphas[step], basis[step])
    if (step > 0) add(product, -betas[step - 1], basis[step - 1])
    next = orthogonal(product, [...known, ...basis])
    let beta = length(next)
    // the space is exhausted: go on in another that is orthogonal to it
    if (beta < 1e-10 && step + 1 < steps) {
      next = fresh()
      beta = 0
    }
    const isLast = step + 1 === steps
    if (isLast || (step + 1 >= wanted && (step + 1) % CHECKED_EVERY === 0)) {
      const { values, rows } = tridiagonal(alphas, betas)
      const residual = isLast && steps === count - known.length ? 0 : Math.max(...values.slice(0, wanted).map((_, i) => Math.abs(beta * rows[i][step])))
      onProgress((step + 1) / steps)
      if (isLast || residual < TOLERANCE) {
        const vectors = values.slice(0, wanted).map((_, i) => {
          const vector = new Float64Array(count)
          basis.forEach((one, j) => add(vector, rows[i][j], one))
          return vector
        })
        return { values: values.slice(0, wanted), vectors, residual }
      }
    }
    betas.push(beta)
  }
  return { values: [], vectors: [], residual: 0 }
}

/** Eigenvalues of a symmetric tridiagonal matrix, greatest first, each with its vector. */
function tridiagonal(alphas: readonly number[], betas: readonly number[]): { readonly values: number[]; readonly rows: number[][] } {
  const size = alphas.length
  const matrix = Matrix.zeros(size, size)
  for (let i = 0; i < size; i++) {
    matrix.set(i, i, alphas[i])
    if (i + 1 < size) {
      matrix.set(i, i + 1, betas[i])
      matrix.set(i + 1, i, betas[i])
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
  return { values: order.map((i) => realEigenvalues[i]), rows: order.map((i) => eigenvectorMatrix.getColumn(i)) }
}

/** where a pass leaves less of a vector than this, what rounding left in it may count */
const CANCELLED = Math.SQRT1_2

/** In place. A second pass only where the first took most of the vector away: 'twice is enough' (Kahan and Parlett), and once where little was lost (Daniel et al. 1976). */
function orthogonal(vector: Float64Array, to: readonly Float64Array[]): Float64Array {
  for (let pass = 0; pass < 2; pass++) {
    const before = length(vector)
    for (let first = 0; first < to.length; first += 4) {
      if (first + 4 <= to.length) takeAway(vector, to[first], to[first + 1], to[first + 2], to[first + 3])
      else for (const other of to.slice(first)) add(vector, -dot(vector, other), other)
    }
    if (length(vector) > CANCELLED * before) break
  }
  return vector
}

/** What four vectors, orthogonal to each other and of length 1, have of a fifth: together, so that it is read twice and not eight times. */
function takeAway(vector: Float64Array, a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array): void {
  let ofA = 0
  let ofB = 0
  let ofC = 0
  let ofD = 0
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i]
    ofA += value * a[i]
    ofB += value * b[i]
    ofC += value * c[i]
    ofD += value * d[i]
  }
  for (let i = 0; i < vector.length; i++) vector[i] -= ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i]
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function length(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

function scale(a: Float64Array, factor: number): Float64Array {
  for (let i = 0; i < a.length; i++) a[i] *= factor
  return a
}

function add(to: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * other[i]
}
