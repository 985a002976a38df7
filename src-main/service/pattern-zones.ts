import type { Zone } from '../contract/causal.ts'
import { massIn } from '../causal/mass.ts'
import type { MapStack } from '../patterns/align.ts'
import { drawn } from '../patterns/silhouette.ts'
import { inSteps, placesOf } from '../project/pattern-cases.ts'
import type { Project } from '../project/project.ts'
import { DETECTOR } from '../zones/detect.ts'
import type { FrameBox } from './pattern-maps.ts'
import { effectiveZones } from './zones-of-case.ts'

/** What was found in some images, corrections and templates in place. */
export interface LoadedZones {
  /** [cases, 4]: centre across and down, width and height of the body's box in fractions of the image, NaN where no body was found; null: zones were not looked for in any case */
  readonly bodies: Float32Array | null
  frameOf(row: number): FrameBox | null
  /** share of each map's positive mass in each zone, [maps, zones]; NaN: not known */
  sharesOf(stack: MapStack): Promise<{ readonly names: readonly string[]; readonly shares: Float32Array }>
}

/** outlines that are kept, and maps whose mass is taken by zone, at most: drawn with a fixed seed */
const MOST_OUTLINES = 4000
const MAPS_A_STEP = 16

/** The zones of cases as the project has them; nothing is detected here. */
export async function loadZones(project: Project, ids: Int32Array): Promise<LoadedZones> {
  const places = placesOf(ids)
  const outlined = new Set(drawn(ids.length, MOST_OUTLINES, 1))
  const bodies = new Float32Array(ids.length * 4).fill(NaN)
  const zonesOf = new Map<number, readonly Zone[]>()
  let found = 0
  await inSteps(ids, (list) => {
    const rows = project.database.all<{ id: number; zones: string; rows: number; columns: number }>(
      'SELECT z.case_id AS id, z.zones, c.rows, c.columns FROM case_zones z JOIN cases c ON c.id = z.case_id WHERE z.detector = ? AND c.rows > 0 AND c.columns > 0 AND z.case_id IN (SELECT value FROM json_each(?))', [DETECTOR, list])
    for (const { id, zones: json, ...size } of rows) {
      const row = places.get(id)!
      const zones = inFractions(effectiveZones(project, id, JSON.parse(json) as Zone[], size), size)
      found++
      const box = bodyOf(zones)
      if (box) bodies.set([box.left + box.width / 2, box.top + box.height / 2, box.width, box.height], row * 4)
      if (outlined.has(row)) zonesOf.set(row, zones)
    }
  })
  const frameOf = (row: number): FrameBox | null => {
    const [x, y, width, height] = bodies.subarray(row * 4, row * 4 + 4)
    return Number.isFinite(x) ? { left: x - width / 2, top: y - height / 2, width, height } : null
  }
  return { bodies: found > 0 ? bodies : null, frameOf, sharesOf: (stack) => sharesIn(stack, zonesOf) }
}

function inFractions(zones: readonly Zone[], { rows, columns }: { readonly rows: number; readonly columns: number }): Zone[] {
  return zones.map((zone) => ({ ...zone, outline: zone.outline.map((ring) => ring.map(([x, y]): readonly [number, number] => [x / columns, y / rows])) }))
}

/** Around the anatomy that was found. */
function bodyOf(zones: readonly Zone[]): FrameBox | null {
  const points = zones.filter(({ cue }) => !cue).flatMap(({ outline }) => outline.flat())
  if (points.length === 0) return null
  const reach = (axis: 0 | 1, pick: (a: number, b: number) => number) => points.reduce((best, point) => pick(best, point[axis]), points[0][axis])
  const [left, top] = [reach(0, Math.min), reach(1, Math.min)]
  const [width, height] = [reach(0, Math.max) - left, reach(1, Math.max) - top]
  return width > 0 && height > 0 ? { left, top, width, height } : null
}

async function sharesIn({ rows, values, starts, placements, placementOf }: MapStack, zonesOf: ReadonlyMap<number, readonly Zone[]>): Promise<{ readonly names: readonly string[]; readonly shares: Float32Array }> {
  const names = [...new Set([...zonesOf.values()].flatMap((zones) => zones.map(({ name }) => name)))]
  const shares = new Float32Array(rows.length * names.length).fill(NaN)
  for (let map = 0; map < rows.length; map++) {
    const { grid, left, width, top, height } = placements[placementOf[map]]
    const part = values.subarray(starts[map], starts[map] + grid[0] * grid[1])
    // the grid itself stands for the model's input: fractions of the image go straight to cells
    const placed = { grid, values: part, inputWidth: grid[1], inputHeight: grid[0], affine: { scaleX: width, offsetX: left, scaleY: height, offsetY: top } }
    for (const { name, outline } of zonesOf.get(rows[map]) ?? []) shares[map * names.length + names.indexOf(name)] = massIn(outline, placed) ?? NaN
    if (map % MAPS_A_STEP === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return { names, shares }
}
