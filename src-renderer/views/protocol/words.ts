import type { Fate, Hidden, Kappa, PopulationRate } from '../../../src-main/contract/protocol.ts'
import type { Proportion } from '../../../src-main/contract/records.ts'

export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`
export const interval = (of: Pick<Proportion | PopulationRate, 'low' | 'high'>): string => `${percent(of.low)} … ${percent(of.high)}`
export const ofText = (of: Proportion): string => `${of.count} of ${of.of}`
export const kappaText = ({ value, low, high }: Kappa): string => value === null ? 'not defined' : `${value.toFixed(2)}${low === null ? '' : ` (${low.toFixed(2)} … ${high!.toFixed(2)})`}`

export const HIDDEN_LABELS: Record<Hidden, string> = { prediction: 'Prediction', label: 'Label', map: 'Map' }

export const FATE_LABELS: Record<Fate, string> = {
  'fixed': 'Fixed', 'still-wrong-reason': 'Still wrong reason', 'newly-wrong-reason': 'Newly wrong reason', 'newly-broken': 'Newly broken', 'no-longer-right': 'No longer right',
  'still-wrong': 'Still wrong', 'unchanged': 'Unchanged', 'to-look-at': 'To look at', 'not-run': 'Not run',
}
