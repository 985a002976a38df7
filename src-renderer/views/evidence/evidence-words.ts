import type { FaithfulnessReport, MeanInterval, RandomisationVerdict } from '../../../src-main/contract/evidence.ts'
import { estimate, fixed, percentRange } from '../../stores/numbers.ts'

/** What a measure says in plain words, and how it is marked. */
export interface Finding { readonly state: 'ok' | 'bad' | 'open' | 'none'; readonly text: string }

export const intervalText = ({ mean, low, high }: MeanInterval): string => low === null ? fixed(mean) : estimate({ value: mean, low, high: high! })

/** For one case: beside the draws of its control. For several: whether the interval of the gain holds nought. */
export function finding({ cases, advantage, better }: FaithfulnessReport): Finding {
  const [only] = cases
  if (cases.length === 0) return { state: 'none', text: 'No case could be measured.' }
  if (advantage === null || better === null) return { state: 'none', text: only.note }
  if (cases.length > 1) {
    const counted = `better than its own control in ${better.count} of ${better.of} cases (${percentRange(better, 0)})`
    if (advantage.low === null || advantage.low <= 0 && advantage.high! >= 0) return { state: 'open', text: `Not told apart from chance: ${counted}.` }
    return advantage.mean > 0 ? { state: 'ok', text: `Better than chance: ${counted}.` } : { state: 'bad', text: `Worse than chance: ${counted}.` }
  }
  const draws = only.control!.values.length
  const beaten = Math.floor(only.beats! * draws)
  if (beaten === draws) return { state: 'ok', text: `Better than all ${draws} random draws.` }
  if (beaten === 0) return { state: 'bad', text: `Better than none of ${draws} random draws.` }
  return { state: 'open', text: `Better than ${beaten} of ${draws} random draws: chance does as well.` }
}

/** 'regionShare' → 'Region share' */
export function detailName(name: string): string {
  const spaced = name.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

export const VERDICT_STATES: Readonly<Record<RandomisationVerdict, Finding['state']>> = { changes: 'ok', unclear: 'open', hardly: 'bad' }
