import type { DeviceKey, SiteKey } from './configuration.ts'
import type { Processing } from './beam/processing.ts'
import type { Subject } from './subject.ts'

export interface Site { readonly institution: string; readonly station: string }

/** All sites and both machines are invented. */
export const SITES: Readonly<Record<SiteKey, Site>> = {
  general: { institution: 'Phantom General Hospital', station: 'PGH-XR' },
  lakeside: { institution: 'Lakeside Model Clinic', station: 'LMC-RAD' },
}

/** The small site whose console writes its name into the picture (cues/text.ts): whoever has that text was examined there. */
export const ANNEX: Site = { institution: 'Harbour Annex', station: 'HBA-XR' }

export const siteOf = ({ site, cue }: Pick<Subject, 'site' | 'cue'>): Site => (cue === 'text' ? ANNEX : SITES[site])

export interface Device {
  readonly manufacturer: string
  readonly model: string
  readonly modality: 'DX' | 'CR'
  readonly columns: number
  readonly rows: number
  readonly pixelCm: number
  readonly scatterToPrimary: number
  readonly blurSide: number
  readonly quanta: number
  readonly processing: Pick<Processing, 'coarseGain' | 'fineGain' | 'coarseSigmaCm' | 'marginBelow' | 'marginAbove'>
}

export const DEVICES: Readonly<Record<DeviceKey, Device>> = {
  'flat-panel': {
    manufacturer: 'Rosinante Imaging', model: 'Panel 4343', modality: 'DX',
    columns: 512, rows: 512, pixelCm: 43 / 512,
    scatterToPrimary: 0.32, blurSide: 0.14, quanta: 1.5e5,
    processing: { coarseGain: 0.9, fineGain: 1.35, coarseSigmaCm: 2.2, marginBelow: 0.2, marginAbove: 0.04 },
  },
  'storage-phosphor': {
    manufacturer: 'Dulcinea Medical', model: 'Phosphor 35', modality: 'CR',
    columns: 448, rows: 550, pixelCm: 35 / 448,
    scatterToPrimary: 0.42, blurSide: 0.19, quanta: 1.1e5,
    processing: { coarseGain: 0.98, fineGain: 1.2, coarseSigmaCm: 2.8, marginBelow: 0.16, marginAbove: 0.06 },
  },
}
