import type { Auroc } from '../contract/patterns.ts'
import { Z_95, twoSidedP } from './normal.ts'

/**
 * The area under the ROC curve and what its variance is made of: for each positive the share of negatives below it (ties count half), for each negative
 * the share of positives above it. Midranks give the same numbers (Sun & Xu 2014); here one pass over the sorted scores does.
 */
export interface Placements {
  readonly area: number
  readonly positives: number
  readonly negatives: number
  /** by place in `order`: V10 of a positive, V01 of a negative (DeLong et al. 1988) */
  readonly placements: Float64Array
}

/** Fewer of a class than this, and the normal interval is not to be trusted. */
const TINY = 10

/** `order`: the cases in ascending order of their scores. null: one of the classes is missing. */
export function placementsOf(scores: ArrayLike<number>, isPositive: ArrayLike<number>, order: ArrayLike<number>): Placements | null {
  let positives = 0
  for (let i = 0; i < order.length; i++) positives += isPositive[order[i]]
  const negatives = order.length - positives
  if (positives === 0 || negatives === 0) return null
  const placements = new Float64Array(order.length)
  let positivesBelow = 0
  let negativesBelow = 0
  let sum = 0
  for (let start = 0; start < order.length;) {
    let end = start
    let p = 0
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++) p += isPositive[order[end]]
    const q = end - start - p
    const ofPositive = (negativesBelow + q / 2) / negatives
    const ofNegative = (positives - positivesBelow - p / 2) / positives
    for (let i = start; i < end; i++) placements[i] = isPositive[order[i]] ? ofPositive : ofNegative
    sum += p * ofPositive
    positivesBelow += p
    negativesBelow += q
    start = end
  }
  return { area: sum / positives, positives, negatives, placements }
}

/**
 * AUROC with its 95 % interval. `clusters`: a small whole number for each case, −1 for one by itself; where two of them are the same, the variance is Obuchowski's
 * (1997) for several images of a patient, else DeLong's (1988). The interval is made on the logit, so that it stays within 0 and 1 (Pepe 2003,
 * p. 107). Fewer than ten of a class, or a perfect separation, whose variance would be 0: Newcombe's score interval (2006, method 5). null: one class is missing.
 */
export function auroc(scores: ArrayLike<number>, isPositive: ArrayLike<number>, order: ArrayLike<number>, clusters: ArrayLike<number> | null = null): Auroc | null {
  const found = placementsOf(scores, isPositive, order)
  if (!found) return null
  const { area, positives, negatives } = found
  const isClustered = clusters !== null && hasRepeats(clusters, order)
  const se = Math.sqrt(isClustered ? clusteredVariance(found, isPositive, order, clusters) : delongVariance(found, isPositive, order))
  const onLogit = logitInterval(area, se)
  if (Math.min(positives, negatives) < TINY || !(se > 0) || !onLogit) return { value: area, se, positives, negatives, ...scoreInterval(area, positives, negatives), interval: 'score' }
  return { value: area, se, positives, negatives, ...onLogit, interval: isClustered ? 'clustered' : 'delong' }
}

/** The 95 % interval that is symmetric on the logit, and so within 0 and 1 (Pepe 2003, p. 107). null: the area is 0 or 1, which has none. */
export function logitInterval(area: number, se: number): { readonly low: number; readonly high: number } | null {
  const half = (Z_95 * se) / (area * (1 - area))
  if (!Number.isFinite(half)) return null
  const logit = Math.log(area / (1 - area))
  const back = (x: number) => 1 / (1 + Math.exp(-x))
  return { low: back(logit - half), high: back(logit + half) }
}

function delongVariance({ area, positives, negatives, placements }: Placements, isPositive: ArrayLike<number>, order: ArrayLike<number>): number {
  let ofPositives = 0
  let ofNegatives = 0
  for (let i = 0; i < order.length; i++) {
    const square = (placements[i] - area) ** 2
    if (isPositive[order[i]]) ofPositives += square
    else ofNegatives += square
  }
  return (positives > 1 ? ofPositives / (positives - 1) / positives : 0) + (negatives > 1 ? ofNegatives / (negatives - 1) / negatives : 0)
}

