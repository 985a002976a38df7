import { studentCritical } from './student.ts'

/**
 * Mean of a less mean of b with its two-sided interval, variances not taken for equal (Welch 1947; degrees of freedom by Satterthwaite 1946).
 * null: fewer than two of either.
 */
export function welchInterval(a: Float64Array, b: Float64Array, level = 0.05): { readonly value: number; readonly low: number; readonly high: number } | null {
  if (a.length < 2 || b.length < 2) return null
  const [ofA, ofB] = [momentsOf(a), momentsOf(b)]
  const value = ofA.mean - ofB.mean
  const variance = ofA.ofMean + ofB.ofMean
  if (variance === 0) return { value, low: value, high: value }
  const half = studentCritical(level, variance ** 2 / (ofA.ofMean ** 2 / (a.length - 1) + ofB.ofMean ** 2 / (b.length - 1))) * Math.sqrt(variance)
  return { value, low: value - half, high: value + half }
}

/** The mean, and its variance. */
function momentsOf(values: Float64Array): { readonly mean: number; readonly ofMean: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, ofMean: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length }
}
