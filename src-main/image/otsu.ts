/**
 * The threshold that separates two classes of values best (Otsu 1979): the between-class variance of a histogram of `bins` equal bins over the values' range is
 * largest where values above the threshold are one class. Values that are not finite are left out. NaN where all values are the same or there are none.
 */
export function otsuThreshold(values: ArrayLike<number>, bins = 256): number {
  let low = Infinity
  let high = -Infinity
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  if (!(high > low)) return NaN
  const counts = new Float64Array(bins)
  const scale = bins / (high - low)
  let total = 0
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) continue
    counts[Math.min(bins - 1, Math.floor((values[at] - low) * scale))]++
    total++
  }
  return low + (bestSplit(counts, total) + 1) / scale
}

/** The last bin of the lower class; the middle of a plateau, as between two modes that nothing lies between. */
function bestSplit(counts: Float64Array, total: number): number {
  const sumAll = counts.reduce((sum, count, bin) => sum + count * bin, 0)
  let below = 0
  let sumBelow = 0
  let best = -1
  let first = 0
  let last = 0
  for (let bin = 0; bin < counts.length - 1; bin++) {
    below += counts[bin]
    sumBelow += counts[bin] * bin
    if (below === 0 || below === total) continue
    const difference = sumBelow / below - (sumAll - sumBelow) / (total - below)
    const variance = below * (total - below) * difference * difference
    if (variance > best) {
      best = variance
      first = bin
    }
    if (variance === best) last = bin
  }
  return Math.floor((first + last) / 2)
}
