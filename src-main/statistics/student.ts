import { normalCdf } from './normal.ts'

/** Above so many degrees of freedom Student's distribution is the normal one to ten digits' worth of use here. */
const NEARLY_NORMAL = 1e7

/** Two-sided p of a t statistic: the regularised incomplete beta function I_x(df/2, ½) at x = df / (df + t²). */
export function studentP(t: number, df: number): number {
  if (df > NEARLY_NORMAL) return Math.min(1, 2 * normalCdf(-Math.abs(t)))
  return incompleteBeta(df / (df + t * t), df / 2, 0.5)
}

/** |t| whose two-sided p is `level`, by bisection. */
export function studentCritical(level: number, df: number): number {
  let low = 0
  let high = 1
  while (studentP(high, df) > level) high *= 2
  for (let i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2
    if (studentP(middle, df) > level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** I_x(a, b) by its continued fraction, evaluated by Lentz's method (Abramowitz & Stegun 26.5.8). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // the fraction converges fast on this side; on the other by symmetry
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  const tiny = 1e-300
  const safe = (value: number) => Math.abs(value) < tiny ? tiny : value
  let c = 1
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / safe(1 + even * d)
    c = safe(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / safe(1 + odd * d)
    c = safe(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return front * fraction
}

const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7]

/** ln Γ(x) for x > 0 (Lanczos 1964, g = 7, nine terms); Stirling's series where the sum would lose digits. */
function logGamma(x: number): number {
  if (x > 1e4) return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3)
  const base = x + 6.5
  let sum = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}
