import type { MapStack } from '../patterns/align.ts'
import type { Project } from '../project/project.ts'
import type { FrameBox } from './pattern-maps.ts'

/** What the detection of zones found of some cases. */
export interface LoadedZones {
  /** [cases, 4]: centre across and down, width and height of the body's box in fractions of the image; null: it was not looked for */
  readonly bodies: Float32Array | null
  frameOf(row: number): FrameBox | null
  sharesOf(stack: MapStack): { readonly names: readonly string[]; readonly shares: Float32Array }
}

/** Zones of cases; none while the project holds none. */
export function loadZones(_project: Project, _ids: Int32Array): Promise<LoadedZones> {
  return Promise.resolve({ bodies: null, frameOf: () => null, sharesOf: () => ({ names: [], shares: new Float32Array() }) })
}
