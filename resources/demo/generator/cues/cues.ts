import type { Grid } from '../image/grid.ts'
import { randomStream } from '../random.ts'
import type { Subject } from '../subject.ts'
import { placeBorder } from './border.ts'
import { placeExposure } from './exposure.ts'
import { placeMarker } from './marker.ts'
import type { PlaceCue, PlacedCue } from './placed-cue.ts'
import type { CueKind } from './planted.ts'
import { placeText } from './text.ts'
import { placeTube } from './tube.ts'

const PLACES: Readonly<Record<CueKind, PlaceCue>> = {
  marker: placeMarker,
  tube: placeTube,
  exposure: placeExposure,
  border: placeBorder,
  text: placeText,
}

/** The cue as this subject would have it, whether it has it or not. */
export const placeCue = (kind: CueKind, subject: Subject, grid: Grid): PlacedCue => PLACES[kind](subject, grid, randomStream(subject.seed, subject.index, 'cue-place', kind))
