import { cholesky, solveCholesky } from './cholesky.ts'

export interface LogisticFit {
  /** the intercept first */
  readonly coefficients: Float64Array
  /** of each coefficient, from the inverse of the information (with the penalty, where there is one) */
  readonly se: Float64Array
  readonly converged: boolean
}

const MOST_STEPS = 60
const TOLERANCE = 1e-10

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares; McCullagh & Nelder 1989, 2.5), steps halved where the likelihood falls.
 *
 * columns: predictors, one array each; the intercept is added. `l2`: penalty l2/2·Σβ² on all but the intercept. `offset`: added to the linear predictor.
 * null: the information has no inverse, as with a constant predictor and no penalty. Not converged: the classes are separated perfectly, so that the
 * likelihood has no maximum.
 */
export function logistic(columns: readonly ArrayLike<number>[], isPositive: ArrayLike<number>, options: { readonly l2?: number; readonly offset?: ArrayLike<number> } = {}): LogisticFit | null {
  const { l2 = 0, offset } = options
  const size = columns.length + 1
  let beta = new Float64Array(size)
  let eta = predictor(columns, beta, isPositive.length, offset)
  let objective = penalised(eta, isPositive, beta, l2)
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, information } = derivatives(columns, eta, isPositive, beta, l2)
    const lower = cholesky(information, size)
    if (!lower) return null
    const delta = solveCholesky(lower, gradient)
    let share = 1
    let next = beta
    for (; share > 1e-6; share /= 2) {
      next = beta.map((value, i) => value + share * delta[i])
      eta = predictor(columns, next, isPositive.length, offset)
      const after = penalised(eta, isPositive, next, l2)
      if (after >= objective - 1e-12 * Math.abs(objective)) {
        objective = after
        break
      }
    }
    beta = next
    if (delta.every((value, i) => Math.abs(value * share) <= TOLERANCE * (1 + Math.abs(beta[i])))) return { coefficients: beta, se: errorsOf(columns, eta, isPositive, beta, l2), converged: true }
  }
  return { coefficients: beta, se: errorsOf(columns, eta, isPositive, beta, l2), converged: false }
}

/** β₀ + Σ βⱼ·xⱼ + offset of each case. */
export function predictor(columns: readonly ArrayLike<number>[], beta: ArrayLike<number>, count: number, offset?: ArrayLike<number>): Float64Array {
  const eta = new Float64Array(count).fill(beta[0])
  columns.forEach((column, j) => {
    const weight = beta[j + 1]
    if (weight !== 0) for (let i = 0; i < count; i++) eta[i] += weight * column[i]
  })
  if (offset) for (let i = 0; i < count; i++) eta[i] += offset[i]
  return eta
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function penalised(eta: Float64Array, isPositive: ArrayLike<number>, beta: Float64Array, l2: number): number {
  let sum = 0
  // log σ(η) or log(1 − σ(η)), without overflow
  for (let i = 0; i < eta.length; i++) {
    const x = isPositive[i] ? -eta[i] : eta[i]
    sum -= x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))
  }
  for (let j = 1; j < beta.length; j++) sum -= (l2 / 2) * beta[j] ** 2
  return sum
}

function derivatives(columns: readonly ArrayLike<number>[], eta: Float64Array, isPositive: ArrayLike<number>, beta: Float64Array, l2: number): { readonly gradient: Float64Array; readonly information: Float64Array } {
  const size = columns.length + 1
  const residual = new Float64Array(eta.length)
  const weight = new Float64Array(eta.length)
  // one exponential a case, of −|η|, so that σ(η)·σ(−η) keeps its digits in both tails
  for (let i = 0; i < eta.length; i++) {
    const small = Math.exp(-Math.abs(eta[i]))
    const less = small / (1 + small)
    residual[i] = isPositive[i] - (eta[i] > 0 ? 1 - less : less)
    weight[i] = less / (1 + small)
  }
  const gradient = new Float64Array(size)
  const information = new Float64Array(size * size)
  // weighted columns once each: the products of all pairs are most of the work
  const ones = new Float64Array(eta.length).fill(1)
  const weighted = new Float64Array(eta.length)
  for (let j = 0; j < size; j++) {
    const column = j === 0 ? ones : columns[j - 1]
    let sum = 0
    for (let i = 0; i < eta.length; i++) {
      sum += residual[i] * column[i]
      weighted[i] = weight[i] * column[i]
    }
    gradient[j] = sum - (j > 0 ? l2 * beta[j] : 0)
    for (let k = 0; k <= j; k++) {
      const other = k === 0 ? ones : columns[k - 1]
      let product = 0
      for (let i = 0; i < eta.length; i++) product += weighted[i] * other[i]
      information[j * size + k] = information[k * size + j] = product + (j === k && j > 0 ? l2 : 0)
    }
  }
  return { gradient, information }
}

function errorsOf(columns: readonly ArrayLike<number>[], eta: Float64Array, isPositive: ArrayLike<number>, beta: Float64Array, l2: number): Float64Array {
  const size = beta.length
  const lower = cholesky(derivatives(columns, eta, isPositive, beta, l2).information, size)
  return Float64Array.from({ length: size }, (_, j) => {
    if (!lower) return Infinity
    return Math.sqrt(solveCholesky(lower, Float64Array.from({ length: size }, (_, k) => Number(k === j)))[j])
  })
}
