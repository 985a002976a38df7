import type { Random } from '../random.ts'
import { boneTube, stroke, type PathPoint } from '../image/stroke.ts'
import type { Body } from './body.ts'
import { CHEST_HALF_WIDTH } from './lungs.ts'

const RIBS = 11
const STEP_DEGREES = 3
/** how far forward a rib is bone, as an angle from the spine round the chest */
const LAST_BONY_DEGREES = [150, 146, 144, 142, 140, 136, 132, 126, 118, 108, 84] as const

/**
 * Eleven pairs of ribs as inclined half-ellipses round the chest: behind nearly level, bending down at the side,
 * and running inwards and down in front, where the bone fades into cartilage.
 */
export function addRibs(body: Body, random: Random): void {
  const profile = boneTube(0.13, 0.55, 0.22)
  for (let rib = 0; rib < RIBS; rib++) {
    const sag = random.normal(0, 0.12)
    for (const side of [-1, 1]) stroke(body.grid, body.bone, ribPath(body, rib, side, sag + random.normal(0, 0.06)), profile)
  }
}

function ribPath({ physique }: Body, rib: number, side: number, sag: number): PathPoint[] {
  const top = -13.3 + 2.12 * rib + 0.25 * physique.inspirationCm * (rib / RIBS)
  const drop = Math.min(11.5, 3.4 + 1.25 * rib) - 0.35 * physique.inspirationCm
  const reach = CHEST_HALF_WIDTH(top + drop * 0.45) + 0.25
  const last = LAST_BONY_DEGREES[rib]
  const path: PathPoint[] = []
  for (let degrees = 9; degrees <= last; degrees += STEP_DEGREES) {
    const angle = (degrees * Math.PI) / 180
    const across = Math.cos(angle) * reach
    const down = (Math.sin(angle) * drop) / 2
    const through = Math.sin(angle) * reach * 0.68
    // a ray meets more bone where the rib runs along it
    const along = Math.sqrt((across * across + down * down + through * through) / (across * across + down * down))
    const front = degrees > 90 ? 0.8 : 1
    const fade = Math.min(1, (last - degrees + STEP_DEGREES) / 18)
    path.push({
      x: side * Math.max(1.5, Math.sin(angle) * reach),
      y: top + sag + (drop * (1 - Math.cos(angle))) / 2,
      radius: (degrees > 90 ? 0.62 : 0.56) * (rib === 0 ? 0.9 : 1),
      weight: Math.min(2.1, along) * front * fade,
    })
  }
  return path
}
