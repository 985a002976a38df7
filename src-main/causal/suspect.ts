import { takenOutBy, type Effect, type OperationId, type Outline, type SuspicionTerm, type Zone } from '../contract/causal.ts'
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

/** What is done to a case: every zone that was found is taken out, and the exposure is made that of other images of the project. */
export function suspicionProbes(zones: readonly Zone[], reference: Reference | null): WantedProbe[] {
  const common = { controls: CONTROLS, from: LITTLE_OF_MARGIN, seed: SEED }
  return [
    ...found(zones).map(({ name, outline }): WantedProbe => ({ ...common, operation: takenOutBy(name), parameters: {}, outline })),
    ...(reference === null ? [] : LOOKS.map((as): WantedProbe => ({ ...common, operation: 'exposure', parameters: { as }, outline: null }))),
  ]
}

export interface Suspected { readonly suspicion: number; readonly terms: readonly SuspicionTerm[]; readonly effects: Readonly<Record<string, Effect>> }

/** What the outcomes of these probes say, in their order; null: the zone lies outside of what the model is given. */
export function suspicionOf(zones: readonly Zone[], reference: Reference | null, outcomes: readonly ({ readonly effect: Effect } | null)[]): Suspected {
  const there = found(zones)
  const effects: Record<string, Effect> = {}
  there.forEach(({ name }, i) => {
    const outcome = outcomes[i]
    if (outcome) effects[name] = outcome.effect
  })
  const terms = zones.filter(({ cue }) => cue).map(({ name, outline }) =>
    termOf(name, effects[name] ?? null, outline.length === 0 ? 'not found' : effects[name] ? '' : 'outside of what the model is given'))
  if (reference !== null) terms.push(greatest(outcomes.slice(there.length).map((outcome) => termOf('exposure', outcome!.effect))))
  return { ...suspicionFrom(terms), effects }
}

/** Of the several looks an image could have had, the one that tells most. */
function greatest(terms: readonly SuspicionTerm[]): SuspicionTerm {
  return terms.reduce((most, term) => term.value > most.value ? term : most)
}
