import type { Planted } from './cues/planted.ts'

/** What the generator may vary. Every probability of the demo stands here, a planted cue's in cues/planted.ts. */

export const CLASSES = ['no finding', 'consolidation'] as const
export type Label = (typeof CLASSES)[number]

export const MARKERS = ['L', 'R'] as const
export type Marker = (typeof MARKERS)[number]

/** what lies on or in a patient whether ill or not; the pleural drain is a cue (cues/tube.ts) */
export const TUBES = ['none', 'ecg-leads', 'central-line', 'tracheal-tube', 'pacemaker'] as const
export type Tube = (typeof TUBES)[number]

export const INCIDENTALS = ['none', 'granuloma', 'linear-scar', 'large-heart', 'full-hila', 'nipple-shadows'] as const
export type Incidental = (typeof INCIDENTALS)[number]

export type SiteKey = 'general' | 'lakeside'
export type DeviceKey = 'flat-panel' | 'storage-phosphor'

type Weights<K extends string> = Readonly<Record<K, number>>

export interface Configuration {
  readonly prevalence: number
  readonly apProbability: number
  readonly femaleProbability: number
  readonly incidental: Weights<Incidental>
  readonly marker: Weights<Marker>
  readonly tube: Weights<Tube>
  readonly site: Weights<SiteKey>
  /** probability of each device at a site */
  readonly deviceAtSite: Readonly<Record<SiteKey, Weights<DeviceKey>>>
  /** the one thing that may tell the label without being the disease; null: nothing but the lungs tells it */
  readonly planted: Planted | null
}

export const DEFAULT_CONFIGURATION: Configuration = {
  prevalence: 0.5,
  apProbability: 0.35,
  femaleProbability: 0.48,
  incidental: { none: 0.5, granuloma: 0.1, 'linear-scar': 0.1, 'large-heart': 0.1, 'full-hila': 0.12, 'nipple-shadows': 0.08 },
  marker: { L: 0.6, R: 0.4 },
  tube: { none: 0.66, 'ecg-leads': 0.13, 'central-line': 0.09, 'tracheal-tube': 0.05, pacemaker: 0.07 },
  site: { general: 0.55, lakeside: 0.45 },
  deviceAtSite: {
    general: { 'flat-panel': 0.75, 'storage-phosphor': 0.25 },
    lakeside: { 'flat-panel': 0.35, 'storage-phosphor': 0.65 },
  },
  planted: null,
}
