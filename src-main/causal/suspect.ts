import type { Effect, OperationId, Outline, SuspicionTerm, Zone } from '../contract/causal.ts'
import { LOOKS, type Reference } from './operations/types.ts'
import { suspicionFrom, termOf } from './suspicion.ts'
import { LITTLE_OF_MARGIN } from './verdict.ts'

/** controls of each change: enough for a median and a spread */
const CONTROLS = 12
const SEED = 1
/** small things that a control patch must not hit: it would be no control */
const OBJECTS = ['markers', 'text', 'lines']

/** A change that is wanted; outlines in image pixels. */
export interface WantedProbe {
  readonly operation: OperationId
  readonly parameters: Readonly<Record<string, number | string>>
  readonly outline: Outline | null
  readonly avoid: Outline | null
  readonly controls: number
  readonly from: number
  readonly seed: number
}

const found = (zones: readonly Zone[]): Zone[] => zones.filter(({ outline }) => outline.length > 0)

/** What is done to a case: every zone that was found is erased, and the exposure is made that of other images of the project. */
export function suspicionProbes(zones: readonly Zone[], reference: Reference | null): WantedProbe[] {
  const avoid = zones.filter(({ name }) => OBJECTS.includes(name)).flatMap(({ outline }) => outline)
  const common = { controls: CONTROLS, from: LITTLE_OF_MARGIN, seed: SEED }
  return [
    ...found(zones).map(({ outline }): WantedProbe => ({ ...common, operation: 'erase', parameters: {}, outline, avoid })),
    ...(reference === null ? [] : LOOKS.map((as): WantedProbe => ({ ...common, operation: 'exposure', parameters: { as }, outline: null, avoid: null }))),
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
