import type { Answer, CheckVerdict, Effect } from '../contract/causal.ts'
import { percentiles } from '../tensor/percentiles.ts'

/** An answer does not rest on what takes less of its margin. */
export const LITTLE_OF_MARGIN = 0.25
/** share of controls that may do as much: where it is supported, and where it can be at all */
const FEW = 0.1
const MANY = 0.25
/** least share beyond the controls, in their spread */
const LEAST_SCORE = 1.5
/** controls vary by at least this share of the margin: equal controls prove no infinite precision */
const LEAST_SPREAD = 0.05
/** the percentile of the controls' losses that tells their spread, and how many standard deviations above the middle it lies in a normal distribution */
const FAR = 90
const DEVIATIONS_AT_FAR = 1.2816
/** fewer controls tell nothing */
export const FEWEST_CONTROLS = 4

/**
 * A change beside its controls, in shares of the margin of the unchanged image. The loss counts beyond what the controls' median loses (at least none). The
 * spread is the distance of their 90th percentile from the median, as standard deviations.
 *
 * supported: the answer is lost, at most a tenth of the controls lose as much, and the share is at least one and a half spreads;
 * not-supported: less than a quarter of the margin is lost beyond the controls, or more than a quarter of them lose as much; undecided: between, or fewer than four controls.
 */
export function effectOf(classIndex: number, before: Answer, after: Answer, controls: readonly Answer[]): Effect {
  const lost = ({ margin }: Answer): number => (before.margin - margin) / Math.max(before.margin, 1e-6)
  const own = lost(after)
  const others = controls.map(lost)
  const { middle, spread } = lossesOf(others)
  const share = own - Math.max(0, middle)
  const score = share / spread
  const rank = controls.length === 0 ? null : others.filter((other) => other >= own).length / others.length
  const delta = ({ logits }: Answer): number => logits[classIndex] - before.logits[classIndex]
  const isStanding = after.margin > 0
  return {
    deltaLogit: delta(after), controls: controls.map(delta), share, score, rank,
    flips: after.predicted !== before.predicted, controlFlips: controls.filter(({ predicted }) => predicted !== before.predicted).length,
    verdict: share < LITTLE_OF_MARGIN ? 'not-supported' : controls.length < FEWEST_CONTROLS ? 'undecided' : verdictOf(isStanding, score, rank!),
  }
}

/**
 * Where controls lie, and how far beyond it they lose, in standard deviations. Only the side of losing counts: what others gain, often much where the model is sensitive to anything,
 * does not tell how much is lost by chance.
 */
function lossesOf(controls: readonly number[]): { readonly middle: number; readonly spread: number } {
  if (controls.length === 0) return { middle: 0, spread: LEAST_SPREAD }
  const [middle, far] = percentiles(controls, [50, FAR])
  return { middle, spread: Math.max(LEAST_SPREAD, (far - middle) / DEVIATIONS_AT_FAR) }
}

function verdictOf(isStanding: boolean, score: number, rank: number): CheckVerdict {
  if (!isStanding && rank <= FEW && score >= LEAST_SCORE) return 'supported'
  return rank > MANY ? 'not-supported' : 'undecided'
}

/** The verdict with its numbers, in a sentence. */
export function effectWords({ share, rank, controls, flips, verdict }: Effect, what: string): string {
  const percent = (value: number): string => `${Math.round(100 * value)} %`
  const lost = share < 0 ? 'nothing of the margin is lost beyond the controls' : `${percent(Math.min(share, 9.99))} of the margin is lost beyond the controls`
  const beside = rank === null ? 'there is no room for controls' : `${Math.round(rank * controls.length)} of ${controls.length} controls lose as much`
  const words = { 'supported': 'Supported', 'not-supported': 'Not supported', 'undecided': 'Undecided' }[verdict]
  return `${words}: ${what}, ${lost}; ${beside}${flips ? '; the predicted class changes' : share >= LITTLE_OF_MARGIN ? '; the predicted class stays' : ''}.`
}
