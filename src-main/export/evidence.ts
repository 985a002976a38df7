import type { Answer, CaseEvidence, CausalCheck, Effect, SuspicionTerm } from '../contract/causal.ts'
import { median } from '../statistics/median.ts'
import { decimal } from './decimal.ts'

/** A check as the JSON file and the command line have it. docs/export-format.md says what each field holds. */
export function checkRecord({ operation, parameters, region, zone, before, after, deltaLogit, controls, verdict, flips, share, score, rank, seed, reader, time }: CausalCheck) {
  return {
    operation, parameters, region, zone, before: answer(before), after: answer(after), deltaLogit: decimal(deltaLogit), controls: controls.map(decimal), verdict, flips,
    share: decimal(share), score: decimal(score), rank, seed, reader, time,
  }
}

function answer({ logits, probabilities, predicted, margin }: Answer) {
  return { logits: logits.map(decimal), probabilities: probabilities.map(decimal), predicted, margin: decimal(margin) }
}

function termRecord({ term, value, effect, region, mass, area, note }: SuspicionTerm) {
  return {
    term, value: decimal(value), deltaLogit: effect && decimal(effect.deltaLogit), controls: effect?.controls.map(decimal) ?? [], share: effect && decimal(effect.share),
    score: effect && decimal(effect.score), flips: effect?.flips ?? null, verdict: effect?.verdict ?? null, region, mass: mass === null ? null : decimal(mass), area: area === null ? null : decimal(area), note,
  }
}

/** `control`: the median Δ logit of the controls. */
function controlOf(effect: Effect | null): number | null {
  return effect === null || effect.controls.length === 0 ? null : decimal(median(effect.controls))
}

/** What the tool found of a case. */
export function evidenceRecord({ suspicion, terms, zones, checks }: CaseEvidence) {
  return {
    suspicion: suspicion === null ? null : decimal(suspicion),
    terms: terms.map(termRecord),
    zones: zones.map(({ name, outline, mass, effect }) => ({ name, outline, mass: mass === null ? null : decimal(mass), effect: effect && decimal(effect.deltaLogit), control: controlOf(effect) })),
    checks: checks.map(checkRecord),
  }
}
