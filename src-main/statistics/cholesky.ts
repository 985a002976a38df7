/**
 * Lower factor of a symmetric positive definite matrix [size, size], row-major; null where it is not positive definite.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array | null {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]
      for (let k = 0; k < j; k++) sum -= lower[i * size + k] * lower[j * size + k]
      if (i !== j) lower[i * size + j] = sum / lower[j * size + j]
      else if (sum > matrix[i * size + i] * 1e-13) lower[i * size + i] = Math.sqrt(sum)
      else return null
    }
  }
  return lower
}

/** Solution of L·Lᵀ·x = b. */
export function solveCholesky(lower: Float64Array, b: ArrayLike<number>): Float64Array {
  const size = b.length
  const x = Float64Array.from(b)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= lower[i * size + k] * x[k]
    x[i] /= lower[i * size + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= lower[k * size + i] * x[k]
    x[i] /= lower[i * size + i]
  }
  return x
}