/** Obuchowski 1997, eq. 5 to 7: sums of placements by patient, and the covariance of a patient's positives and negatives. */
function clusteredVariance({ area, positives, negatives, placements }: Placements, isPositive: ArrayLike<number>, order: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const numbers = clusterNumbers(clusters, order)
  const count = 1 + numbers.reduce((most, number) => Math.max(most, number), -1)
  // by patient: how many of each class, and Σ (placement − area) of each
  const [m, n, ofPositives, ofNegatives] = [0, 1, 2, 3].map(() => new Float64Array(count))
  for (let i = 0; i < order.length; i++) {
    const patient = numbers[i]
    if (isPositive[order[i]]) {
      m[patient]++
      ofPositives[patient] += placements[i] - area
    } else {
      n[patient]++
      ofNegatives[patient] += placements[i] - area
    }
  }
  let [withPositives, withNegatives, s10, s01, s11] = [0, 0, 0, 0, 0]
  for (let patient = 0; patient < count; patient++) {
    if (m[patient] > 0) withPositives++
    if (n[patient] > 0) withNegatives++
    s10 += ofPositives[patient] ** 2
    s01 += ofNegatives[patient] ** 2
    s11 += ofPositives[patient] * ofNegatives[patient]
  }
  const unbiased = (patients: number) => patients > 1 ? patients / (patients - 1) : 1
  return Math.max(0, (unbiased(withPositives) * s10) / positives ** 2 + (unbiased(withNegatives) * s01) / negatives ** 2 + (2 * unbiased(count) * s11) / (positives * negatives))
}

/** A number from 0 for each case in the order; one that belongs to no cluster has its own. */
function clusterNumbers(clusters: ArrayLike<number>, order: ArrayLike<number>): Int32Array {
  let most = 0
  for (let i = 0; i < order.length; i++) most = Math.max(most, clusters[order[i]])
  const known = new Int32Array(most + 1).fill(-1)
  const numbers = new Int32Array(order.length)
  let next = 0
  for (let i = 0; i < order.length; i++) {
    const cluster = clusters[order[i]]
    if (cluster < 0) numbers[i] = next++
    else numbers[i] = known[cluster] < 0 ? known[cluster] = next++ : known[cluster]
  }
  return numbers
}

function hasRepeats(clusters: ArrayLike<number>, order: ArrayLike<number>): boolean {
  const numbers = clusterNumbers(clusters, order)
  return numbers.length > 0 && numbers.reduce((most, number) => Math.max(most, number), 0) < numbers.length - 1
}

/** Where |area − θ| is z standard errors under θ: variance by Hanley & McNeil (1982) with both classes given their mean size (Newcombe 2006, method 5). */
export function scoreInterval(area: number, positives: number, negatives: number): { readonly low: number; readonly high: number } {
  const more = (positives + negatives) / 2 - 1
  const excess = (theta: number) => (area - theta) ** 2 - Z_95 ** 2 * (theta * (1 - theta) * (1 + more * ((1 - theta) / (2 - theta) + theta / (1 + theta)))) / (positives * negatives)
  const root = (outside: number): number => {
    let [from, to] = [outside, area]
    if (from === to) return outside
    for (let i = 0; i < 100; i++) {
      const middle = (from + to) / 2
      if (excess(middle) > 0) from = middle
      else to = middle
    }
    return (from + to) / 2
  }
  return { low: root(0), high: root(1) }
}

/**
 * Difference of the areas of two groups of different cases, its interval from theirs (square-and-add, Zou & Donner 2008), so that a perfect separation
 * keeps its width; p by the normal distribution.
 */
export function independentDifference(a: Auroc, b: Auroc): { readonly value: number; readonly low: number; readonly high: number; readonly p: number } {
  const value = a.value - b.value
  const spread = ({ interval, se, low, high }: Auroc) => interval === 'score' ? (high - low) / (2 * Z_95) : se
  const se = Math.hypot(spread(a), spread(b))
  return { value, low: value - Math.hypot(a.value - a.low, b.high - b.value), high: value + Math.hypot(a.high - a.value, b.value - b.low), p: se > 0 ? twoSidedP(value / se) : 1 }
}

/** Difference of the areas of two scores of the same cases (DeLong et al. 1988; with `clusters` as in `auroc`, Obuchowski 1997). null: one class is missing. */
export function pairedDifference(a: ArrayLike<number>, orderA: ArrayLike<number>, b: ArrayLike<number>, orderB: ArrayLike<number>, isPositive: ArrayLike<number>, clusters: ArrayLike<number> | null = null): { readonly value: number; readonly low: number; readonly high: number; readonly p: number } | null {
  const [one, other] = [placementsOf(a, isPositive, orderA), placementsOf(b, isPositive, orderB)]
  if (!one || !other) return null
  const differences = new Float64Array(isPositive.length)
  for (let i = 0; i < orderA.length; i++) differences[orderA[i]] += one.placements[i]
  for (let i = 0; i < orderB.length; i++) differences[orderB[i]] -= other.placements[i]
  const value = one.area - other.area
  const merged: Placements = { ...one, area: value, placements: Float64Array.from(orderA, (place) => differences[place]) }
  const se = Math.sqrt(clusters !== null && hasRepeats(clusters, orderA) ? clusteredVariance(merged, isPositive, orderA, clusters) : delongVariance(merged, isPositive, orderA))
  return { value, low: value - Z_95 * se, high: value + Z_95 * se, p: se > 0 ? twoSidedP(value / se) : 1 }
}
