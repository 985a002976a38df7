import type { Fate, Hidden, Kappa } from '../../../src-main/contract/protocol.ts'
import type { Proportion } from '../../../src-main/contract/records.ts'
import { estimate, fixed } from '../../stores/numbers.ts'

export { percent, percentRange as interval } from '../../stores/numbers.ts'
export const ofText = (of: Proportion): string => `${of.count} of ${of.of}`
export const kappaText = ({ value, low, high }: Kappa): string => value === null ? 'not defined' : low === null ? fixed(value, 2) : estimate({ value, low, high: high! }, 2)

export const HIDDEN_LABELS: Record<Hidden, string> = { prediction: 'Prediction', label: 'Label', map: 'Map' }

export const FATE_LABELS: Record<Fate, string> = {
  'fixed': 'Fixed', 'still-wrong-reason': 'Still wrong reason', 'newly-wrong-reason': 'Newly wrong reason', 'newly-broken': 'Newly broken', 'no-longer-right': 'No longer right',
  'still-wrong': 'Still wrong', 'unchanged': 'Unchanged', 'to-look-at': 'To look at', 'not-run': 'Not run',
}
