import { componentsOf, keepComponents, withoutHoles, type Component } from '../image/components.ts'
import { closed, opened } from '../image/morphology.ts'
import { otsuThreshold } from '../image/otsu.ts'
import { areaOf, type Mask } from '../image/raster.ts'
import { percentiles } from '../tensor/percentiles.ts'
import type { Scan } from './scan.ts'

/** What is found, and how surely: 0 … 1. */
export interface Found { readonly mask: Mask; readonly confidence: number }

/** least and greatest share of the body that both lungs have */
const LUNG_SHARE = [0.08, 0.6] as const

/** The lungs' limit is looked for from the one that parts dark and bright best downwards: where it is too high, they run together with what lies beside them. */
const LIMITS = [1, 0.9, 0.8, 0.7, 0.6, 0.5]

/** The two largest dark parts within the body that do not reach the field's border, one on each side of its middle. */
export function lungsOf(scan: Scan): Found | null {
  const { smooth, body } = scan
  const inside = smooth.data.filter((_, i) => body.data[i] !== 0)
  const [low] = percentiles(inside, [0.5])
  const otsu = otsuThreshold(inside)
  if (!Number.isFinite(otsu)) return null
  const bodyArea = areaOf(body)
  let unsure: Found | null = null
  for (const share of LIMITS) {
    const found = lungsBelow(scan, low + share * (otsu - low), bodyArea)
    if (found !== null && found.confidence > 0.5) return found
    unsure ??= found
  }
  return unsure
}

function lungsBelow({ smooth, body, field }: Scan, limit: number, bodyArea: number): Found | null {
  const side = Math.max(body.rows, body.columns)
  const dark: Mask = { ...body, data: body.data.map((value, i) => value & Number(smooth.data[i] <= limit)) }
  const parts = opened(dark, Math.round(side / 100))
  const candidates = componentsOf(parts, 4).components.filter((part) => part.area > 0.03 * bodyArea && !isAtBorder(part, field))
  const middle = (part: Component): number => (part.left + part.right) / 2
  const centre = (field.left + field.right) / 2
  const largest = (some: readonly Component[]): Component | null => some.reduce<Component | null>((best, part) => best === null || part.area > best.area ? part : best, null)
  const chosen = [largest(candidates.filter((part) => middle(part) < centre)), largest(candidates.filter((part) => middle(part) >= centre))]
  const wanted = new Set(chosen.flatMap((part) => part === null ? [] : [part.label]))
  if (wanted.size === 0) return null
  const mask = withoutHoles(closed(keepComponents(parts, ({ label }) => wanted.has(label), 4), Math.round(side / 40)))
  const share = areaOf(mask) / Math.max(1, bodyArea)
  if (share < LUNG_SHARE[0] / 2 || share > LUNG_SHARE[1]) return null
  return { mask, confidence: wanted.size === 2 && share >= LUNG_SHARE[0] ? 0.8 : 0.4 }
}

function isAtBorder({ left, right, top, bottom }: Component, field: Scan['field']): boolean {
  return left <= field.left + 2 || right >= field.right - 2 || top <= field.top || bottom >= field.bottom
}

/** Between the lungs, row by row, where there are two. */
export function mediastinumOf({ body }: Scan, lungs: Found | null): Found | null {
  if (lungs === null) return null
  const { rows, columns } = body
  const [left, right] = sidesOf(lungs.mask)
  if (left === null || right === null) return null
  const data = new Uint8Array(body.data.length)
  for (let row = 0; row < rows; row++) {
    const [from, to] = [left.last[row], right.first[row]]
    if (from >= 0 && to > from + 1) data.fill(1, row * columns + from + 1, row * columns + to)
  }
  const mask = opened({ ...body, data }, Math.round(columns / 150))
  return areaOf(mask) === 0 ? null : { mask, confidence: lungs.confidence }
}

/** Of each of the two lungs the first and last column in every row; −1 where it has none. */
function sidesOf(lungs: Mask): readonly ({ readonly first: Int32Array; readonly last: Int32Array } | null)[] {
  const { labels, components } = componentsOf(lungs, 4)
  const parts = [...components].sort((a, b) => b.area - a.area).slice(0, 2).sort((a, b) => a.left + a.right - b.left - b.right)
  if (parts.length < 2) return [null, null]
  return parts.map(({ label }) => {
    const first = new Int32Array(lungs.rows).fill(-1)
    const last = new Int32Array(lungs.rows).fill(-1)
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== label) continue
      const [row, column] = [Math.floor(i / lungs.columns), i % lungs.columns]
      if (first[row] < 0) first[row] = column
      last[row] = column
    }
    return { first, last }
  })
}

/** The body under the lungs' lowest pixel of each column, and under the mean of their lower ends elsewhere. */
export function belowDiaphragmOf({ body }: Scan, lungs: Found | null): Found | null {
  if (lungs === null) return null
  const { rows, columns } = body
  const lowest = new Int32Array(columns).fill(-1)
  for (let i = 0; i < lungs.mask.data.length; i++) if (lungs.mask.data[i] !== 0) lowest[i % columns] = Math.floor(i / columns)
  const parts = componentsOf(lungs.mask, 4).components
  const end = Math.max(...parts.filter(({ area }) => area > 0.1 * areaOf(lungs.mask)).map(({ bottom }) => bottom))
  const level = (column: number): number => lowest[column] > 0.75 * end ? lowest[column] : end
  const data = body.data.map((value, i) => value & Number(Math.floor(i / columns) > level(i % columns)))
  const mask = opened({ data, rows, columns }, Math.round(columns / 150))
  return areaOf(mask) < 0.01 * areaOf(body) ? null : { mask, confidence: lungs.confidence }
}
