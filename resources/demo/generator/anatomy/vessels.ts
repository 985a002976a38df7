import type { Random } from '../random.ts'
import { chord, strokeAll, type Path, type PathPoint, type Profile } from '../image/stroke.ts'
import type { Body } from './body.ts'
import { cavityDepth, domeLevel } from './lungs.ts'

const SMALLEST_CM = 0.045
const STEP_CM = 0.45

interface Shoot { readonly x: number; readonly y: number; readonly heading: number; readonly radius: number }

/** lobar vessels lie one behind the other: the shadow of one stands for its neighbours too */
const OVERLAP = 1.8

const vessel: Profile = (distance, radius) => OVERLAP * chord(distance, radius)

/** Arteries and veins, each a tree from the hilum that thins by Murray's law and fans out to the pleura. */
export function addVessels(body: Body, random: Random): void {
  const { grid, physique, lung } = body
  const blood = new Float32Array(lung.length)
  for (const side of [-1, 1]) {
    for (let tree = 0; tree < 2; tree++) {
      const roots = rootsOf(side, physique.hilaScale, random)
      strokeAll(grid, blood, roots.flatMap((root) => branches(root, body, random)), vessel)
    }
  }
  // a vessel cannot be thicker than the lung that holds it; tissue is water where air was
  for (let i = 0; i < lung.length; i++) lung[i] = Math.max(lung[i] * 0.25, lung[i] - blood[i])
}

function rootsOf(side: number, hilaScale: number, random: Random): Shoot[] {
  const y = side < 0 ? -1.2 : -2
  const headings = [-80, -58, -30, -5, 22, 45, 66, 84]
  return headings.map((degrees) => ({
    x: side * (2.7 + random.uniform(-0.3, 0.5)),
    y: y + degrees / 60 + random.uniform(-0.4, 0.4),
    heading: degrees + random.uniform(-9, 9),
    radius: hilaScale * (degrees > 40 ? 0.5 : degrees < -20 ? 0.33 : 0.38) * random.uniform(0.8, 1.15),
  })).map((root) => ({ ...root, heading: side < 0 ? 180 - root.heading : root.heading }))
}

function branches(root: Shoot, body: Body, random: Random): Path[] {
  const paths: Path[] = []
  const open: Shoot[] = [root]
  for (let shoot = open.pop(); shoot; shoot = open.pop()) {
    const path: PathPoint[] = [{ x: shoot.x, y: shoot.y, radius: shoot.radius }]
    let { x, y, heading, radius } = shoot
    const length = random.uniform(1.6, 3.4) * (0.5 + radius)
    for (let gone = 0; gone < length && withinLung(body, x, y); gone += STEP_CM) {
      heading += random.normal(0, 8)
      x += STEP_CM * Math.cos((heading * Math.PI) / 180)
      y += STEP_CM * Math.sin((heading * Math.PI) / 180)
      radius *= 0.965
      path.push({ x, y, radius })
    }
    if (path.length > 1) paths.push(path)
    if (!withinLung(body, x, y)) continue
    // Murray 1926: the cubes of the daughters' radii add up to the mother's
    const share = random.uniform(0.3, 0.7)
    const spread = random.uniform(18, 38)
    for (const [part, turn] of [[share, spread * (1 - share) * 2], [1 - share, -spread * share * 2]]) {
      const daughter = radius * Math.cbrt(part)
      if (daughter >= SMALLEST_CM) open.push({ x, y, heading: heading + turn * (random.chance(0.5) ? 1 : 0.7), radius: daughter })
    }
  }
  return paths
}

const withinLung = ({ physique }: Body, x: number, y: number): boolean =>
  cavityDepth(x, y) > 0 && y < domeLevel(Math.sign(x), Math.abs(x), physique.inspirationCm) + 0.5
