/**
 * Percentiles by linear interpolation between order statistics, as numpy.percentile's default.
 * `percents` in 0 … 100. NaN for an empty array.
 */
export function percentiles(values: ArrayLike<number>, percents: readonly number[]): number[] {
  const sorted = new Float64Array(values).sort()
  return percents.map((percent) => {
    if (sorted.length === 0) return NaN
    const at = (percent / 100) * (sorted.length - 1)
    const low = Math.floor(at)
    const high = Math.min(low + 1, sorted.length - 1)
    return sorted[low] + (at - low) * (sorted[high] - sorted[low])
  })
}
