import { componentsOf } from '../image/components.ts'
import { grow } from '../image/grow.ts'
import type { Mask } from '../image/raster.ts'
import { ridgesOf } from '../image/ridges.ts'
import { percentiles } from '../tensor/percentiles.ts'
import type { Found } from './anatomy.ts'
import { turnBetween, withoutPartners } from './partners.ts'
import type { Scan } from './scan.ts'

/** half widths of lines and tubes, shares of the longer side: a wire has a millimetre or two, a tube up to a centimetre */
const WIDTHS = [0.0025, 0.005]
/** how far below the line both sides lie, over the image's range: to begin one and to go on with it (Canny's hysteresis) */
const STRONG = 0.045
const WEAK = 0.02
/** the lesser drop over the greater: an edge falls on one side alone */
const SYMMETRY = 0.4
/** least length over the longer side */
const LEAST_LENGTH = 0.12
/** along a line its direction turns slowly: neighbours differ by no more */
const TURN = Math.PI / 6

/** Bright, thin and long, and on one side alone: tubes, catheters, wires. Ribs are wider, their edges fall on one side alone, and there are two of each. */
export function linesOf({ grey, field, body, doubledAxis }: Scan): Found | null {
  const side = Math.max(grey.rows, grey.columns)
  const sigmas = WIDTHS.map((width) => Math.max(0.8, width * side))
  const { strength, direction } = ridgesOf(grey, sigmas)
  const [low, high] = percentiles(grey.data, [1, 99])
  const range = Math.max(1e-6, high - low)
  const margin = Math.round(0.02 * side)
  const strong: number[] = []
  const height = new Float32Array(strength.length)
  for (let row = field.top + margin; row <= field.bottom - margin; row++)
    for (let i = row * grey.columns + field.left + margin; i <= row * grey.columns + field.right - margin; i++) {
      if (body.data[i] === 0 || strength[i] < 0.25 * WEAK * range) continue
      let drop = 0
      for (const sigma of sigmas) drop = Math.max(drop, dropOf(grey.data, grey.columns, i, direction[i], sigma) / range)
      if (drop < WEAK) continue
      height[i] = drop
      if (drop >= STRONG) strong.push(i)
    }
  const all = grown(height, strong, direction, grey.rows, grey.columns)
  const line = withoutPartners({ line: all, direction, height }, doubledAxis)
  const { labels, components } = componentsOf(line)
  const long = components.filter(({ top, left, bottom, right, area }) => {
    const length = Math.hypot(bottom - top + 1, right - left + 1)
    return length >= LEAST_LENGTH * side && area <= 0.04 * side * length
  })
  if (long.length === 0) return null
  const wanted = new Set(long.map(({ label }) => label))
  const mask: Mask = { ...line, data: Uint8Array.from(labels, (label) => Number(wanted.has(label))) }
  return { mask: grow(mask, Math.max(1, Math.round(side / 220))), confidence: long.length <= 6 ? 0.6 : 0.3 }
}

/** How far both sides lie below the line: the lesser drop at three widths to either side; 0 where one falls much less than the other. */
function dropOf(data: Float32Array, columns: number, i: number, direction: number, sigma: number): number {
  const reach = 3 * sigma
  const [down, right] = [Math.round(Math.cos(direction) * reach), Math.round(-Math.sin(direction) * reach)]
  const [one, other] = [data[i] - data[i + down * columns + right], data[i] - data[i - down * columns - right]]
  const [least, most] = [Math.min(one, other), Math.max(one, other)]
  return least >= SYMMETRY * most ? least : 0
}

/** From the strong pixels along weak ones whose direction is nearly the same. */
function grown(height: Float32Array, seeds: readonly number[], direction: Float32Array, rows: number, columns: number): Mask {
  const data = new Uint8Array(height.length)
  const open = [...seeds]
  for (const i of open) data[i] = 1
  while (open.length > 0) {
    const i = open.pop()!
    for (const step of [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1]) {
      const next = i + step
      if (next < 0 || next >= height.length || height[next] === 0 || data[next] !== 0) continue
      if (turnBetween(direction[next], direction[i]) > TURN) continue
      data[next] = 1
      open.push(next)
    }
  }
  return { data, rows, columns }
}
