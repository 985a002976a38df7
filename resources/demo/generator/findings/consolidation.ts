import type { Random } from '../random.ts'
import { smoothStep } from '../image/grid.ts'
import { chord, strokeAll, type Path } from '../image/stroke.ts'
import { texture } from '../image/texture.ts'
import type { Body } from '../anatomy/body.ts'

export const ZONES = {
  'right upper zone': { x: -6.4, y: -8, spread: 1.8, fissure: -0.6 },
  'right middle zone': { x: -6.2, y: 1.6, spread: 1.9, fissure: null },
  'right lower zone': { x: -7.6, y: 5.4, spread: 2, fissure: null },
  'left upper zone': { x: 6.6, y: -7.6, spread: 1.9, fissure: null },
  'left middle zone': { x: 8.2, y: -0.6, spread: 1.8, fissure: null },
  'left lower zone': { x: 9.2, y: 5.6, spread: 1.8, fissure: null },
} as const
export type Zone = keyof typeof ZONES

export interface Consolidation {
  readonly zone: Zone
  /** lobar: wide, and in the right upper lobe cut off at the minor fissure */
  readonly lobar: boolean
  /** airless lung along the ray where it is densest */
  readonly thicknessCm: number
}

/** Most are segmental and subtle; about a quarter fill a lobe. */
export function drawConsolidation(random: Random): Consolidation {
  const lobar = random.chance(0.25)
  const typical = lobar ? 6 : 4.8
  return {
    zone: random.pick(Object.keys(ZONES) as Zone[]),
    lobar,
    thicknessCm: Math.min(9, Math.max(1.8, typical * Math.exp(random.normal(0, 0.4)))),
  }
}

/**
 * Fluid in the air spaces: overlapping ill-defined puffs, mottled, with air-filled bronchi left dark within
 * (Fleischner Society glossary, 2008: consolidation, air bronchogram). It replaces air and keeps to the lung.
 */
export function addConsolidation({ grid, lung }: Body, finding: Consolidation, random: Random): void {
  const zone = ZONES[finding.zone]
  const spread = zone.spread * (finding.lobar ? 1.45 : random.uniform(0.7, 1.05))
  const x0 = zone.x + random.normal(0, 0.9)
  const y0 = zone.y + random.normal(0, 0.9)
  const density = puffs(grid, x0, y0, spread, finding.lobar ? 42 : 22, random)
  const mottle = texture(grid, random, 0.65)
  const coarse = texture(grid, random, 1.9)
  const bronchi = new Float32Array(lung.length)
  strokeAll(grid, bronchi, airBronchograms(x0, y0, spread, random), chord)
  const cut = finding.lobar ? zone.fissure : null
  for (let i = 0; i < lung.length; i++) {
    if (density[i] < 0.004 || lung[i] <= 0) continue
    const level = density[i] * Math.max(0.45, 1 + 0.26 * mottle[i] + 0.25 * coarse[i])
    const edge = cut === null ? 1 : smoothStep(cut + 0.25, cut - 0.15, grid.y[i] + 0.06 * (grid.x[i] - x0))
    const fluid = finding.thicknessCm * (1 - Math.exp(-1.2 * level)) * edge
    const left = Math.min(0.8 * fluid, 0.55 * bronchi[i] * Math.min(1, fluid))
    lung[i] -= Math.min(0.88 * lung[i], Math.max(0, fluid - left))
  }
}

/** Sum of Gaussian puffs scattered round a centre, about 1 in the middle. */
function puffs(grid: Body['grid'], x0: number, y0: number, spread: number, count: number, random: Random): Float32Array {
  const sum = new Float32Array(grid.x.length)
  for (let k = 0; k < count; k++) {
    const x = x0 + random.normal(0, 0.62 * spread)
    const y = y0 + random.normal(0, 0.62 * spread)
    const sigma = random.uniform(0.35, 1.05)
    const height = (random.uniform(0.35, 1) * 9) / count
    const reach = 3 * sigma
    const margin = reach * grid.pixelsPerCm + 1
    const column = grid.toColumn(x, y)
    const row = grid.toRow(x, y)
    for (let r = Math.max(0, Math.floor(row - margin)); r <= Math.min(grid.rows - 1, row + margin); r++) {
      for (let c = Math.max(0, Math.floor(column - margin)); c <= Math.min(grid.columns - 1, column + margin); c++) {
        const i = r * grid.columns + c
        const squared = (grid.x[i] - x) ** 2 + (grid.y[i] - y) ** 2
        if (squared < reach * reach) sum[i] += height * Math.exp(-squared / (2 * sigma * sigma))
      }
    }
  }
  return sum
}

/** A few bronchi that run from the hilum's direction through the airless lung and fork once. */
function airBronchograms(x0: number, y0: number, spread: number, random: Random): Path[] {
  const side = Math.sign(x0)
  const outward = Math.atan2(y0 + 1.5, x0 - side * 3)
  return Array.from({ length: random.integer(2, 4) }, () => {
    const heading = outward + random.normal(0, 0.45)
    const start = { x: x0 - Math.cos(heading) * spread + random.normal(0, 0.5), y: y0 - Math.sin(heading) * spread + random.normal(0, 0.5), radius: 0.2 }
    const fork = { x: start.x + Math.cos(heading) * spread * 1.1, y: start.y + Math.sin(heading) * spread * 1.1, radius: 0.15 }
    const tip = (turn: number) => ({ x: fork.x + Math.cos(heading + turn) * spread, y: fork.y + Math.sin(heading + turn) * spread, radius: 0.07 })
    return [[start, fork, tip(0.35)], [fork, tip(-0.4)]]
  }).flat()
}
