/** p values of several questions asked at once, adjusted so that the chance of one false answer stays below the level (Holm 1979). null stays null and counts for nothing. */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const asked = ps.flatMap((p, i) => p === null ? [] : [{ p, i }]).sort((a, b) => a.p - b.p)
  const adjusted: (number | null)[] = ps.map(() => null)
  let before = 0
  asked.forEach(({ p, i }, rank) => {
    before = Math.max(before, Math.min(1, p * (asked.length - rank)))
    adjusted[i] = before
  })
  return adjusted
}
