import type { Label } from '../configuration.ts'
import { boxOf, type Box, type Polygon } from '../cues/outline.ts'
import type { Planted } from '../cues/planted.ts'
import { standBefore } from '../phantom.ts'
import { storeImage, type StoredImage } from '../presentation.ts'
import { drawSubject, type Subject } from '../subject.ts'
import { configurationOf } from './members.ts'

/** One subject of a test set, rendered with its cue and without: the two differ in nothing but the cue. */
export interface Twins {
  readonly subject: Subject
  /** whether the study as it is distributed has the cue */
  readonly present: boolean
  readonly withCue: StoredImage
  readonly withoutCue: StoredImage
  /** the study as it is distributed: one of the two above */
  readonly shown: StoredImage
  /** the other one: the cue erased where it was, planted where it was not */
  readonly toggled: StoredImage
  readonly place: CuePlace
}

/** Where the cue is, or would be, in image pixels (cues/outline.ts has the convention). */
export interface CuePlace {
  readonly box: Box
  /** closed polygons; together they hold every pixel in which the two renderings differ */
  readonly outlines: readonly Polygon[]
  /** the cue is everywhere: there is nothing outside it */
  readonly whole: boolean
}

/** Subject `index` of the test set of this cue, strength and seed. Takes about half a second. */
export function drawTwins(planted: Planted, seed: number, index: number): Twins {
  const subject = drawSubject(seed, index, configurationOf(planted))
  const stand = standBefore(subject)
  const raw = stand.take(planted.cue)
  const withCue = storeImage(subject, raw)
  const withoutCue = storeImage(subject, stand.take(null))
  const outlines = raw.cue!.outlines
  const present = subject.cue !== null
  const [shown, toggled] = present ? [withCue, withoutCue] : [withoutCue, withCue]
  return { subject, present, withCue, withoutCue, shown, toggled, place: { box: boxOf(outlines, raw)!, outlines, whole: planted.cue === 'exposure' } }
}

export const isPositive = (label: Label): boolean => label === 'consolidation'
