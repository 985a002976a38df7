/** The middle of the sorted values, the mean of the two middle ones of an even number; NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = new Float64Array(values).sort()
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** A normal distribution's standard deviation over its median absolute deviation. */
export const MAD_TO_SD = 1.4826

/** Median absolute deviation, times what makes it a normal distribution's standard deviation (Hampel 1974). */
export function robustSpread(values: ArrayLike<number>): number {
  const middle = median(values)
  return MAD_TO_SD * median(Array.from(values, (value) => Math.abs(value - middle)))
}
