import type { Grid } from '../image/grid.ts'
import type { Random } from '../random.ts'
import type { Subject } from '../subject.ts'
import type { Polygon } from './outline.ts'

/** How a film is exposed and toned against the room's usual way. */
export interface Technique {
  /** factor of the quanta */
  readonly quanta: number
  /** factor of the scatter that reaches the detector */
  readonly scatter: number
  /** the anatomy's share of the range that the usual tone gives it; what is dark stays where it is */
  readonly contrast: number
}

/** A cue of one subject, placed. A part that is left out stays as it is without the cue. */
export interface PlacedCue {
  /** image pixels, see outline.ts; together they hold every pixel that the cue changes */
  readonly outlines: readonly Polygon[]
  /** adds the attenuation (no unit) of what lies in the beam */
  readonly lay?: (layer: Float32Array) => void
  readonly technique?: Technique
  /** luminance 0 … 1 that the console writes over the finished picture: pixel → luminance */
  readonly burnt?: ReadonlyMap<number, number>
}

/** Everything of the cue's place comes from `random`, a stream of its own. */
export type PlaceCue = (subject: Subject, grid: Grid, random: Random) => PlacedCue
