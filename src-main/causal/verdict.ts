import type { Answer, CheckVerdict, Effect } from '../contract/causal.ts'
import { median, robustSpread } from '../statistics/median.ts'

/** An answer rests on what takes so much of its margin away, and does not rest on what takes less than the other. */
export const MOST_OF_MARGIN = 0.5
export const LITTLE_OF_MARGIN = 0.25
/** share of controls that may do as much: where it is supported, and where it can be at all */
const FEW = 0.1
const MANY = 0.25
/** least distance from the controls, in their spread */
const LEAST_SCORE = 3
/** controls vary by at least this share of the margin: equal controls prove no infinite precision */
const LEAST_SPREAD = 0.05
/** fewer controls tell nothing */
export const FEWEST_CONTROLS = 4

/**
 * A change beside its controls, in shares of the margin of the unchanged image. The loss counts beyond what the controls' median loses (at least none), the spread is
 * the controls' median absolute deviation.
 *
 * supported: at least half of the margin is lost beyond the controls, at most a tenth of which lose as much, at least three spreads from their median;
 * not-supported: less than a quarter of it, or more than a quarter of the controls lose as much; undecided: between, or fewer than four controls.
 */
export function effectOf(classIndex: number, before: Answer, after: Answer, controls: readonly Answer[]): Effect {
  const lost = ({ margin }: Answer): number => (before.margin - margin) / Math.max(before.margin, 1e-6)
  const own = lost(after)
  const others = controls.map(lost)
  const middle = controls.length === 0 ? 0 : median(others)
  const spread = Math.max(LEAST_SPREAD, controls.length === 0 ? 0 : robustSpread(others))
  const share = own - Math.max(0, middle)
  const score = (own - middle) / spread
  const rank = controls.length === 0 ? null : others.filter((other) => other >= own).length / others.length
  const delta = ({ logits }: Answer): number => logits[classIndex] - before.logits[classIndex]
  return {
    deltaLogit: delta(after), controls: controls.map(delta), share, score, rank,
    flips: after.predicted !== before.predicted, controlFlips: controls.filter(({ predicted }) => predicted !== before.predicted).length,
    verdict: share < LITTLE_OF_MARGIN ? 'not-supported' : controls.length < FEWEST_CONTROLS ? 'undecided' : verdictOf(share, score, rank!),
  }
}

function verdictOf(share: number, score: number, rank: number): CheckVerdict {
  if (share >= MOST_OF_MARGIN && rank <= FEW && score >= LEAST_SCORE) return 'supported'
  return rank > MANY ? 'not-supported' : 'undecided'
}

/** The verdict with its numbers, in a sentence. */
export function effectWords({ share, rank, controls, flips, verdict }: Effect, what: string): string {
  const percent = (value: number): string => `${Math.round(100 * value)} %`
  const lost = share < 0 ? 'nothing of the margin is lost beyond the controls' : `${percent(Math.min(share, 9.99))} of the margin is lost beyond the controls`
  const beside = rank === null ? 'there is no room for controls' : `${Math.round(rank * controls.length)} of ${controls.length} controls lose as much`
  const words = { 'supported': 'Supported', 'not-supported': 'Not supported', 'undecided': 'Undecided' }[verdict]
  return `${words}: ${what}, ${lost}; ${beside}${flips ? '; the predicted class changes' : ''}.`
}
