import type { ReasonCode, Verdict } from '../../src-main/contract/records.ts'

/** One key a verdict: under the left hand, clear of the image's keys. */
export const VERDICT_KEYS: Record<Verdict, string> = { 'right-reason': 'q', 'wrong-reason': 'w', 'wrong': 'e', 'unsure': 'u' }

/** In the picker of reasons, beside the digits 1 … 8 in the order of the list. */
export const REASON_KEYS: Record<ReasonCode, string> = {
  'laterality-marker': 'm', 'device': 'd', 'exposure': 'x', 'positioning': 'p', 'border': 'b', 'burned-in-text': 't', 'anatomy-elsewhere': 'a', 'other': 'o',
}
