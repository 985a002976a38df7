import { takenOutBy, type Effect, type OperationId, type Outline, type SuspicionTerm, type Zone } from '../contract/causal.ts'
import type { Region } from '../contract/records.ts'
import { boxAround } from './mask.ts'
import { LOOKS, type Reference } from './operations/types.ts'
import { suspicionFrom, termOf } from './suspicion.ts'
import { LITTLE_OF_MARGIN } from './verdict.ts'

/** controls of each change: enough for a median and a spread */
const CONTROLS = 12
const SEED = 1

/** A change that is wanted; outlines in image pixels. */
export interface WantedProbe {
  readonly operation: OperationId
  readonly parameters: Readonly<Record<string, number | string>>
  readonly outline: Outline | null
  readonly controls: number
  readonly from: number
  readonly seed: number
}

const found = (zones: readonly Zone[]): Zone[] => zones.filter(({ outline }) => outline.length > 0)

/** What of an image a change has to know beside its own place; outlines in image pixels. */
export interface Around { readonly objects: Outline; readonly beyond: Outline }

/** small things of their own */
const OBJECTS = ['markers', 'text', 'lines']

export function aroundOf(zones: readonly Zone[]): Around {
  const outlinesOf = (names: readonly string[]): Outline => zones.filter(({ name }) => names.includes(name)).flatMap(({ outline }) => outline)
  return { objects: outlinesOf(OBJECTS), beyond: outlinesOf(['collimation']) }
}

/** at most so many parts, the last of which is what is left over */
const MOST_PARTS = 16

/** Small objects are taken out one by one: a marker may be the reason, and what stands elsewhere none. A corrected zone is the reader's, and one. */
function partsOf({ name, source, outline }: Zone): Outline[] {
  if (name !== 'markers' || source !== 'detected') return [outline]
  const rings = [...outline].sort((one, other) => sizeOf(other) - sizeOf(one))
  return rings.length <= MOST_PARTS ? rings.map((ring) => [ring]) : [...rings.slice(0, MOST_PARTS - 1).map((ring) => [ring]), rings.slice(MOST_PARTS - 1)]
}

function sizeOf(ring: Outline[number]): number {
  const { width, height } = boxAround([ring])
  return width * height
}

/** What is done to a case: every zone that was found is taken out, and the exposure is made that of other images of the project. */
export function suspicionProbes(zones: readonly Zone[], reference: Reference | null): WantedProbe[] {
  const common = { controls: CONTROLS, from: LITTLE_OF_MARGIN, seed: SEED }
  return [
    ...found(zones).flatMap((zone) => partsOf(zone).map((outline): WantedProbe => ({ ...common, operation: takenOutBy(zone.name), parameters: {}, outline }))),
    ...(reference === null ? [] : LOOKS.map((as): WantedProbe => ({ ...common, operation: 'exposure', parameters: { as }, outline: null }))),
  ]
}

export interface Suspected { readonly suspicion: number; readonly terms: readonly SuspicionTerm[]; readonly effects: Readonly<Record<string, Effect>> }
type Outcome = { readonly effect: Effect } | null

/** What the outcomes of these probes say, in their order; null: the zone lies outside of what the model is given. */
export function suspicionOf(zones: readonly Zone[], reference: Reference | null, outcomes: readonly Outcome[]): Suspected {
  const looks = outcomes.slice(outcomes.length - (reference === null ? 0 : LOOKS.length))
  const byZone = new Map<string, SuspicionTerm>()
  let next = 0
  for (const zone of found(zones)) {
    const parts = partsOf(zone)
    const terms = parts.flatMap((part, i) => termsOf(zone.name, outcomes[next + i], parts.length > 1 ? boxAround(part) : null))
    next += parts.length
    if (terms.length > 0) byZone.set(zone.name, greatest(terms))
  }
  const terms = zones.filter(({ cue }) => cue).map(({ name, outline }) =>
    byZone.get(name) ?? termOf(name, null, outline.length === 0 ? 'not found' : 'outside of what the model is given'))
  if (reference !== null) terms.push(greatest(looks.flatMap((look) => termsOf('exposure', look, null))))
  return { ...suspicionFrom(terms), effects: Object.fromEntries(Array.from(byZone, ([name, { effect }]) => [name, effect!])) }
}

function termsOf(name: string, outcome: Outcome, region: Region | null): SuspicionTerm[] {
  return outcome === null ? [] : [termOf(name, outcome.effect, '', region)]
}

/** Of several parts of a zone, or looks that an image could have had, the one that tells most; of those that tell nothing, the one that takes most. */
function greatest(terms: readonly SuspicionTerm[]): SuspicionTerm {
  return terms.reduce((most, term) => term.value > most.value || (term.value === most.value && term.effect!.share > most.effect!.share) ? term : most)
}
