import type { ZoneEvidence } from '../../../src-main/contract/causal.ts'

/** Zones differ in dash and in colour: what is no anatomy in warm colours and broken lines, anatomy in cool ones and whole lines, a reader's own in green. Bright enough on any image. */
export interface ZoneStyle { readonly colour: string; readonly dash: string }
const STYLES: Readonly<Record<string, ZoneStyle>> = {
  'markers': { colour: '#ffb000', dash: 'none' },
  'text': { colour: '#ff8a5c', dash: '6 3' },
  'lines': { colour: '#ff6f91', dash: '10 3' },
  'corners': { colour: '#ffd166', dash: '2 3' },
  'border': { colour: '#ffe08a', dash: '8 3 2 3' },
  'collimation': { colour: '#f7a072', dash: '12 4' },
  'outside-body': { colour: '#e6b8ff', dash: '4 4' },
  'lungs': { colour: '#6fd3ff', dash: 'none' },
  'mediastinum': { colour: '#8aa7ff', dash: '14 3' },
  'below-diaphragm': { colour: '#5ce0c6', dash: '3 2' },
}
const OWN: ZoneStyle = { colour: '#9be564', dash: '9 2 2 2' }

export function styleOf(zone: Pick<ZoneEvidence, 'name'>): ZoneStyle {
  return STYLES[zone.name] ?? OWN
}
