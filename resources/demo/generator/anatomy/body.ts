import type { Grid } from '../image/grid.ts'

/** What makes one body differ from the reference adult. */
export interface Physique {
  readonly depthScale: number
  /** soft tissue added to each side of the chest wall */
  readonly wallCm: number
  /** diaphragm against the reference, positive with a deeper breath */
  readonly inspirationCm: number
  readonly heartScale: number
  readonly heartTiltDegrees: number
  readonly hilaScale: number
  readonly boneDensity: number
  /** sideways bow of the spine at its apex */
  readonly scoliosisCm: number
  /** breast tissue at its thickest, 0 without */
  readonly breastCm: number
  /** shoulder blades and collar bones as an anterior-posterior exposure shows them */
  readonly anteroposterior: boolean
  /** arms held away from the trunk */
  readonly armAngle: number
}

/**
 * The materials along each ray, row-major, in centimetres: soft tissue as water, air that the lungs hold in place of
 * tissue, bone beyond the tissue it displaces, and attenuation (no unit) of metal.
 */
export interface Body {
  readonly grid: Grid
  readonly physique: Physique
  readonly water: Float32Array
  readonly lung: Float32Array
  readonly bone: Float32Array
  readonly metal: Float32Array
}

export function emptyBody(grid: Grid, physique: Physique): Body {
  const layer = (): Float32Array => new Float32Array(grid.x.length)
  return { grid, physique, water: layer(), lung: layer(), bone: layer(), metal: layer() }
}

/** Ray length through an ellipsoid: `depth` at its centre, 0 outside; the axis is turned by `tilt` radians. */
export interface Ellipsoid {
  readonly x: number
  readonly y: number
  readonly halfLength: number
  readonly halfWidth: number
  readonly depth: number
  readonly tilt: number
}

/** The ray length as a function of the place, prepared for a call at every pixel. */
export function rayThrough(shape: Ellipsoid): (x: number, y: number) => number {
  const cos = Math.cos(shape.tilt)
  const sin = Math.sin(shape.tilt)
  const reachSquared = Math.max(shape.halfLength, shape.halfWidth) ** 2
  return (x, y) => {
    const dx = x - shape.x
    const dy = y - shape.y
    if (dx * dx + dy * dy >= reachSquared) return 0
    const u = (cos * dx + sin * dy) / shape.halfLength
    const v = (cos * dy - sin * dx) / shape.halfWidth
    const inside = 1 - u * u - v * v
    return inside > 0 ? shape.depth * Math.sqrt(inside) : 0
  }
}
