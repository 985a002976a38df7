import { SUSPICION_THRESHOLD, ZONES, type Answer, type CausalCheck, type CheckVerdict, type Effect, type OperationId, type SuspicionTerm, type ZoneName } from '../../../src-main/contract/causal.ts'
import type { ReasonCode } from '../../../src-main/contract/records.ts'
import { shortPercent as percent } from '../../stores/numbers.ts'
import type { Finding } from '../evidence/evidence-words.ts'

/** What checks, terms and zones say in plain words. */
export const VERDICT_WORDS: Readonly<Record<CheckVerdict, string>> = { 'supported': 'Supported', 'not-supported': 'Not supported', 'undecided': 'Undecided' }

/** Two decimals with the sign; the minus is a true one. */
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${plain(value)}`
export const plain = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2)).replace(/^-(0\.00|0)$/, '$1').replace('-', '−')
export { shortPercent as percent } from '../../stores/numbers.ts'

export function zoneLabel(name: string): string {
  return ZONES[name as ZoneName]?.label ?? name.replace(/^template:/, '')
}
const OTHER_TERMS: Readonly<Record<string, string>> = { exposure: 'Exposure', noise: 'Noise' }
export const termLabel = (term: string): string => OTHER_TERMS[term] ?? zoneLabel(term)
export const isAnatomy = (zone: string | null): boolean => zone !== null && ZONES[zone as ZoneName]?.cue === false

/** That an answer rests on the lungs is no reproach; that it rests on a marker is. */
export function verdictFinding({ verdict, zone, words }: Pick<CausalCheck, 'verdict' | 'zone' | 'words'>): Finding {
  const states = { 'supported': isAnatomy(zone) ? 'ok' : 'bad', 'not-supported': 'none', 'undecided': 'open' } as const
  return { state: states[verdict], text: words }
}

/** 'Erase: Small high-contrast objects', 'Gamma (gamma 1.4)', 'Blur: the region (sigma 4)' */
export function checkTitle({ operation, zone, region, parameters }: Pick<CausalCheck, 'operation' | 'zone' | 'region' | 'parameters'>, operationName: (id: OperationId) => string): string {
  const where = region ? ': the region' : zone ? `: ${zoneLabel(zone)}` : ''
  const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`).join(', ')
  return operationName(operation) + where + (values ? ` (${values})` : '')
}

/** 'Without it 94 % of the margin is gone; 0 of 12 controls do that.' */
export function effectText({ share, rank, controls, flips, verdict }: Effect): string {
  const lost = share <= 0 ? 'nothing of the margin is lost beyond its controls' : share >= 1 ? 'the whole margin is lost' : `${percent(share)} of the margin is lost beyond its controls`
  const beside = rank === null ? 'no room for controls' : `${Math.round(rank * controls.length)} of ${controls.length} controls lose as much`
  return `${lost}; ${beside}${flips ? '; the answer changes' : verdict === 'undecided' ? '; the answer stands' : ''}`
}
export function termText(term: SuspicionTerm): string {
  const mass = term.mass === null ? '' : `; ${percent(term.mass)} of the map lies in it${term.area ? `, ${percent(term.area)} of the image` : ''}`
  return (term.effect ? effectText(term.effect) : term.note || 'not run') + mass
}

export const isAccused = (suspicion: number): boolean => suspicion >= SUSPICION_THRESHOLD
export function suspicionText(suspicion: number): string {
  if (isAccused(suspicion)) return `Accused: at or above ${SUSPICION_THRESHOLD}`
  return suspicion >= SUSPICION_THRESHOLD / 2 ? `Below ${SUSPICION_THRESHOLD}: not accused` : 'Little speaks for a wrong reason'
}

/** Of the class in question. */
export function scoreOf(answer: Answer, classIndex: number): string {
  const logit = answer.logits[classIndex]
  // one logit: its class is the positive one
  return percent(answer.probabilities[classIndex] ?? answer.probabilities[0]) + (logit === undefined ? '' : `, logit ${plain(logit)}`)
}

const REASON_OF_ZONE: Readonly<Partial<Record<ZoneName, ReasonCode>>> = {
  'markers': 'laterality-marker', 'text': 'burned-in-text', 'lines': 'device', 'border': 'border', 'collimation': 'border', 'outside-body': 'border', 'below-diaphragm': 'anatomy-elsewhere',
}
const REASON_OF_OPERATION: Readonly<Partial<Record<OperationId, ReasonCode>>> = {
  gain: 'exposure', gamma: 'exposure', contrast: 'exposure', exposure: 'exposure', shift: 'positioning', rotation: 'positioning', crop: 'border',
}
/** The reason that a supported check speaks for; null where it names none. `within`: the zone that a drawn region holds. */
export function reasonOf({ verdict, operation, zone }: Pick<CausalCheck, 'verdict' | 'operation' | 'zone'>, within: string | null = null): ReasonCode | null {
  if (verdict !== 'supported') return null
  return REASON_OF_OPERATION[operation] ?? REASON_OF_ZONE[(zone ?? within) as ZoneName] ?? null
}
