import type { Group } from './types.ts'

/** How each case lies in its image: fractions of the image. */
export interface Positions {
  readonly views: readonly string[]
  /** columns over rows; NaN: not known */
  readonly aspects: Float32Array
  /** [cases, 4]: centre across and down, width and height of the box around the body; NaN: not found. null: not looked for */
  readonly bodies: Float32Array | null
}

const BODY_WORDS = ['lies further left or right', 'lies higher or lower', 'is wider or narrower', 'is taller or shorter'] as const
/** share of cases whose view would have to be another one */
const VIEWS_DIFFER = 0.15
/** of the image's side, and in standard deviations: both are needed, a shift that nobody sees proves nothing either way */
const SHIFT = 0.03
const STANDARDISED = 0.3
const ASPECT = 0.05

/** Why a difference of the two groups' maps may be one of how their images were taken. `isAligned`: the body's box is the frame already. */
export function positioningWarnings(positions: Positions, a: Group, b: Group, isAligned: boolean): string[] {
  const warnings: string[] = []
  const views = viewDistance(positions.views, a, b)
  if (views) warnings.push(views)
  const aspects = differs(positions.aspects, 1, 0, a, b)
  if (!isAligned && aspects && Math.abs(aspects.shift) > ASPECT && aspects.standardised > STANDARDISED) warnings.push(`The images have other proportions: width over height is ${aspects.a.toFixed(2)} in ${a.group.name} and ${aspects.b.toFixed(2)} in ${b.group.name}.`)
  if (positions.bodies && !isAligned) {
    BODY_WORDS.forEach((words, part) => {
      const found = differs(positions.bodies!, 4, part, a, b)
      if (found && Math.abs(found.shift) > SHIFT && found.standardised > STANDARDISED) warnings.push(`The body ${words}: by ${(Math.abs(found.shift) * 100).toFixed(0)} % of the image between ${a.group.name} and ${b.group.name}.`)
    })
  }
  return warnings
}

function viewDistance(views: readonly string[], a: Group, b: Group): string | null {
  const shares = [a, b].map(({ rows }) => {
    const counts = new Map<string, number>()
    for (const row of rows) counts.set(views[row], (counts.get(views[row]) ?? 0) + 1 / rows.length)
    return counts
  })
  const all = new Set([...shares[0].keys(), ...shares[1].keys()])
  let distance = 0
  let greatest = { view: '', by: 0 }
  for (const view of all) {
    const by = Math.abs((shares[0].get(view) ?? 0) - (shares[1].get(view) ?? 0))
    distance += by / 2
    if (by > greatest.by) greatest = { view, by }
  }
  if (distance <= VIEWS_DIFFER) return null
  const percent = (share: Map<string, number>) => `${Math.round((share.get(greatest.view) ?? 0) * 100)} %`
  return `The groups were taken in other views: ${greatest.view === '' ? 'no view is given' : greatest.view} in ${percent(shares[0])} of ${a.group.name} and ${percent(shares[1])} of ${b.group.name}.`
}

function differs(values: Float32Array, stride: number, part: number, a: Group, b: Group): { readonly a: number; readonly b: number; readonly shift: number; readonly standardised: number } | null {
  const [one, other] = [a, b].map(({ rows }) => {
    let [n, sum, squares] = [0, 0, 0]
    for (const row of rows) {
      const value = values[row * stride + part]
      if (!Number.isFinite(value)) continue
      n++
      sum += value
      squares += value * value
    }
    return { n, mean: sum / n, variance: squares / n - (sum / n) ** 2 }
  })
  if (one.n < 2 || other.n < 2) return null
  const shift = one.mean - other.mean
  const sd = Math.sqrt(Math.max(0, (one.variance + other.variance) / 2))
  return { a: one.mean, b: other.mean, shift, standardised: sd > 0 ? Math.abs(shift) / sd : shift === 0 ? 0 : Infinity }
}
