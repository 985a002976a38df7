import type { Random } from '../random.ts'
import type { Incidental } from '../configuration.ts'
import { chord, stroke } from '../image/stroke.ts'
import type { Body, Physique } from '../anatomy/body.ts'

/** What is often seen and means nothing here. It occurs with and without consolidation alike. */
interface IncidentalRow {
  /** a change of the body's proportions */
  readonly physique?: (physique: Physique) => Physique
  /** something drawn into the body */
  readonly add?: (body: Body, random: Random) => void
}

export const INCIDENTAL_FINDINGS: Readonly<Record<Incidental, IncidentalRow>> = {
  none: {},
  granuloma: { add: addGranuloma },
  'linear-scar': { add: addScar },
  'large-heart': { physique: (physique) => ({ ...physique, heartScale: physique.heartScale * 1.17 }) },
  'full-hila': { physique: (physique) => ({ ...physique, hilaScale: physique.hilaScale * 1.3 }) },
  'nipple-shadows': { add: addNipples },
}

function addGranuloma({ grid, bone }: Body, random: Random): void {
  const x = random.pick([-1, 1]) * random.uniform(5, 10)
  const y = random.uniform(-8, 4)
  const radius = random.uniform(0.22, 0.42)
  stroke(grid, bone, [{ x, y, radius }, { x: x + 0.1, y: y + 0.05, radius: radius * 0.9 }], (distance, r) => 1.3 * chord(distance, r))
}

/** Plate-like atelectasis or scar: a thin band near the base. */
function addScar({ grid, lung }: Body, random: Random): void {
  const side = random.pick([-1, 1])
  const x = side * random.uniform(5, 8)
  const y = random.uniform(1.5, 6)
  const angle = random.normal(0, 0.35)
  const half = random.uniform(1.2, 2.4)
  const radius = random.uniform(0.09, 0.17)
  const band = new Float32Array(lung.length)
  const end = (t: number, r: number) => ({ x: x + t * half * Math.cos(angle), y: y + t * half * Math.sin(angle) + 0.15 * t * t, radius: r })
  stroke(grid, band, [end(-1, radius * 0.4), end(-0.4, radius), end(0.4, radius), end(1, radius * 0.4)], (distance, r) => 4 * chord(distance, r))
  for (let i = 0; i < lung.length; i++) lung[i] = Math.max(0, lung[i] - Math.min(band[i], 0.6 * lung[i]))
}

function addNipples({ grid, water }: Body, random: Random): void {
  for (const side of [-1, 1]) {
    const x = side * random.uniform(8, 9.4)
    const y = random.uniform(4, 6)
    stroke(grid, water, [{ x, y, radius: 0.45 }, { x: x + 0.02, y, radius: 0.45 }], chord)
  }
}
