/** z of a two-sided 95 % interval */
export const Z_95 = 1.959963984540054

/** Distribution function of the standard normal, to a relative error of 1e-13 in its tails: a series near zero, a continued fraction beyond. */
export function normalCdf(x: number): number {
  const a = Math.abs(x)
  const upper = a > 37 ? 0 : a < 2.5 ? 0.5 - seriesFromZero(a) : continuedFraction(a)
  return x > 0 ? 1 - upper : upper
}

/** Two-sided p of a standard normal statistic. */
export function twoSidedP(z: number): number {
  return Math.min(1, 2 * normalCdf(-Math.abs(z)))
}

/** Φ(x) − ½ by its Taylor series (Marsaglia 2004, eq. 2): every term is positive, so nothing cancels. */
function seriesFromZero(x: number): number {
  let term = x
  let sum = x
  for (let i = 3; term > sum * 1e-17; i += 2) sum += term *= (x * x) / i
  return sum * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
}

/** 1 − Φ(x) for great x by Laplace's continued fraction. */
function continuedFraction(x: number): number {
  let value = x
  for (let i = 300; i > 0; i--) value = x + i / value
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) / value
}
