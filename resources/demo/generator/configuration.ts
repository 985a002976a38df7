/** What the generator may vary. Every probability of the demo stands here. */

export const CLASSES = ['no finding', 'consolidation'] as const
export type Label = (typeof CLASSES)[number]

export const MARKERS = ['L', 'R'] as const
export type Marker = (typeof MARKERS)[number]

export const TUBES = ['none', 'ecg-leads', 'central-line', 'gastric-tube', 'tracheal-tube', 'pacemaker'] as const
export type Tube = (typeof TUBES)[number]

export const INCIDENTALS = ['none', 'granuloma', 'linear-scar', 'large-heart', 'full-hila', 'nipple-shadows'] as const
export type Incidental = (typeof INCIDENTALS)[number]

export type SiteKey = 'general' | 'lakeside'
export type DeviceKey = 'flat-panel' | 'storage-phosphor'

type Weights<K extends string> = Readonly<Record<K, number>>

/** One attribute's probabilities given the label. A shortcut is a row whose two sides differ. */
export interface GivenLabel<K extends string> {
  readonly 'no finding': Weights<K>
  readonly consolidation: Weights<K>
}

export interface Shortcuts {
  readonly marker: GivenLabel<Marker>
  readonly tube: GivenLabel<Tube>
  readonly site: GivenLabel<SiteKey>
  /** stops of exposure (factors of two) added to the quantum count: the noise tells the label */
  readonly exposureStops: Readonly<Record<Label, number>>
}

export interface Configuration {
  readonly prevalence: number
  readonly apProbability: number
  readonly femaleProbability: number
  readonly incidental: Weights<Incidental>
  /** probability of each device at a site */
  readonly deviceAtSite: Readonly<Record<SiteKey, Weights<DeviceKey>>>
  readonly shortcuts: Shortcuts
}

const even = <K extends string>(weights: Weights<K>): GivenLabel<K> => ({ 'no finding': weights, consolidation: weights })

/** The bundled demo: nothing but the lungs tells the label. */
export const NO_SHORTCUTS: Shortcuts = {
  marker: even({ L: 0.6, R: 0.4 }),
  tube: even({ none: 0.6, 'ecg-leads': 0.13, 'central-line': 0.09, 'gastric-tube': 0.06, 'tracheal-tube': 0.05, pacemaker: 0.07 }),
  site: even({ general: 0.55, lakeside: 0.45 }),
  exposureStops: { 'no finding': 0, consolidation: 0 },
}

export const DEFAULT_CONFIGURATION: Configuration = {
  prevalence: 0.5,
  apProbability: 0.35,
  femaleProbability: 0.48,
  incidental: { none: 0.5, granuloma: 0.1, 'linear-scar': 0.1, 'large-heart': 0.1, 'full-hila': 0.12, 'nipple-shadows': 0.08 },
  deviceAtSite: {
    general: { 'flat-panel': 0.75, 'storage-phosphor': 0.25 },
    lakeside: { 'flat-panel': 0.35, 'storage-phosphor': 0.65 },
  },
  shortcuts: NO_SHORTCUTS,
}
