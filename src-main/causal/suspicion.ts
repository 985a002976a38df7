import { ZONES, type Effect, type SuspicionTerm, type ZoneName } from '../contract/causal.ts'
import type { Region } from '../contract/records.ts'

/** counted up when what is computed changes, so that old results are computed anew */
export const ANALYSIS = 5

/** half of the weight at so many spreads from the controls */
const HALF_SCORE = 1.5

/**
 * One term, 0 … 1, of what a change does beside its controls: s = share of the margin lost beyond the controls, as s / (1 + s), so that 0.5 means all of it; weighted by how
 * far it stands out from the controls, z² / (z² + 2.25).
 */
export function termValue({ share, score }: Pick<Effect, 'share' | 'score'>): number {
  if (!(share > 0) || !(score > 0)) return 0
  return (share / (1 + share)) * (score ** 2 / (score ** 2 + HALF_SCORE ** 2))
}

const OTHER_LABELS: Readonly<Record<string, string>> = { exposure: 'Exposure' }

export function termLabel(term: string): string {
  return ZONES[term as ZoneName]?.label ?? OTHER_LABELS[term] ?? term.replace(/^template:/, '')
}

export function termOf(term: string, effect: Effect | null, note = '', region: Region | null = null): SuspicionTerm {
  return { term, label: termLabel(term), value: effect ? termValue(effect) : 0, effect, region, mass: null, area: null, note }
}

/** The greatest term is the suspicion: one wrong reason is enough. Gives the terms with the greatest first. */
export function suspicionFrom(terms: readonly SuspicionTerm[]): { readonly suspicion: number; readonly terms: readonly SuspicionTerm[] } {
  const sorted = [...terms].sort((a, b) => b.value - a.value)
  return { suspicion: sorted[0]?.value ?? 0, terms: sorted }
}
